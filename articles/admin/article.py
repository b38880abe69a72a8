from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles import old_addresses, schedule
from articles.admin.autosave import AutosaveMixin
from articles.admin.editor import INLINES, EditorMixin
from articles.admin.moments import MOMENTS
from articles.admin.preview import PreviewMixin
from articles.admin.related import RelatedPanel
from articles.admin.revisions import RevisionsMixin
from articles.models import TEXTS, Article


@admin.register(Article)
class ArticleAdmin(RelatedPanel, AutosaveMixin, PreviewMixin, RevisionsMixin, EditorMixin, admin.ModelAdmin):
    list_display = ["__str__", "state", "category", "published_at", "comment_count", "preview_link"]
    list_filter = ["status", "kind", "category"]
    list_select_related = ["category"]
    search_fields = ["title", "lead"]
    date_hierarchy = "published_at"
    ordering = ["-published_at", "-pk"]
    autocomplete_fields = ["tags", "eye_catch", "series"]
    readonly_fields = ["comment_count", "updated_at", "related_by_site"]
    inlines = INLINES
    formfield_overrides = MOMENTS
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["title", "slug", "category", "tags", "lead", "body", "eye_catch"]}),
        (
            _("Publication"),
            {"fields": ["kind", "status", "published_at", "author", "series", "series_position", "updated_at"]},
        ),
        (_("Discussion"), {"fields": ["comments", "comments_close_at", "comment_count"]}),
        (_("Related articles"), {"fields": ["related_by_site"]}),
    ]

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name.endswith("_changelist"):
            return queryset.defer(*TEXTS)
        if name.endswith("_change") and request.method == "POST":
            # From here to the end of the save nobody else can change the row, so that
            # the form compares its version with what it will really overwrite.
            return queryset.select_for_update(no_key=True)
        return queryset

    @admin.display(description=_("state"), ordering="status")
    def state(self, article: Article) -> str:
        if article.status == Article.Status.PUBLISHED and article.published_at and not article.is_public:
            return schedule.told_scheduled(article.published_at)
        return article.get_status_display()

    @admin.display(description=_("page"))
    def preview_link(self, article: Article) -> str:
        if article.is_public:
            return format_html('<a href="{}">{}</a>', article.get_absolute_url(), _("View"))
        address = reverse("admin:articles_article_preview", args=[article.pk])
        return format_html('<a href="{}">{}</a>', address, _("Preview"))

    def get_changeform_initial_data(self, request):
        return {"author": request.user.pk, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        # An imported article keeps its original, so that a better conversion can be run on it again.
        if "body" in form.changed_data and not obj.import_ref:
            obj.body_source = form.cleaned_data["body"]
        super().save_model(request, obj, form, change)
        if form.stored.is_public and form.stored.get_absolute_url() != obj.get_absolute_url():
            old_addresses.keep(form.stored.get_absolute_url(), obj.get_absolute_url())
        if form.stored.is_public and not obj.is_public:
            # What is taken down is not to be read by a link of the time before it was published.
            obj.stop_sharing_preview()

from django.contrib import admin
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media

from articles.admin.picture import HTTPS
from articles.admin.related import RelatedPanel
from articles.models import Addendum, Article, RelatedLink, Source

# What the editor offers is a part of what `body.py` allows.
EDITOR = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Code": True,
    "CodeBlock": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Figure": {"pickerUrl": reverse_lazy("admin:articles_picture_picker")},
    "Caption": True,
    "Image": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HTML": True,
}

# The hash of the one style element that the editor puts into its page.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


class EditorMixin:
    """The fields that hold HTML, edited as readers will see them."""

    html_fields = ("body",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.html_fields:
            return ProseEditorFormField(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                widget=AdminProseEditorWidget,
                config={"extensions": EDITOR},
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class SourceInline(admin.StackedInline):
    model = Source
    formfield_overrides = HTTPS
    extra = 0


class AddendumInline(EditorMixin, admin.StackedInline):
    model = Addendum
    extra = 0


class RelatedLinkInline(admin.StackedInline):
    model = RelatedLink
    formfield_overrides = HTTPS
    fk_name = "article"
    extra = 0
    autocomplete_fields = ["target"]


@admin.register(Article)
class ArticleAdmin(RelatedPanel, EditorMixin, admin.ModelAdmin):
    list_display = ["__str__", "state", "category", "published_at", "comment_count", "preview_link"]
    list_filter = ["status", "kind", "category"]
    list_select_related = ["category"]
    search_fields = ["title", "lead"]
    date_hierarchy = "published_at"
    ordering = ["-published_at", "-pk"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["tags", "eye_catch", "series"]
    readonly_fields = ["comment_count", "updated_at", "related_by_site"]
    inlines = [SourceInline, AddendumInline, RelatedLinkInline]
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
        is_list = request.resolver_match and request.resolver_match.url_name.endswith("_changelist")
        return queryset.defer("body", "body_source") if is_list else queryset

    @admin.display(description=_("state"), ordering="status")
    def state(self, article: Article) -> str:
        if article.status == Article.Status.PUBLISHED and not article.is_public:
            return str(_("scheduled"))
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

    def get_urls(self):
        preview = self.admin_site.admin_view(self.preview)
        return [path("<int:pk>/preview/", preview, name="articles_article_preview"), *super().get_urls()]

    def preview(self, request, pk: int):
        """The page as readers will see it, for those who may see the article here."""
        article = get_object_or_404(Article.objects.with_all(), pk=pk)
        return render(request, "articles/article.html", {"article": article, "preview": not article.is_public})

    def render_change_form(self, request, context, *args, **kwargs):
        # The editor's modules are named by an inline import map, which the
        # policy lets through by the nonce of this one answer.
        context["media"] = Media.from_media(context["media"]).with_nonce(str(request.csp_nonce))
        response = super().render_change_form(request, context, *args, **kwargs)
        response._csp_update = {"style-src": [EDITOR_STYLE]}
        return response

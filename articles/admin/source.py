from collections.abc import Iterable

from django.contrib import admin
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin.picture import HTTPS
from articles.models import Article, Source
from articles.models.article import TEXTS
from articles.source_check import explain


class DeadFilter(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "dead"

    def lookups(self, request, model_admin):
        return [("yes", _("dead")), ("no", _("not dead"))]

    def queryset(self, request, queryset):
        return queryset.filter(dead_since__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    """Where the owner finds dead sources and gives them another address; they are added at their article."""

    list_display = ["__str__", "of_article", "state", "dead_since"]
    list_filter = [DeadFilter]
    search_fields = ["title", "publisher", "url"]
    ordering = [F("dead_since").desc(nulls_last=True), "-pk"]
    show_full_result_count = False
    formfield_overrides = HTTPS
    fields = ["of_article", "title", "publisher", "url", "language", "seen_on", "state", "dead_since", "checked_at"]
    readonly_fields = ["of_article", "state", "dead_since", "checked_at"]

    def get_queryset(self, request):
        # Of the article its title alone: with the bodies the order of a long list is made on disk.
        texts = [f"article__{name}" for name in TEXTS]
        return super().get_queryset(request).select_related("article").defer(*texts)

    def has_add_permission(self, request) -> bool:
        return False

    def save_model(self, request, obj, form, change):
        _outdate_forms([obj.article_id])
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        _outdate_forms([obj.article_id])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        _outdate_forms(queryset.order_by().values_list("article", flat=True))
        super().delete_queryset(request, queryset)

    @admin.display(description=_("article"))
    def of_article(self, source: Source) -> str:
        address = reverse("admin:articles_article_change", args=[source.article_id])
        return format_html('<a href="{}">{}</a>', address, source.article)

    @admin.display(description=_("finding"))
    def state(self, source: Source) -> str:
        return explain(source.finding) if source.finding else ""


def _outdate_forms(articles: Iterable[int]) -> None:
    """Let the forms of these articles that are open elsewhere be seen as old: saved, they would bring their sources back.

    Before the sources are written, in the order in which a save of an article takes the locks.
    """
    Article.objects.filter(pk__in=set(articles)).update(updated_at=timezone.now())

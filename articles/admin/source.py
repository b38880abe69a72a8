from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin.picture import HTTPS
from articles.models import Source
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
    list_select_related = ["article"]
    search_fields = ["title", "publisher", "url"]
    ordering = ["-dead_since", "-pk"]
    show_full_result_count = False
    formfield_overrides = HTTPS
    fields = ["of_article", "title", "publisher", "url", "language", "seen_on", "state", "dead_since", "checked_at"]
    readonly_fields = ["of_article", "state", "dead_since", "checked_at"]

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("article"))
    def of_article(self, source: Source) -> str:
        address = reverse("admin:articles_article_change", args=[source.article_id])
        return format_html('<a href="{}">{}</a>', address, source.article)

    @admin.display(description=_("finding"))
    def state(self, source: Source) -> str:
        return explain(source.finding) if source.finding else ""

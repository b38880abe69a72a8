from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.admin.picture import HTTPS
from articles.models import Source
from articles.source_check import explain


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    """Where the owner finds dead sources and gives them another address; they are added at their article."""

    list_display = ["__str__", "article", "publisher", "state", "dead_since", "checked_at"]
    list_filter = [("dead_since", admin.EmptyFieldListFilter)]
    list_select_related = ["article"]
    search_fields = ["title", "publisher", "url"]
    ordering = ["-dead_since", "-pk"]
    show_full_result_count = False
    formfield_overrides = HTTPS
    fields = ["article", "title", "publisher", "url", "language", "seen_on", "state", "dead_since", "checked_at"]
    readonly_fields = ["article", "state", "dead_since", "checked_at"]

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("finding"))
    def state(self, source: Source) -> str:
        return explain(source.finding) if source.finding else ""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from articles.models import Article, RelatedArticle

REASONS = {
    "tags": _("tags"),
    "series": _("series"),
    "category": _("category"),
    "text": _("text"),
    "newest": _("newest"),
}


class RelatedPanel:
    """What stands below the article beside the owner's choice, and why."""

    @admin.display(description=_("found by the site"))
    def related_by_site(self, article: Article) -> str:
        found = article.found_related.select_related("target") if article.pk else []
        lines = [
            (reverse("admin:articles_article_change", args=[row.target_id]), row.target, why(row)) for row in found
        ]
        if not lines:
            return str(_("Nothing was looked for yet."))
        return format_html("<ol>{}</ol>", format_html_join("", '<li><a href="{}">{}</a> {}</li>', lines))


def why(row: RelatedArticle) -> str:
    parts = sorted(row.reasons.items(), key=lambda part: -part[1])
    return f"({', '.join(f'{REASONS.get(name, name)} {score:.1f}' for name, score in parts)})"

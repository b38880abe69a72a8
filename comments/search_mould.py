"""The page around what a search found, made once for as long as the site does not change.

As in articles/mould.py the template runs with marks in place of what differs from search to search.
"""

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles import marking, site_address
from articles.keeping import kept
from articles.search_query import Query

if TYPE_CHECKING:
    from comments.search import Asked, Results

MARKS = marking.marks("here", "typed", "quoted", "count", "html", "page", "pages", "previous", "next")


@dataclass(frozen=True)
class Shown:
    """What `search/search.html` asks of results."""

    count: int
    has_more: bool
    html: int
    pages: int
    previous: int
    next: int
    are_there: bool = True


def page(request: HttpRequest, asked: "Asked", results: "Results") -> SafeString:
    """What the template makes of the two; there are results."""
    shown = Shown(
        1 if results.count == 1 else MARKS["count"],
        results.has_more,
        MARKS["html"],
        MARKS["pages"] if results.pages > 1 else 1,
        MARKS["previous"] if results.previous else 0,
        MARKS["next"] if results.next else 0,
    )
    key = "search", get_language(), site_address.whole(request, "/"), asked.kind, asked.order, shown

    def make() -> str:
        marked = replace(asked, query=Query(str(MARKS["quoted"])), page=MARKS["page"])
        context = {"asked": marked, "query": MARKS["typed"], "here": MARKS["here"], "results": shown}
        return marking.mould("search/search.html", context, MARKS, request)

    values = {
        "here": escape(request.get_full_path()),
        "typed": escape(asked.query.typed),
        "quoted": quote_plus(asked.query.typed),
        "count,": intcomma(results.count),
        "html": results.html,
        "page": asked.page,
        "pages": results.pages,
        "previous": escape(results.previous),
        "next": escape(results.next),
    }
    return mark_safe(kept(request, key, make) % values)  # noqa: S308 a template's, and what fills it is escaped

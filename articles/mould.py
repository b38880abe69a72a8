"""What pages show of an article, made once for as long as the site does not change.

The templates run with marks in place of what changes with the discussion
alone; then only that is filled in.
"""

from copy import copy

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles import marking, site_address
from articles.keeping import kept
from articles.models import Article

MARKS = marking.marks("comments", "number", "here", "discussion")


def article(request: HttpRequest, article: Article, discussion: SafeString) -> SafeString:
    """The page of an article as it is stored, around its discussion."""
    key = ("page", get_language(), site_address.whole(request, "/"), article.pk, article.comment_count == 1)

    def make() -> str:
        context = {"article": marked(article), "discussion": MARKS["discussion"], "here": MARKS["here"]}
        return marking.mould("articles/article.html", context, MARKS, request)

    here = {"here": escape(request.get_full_path()), "discussion": discussion}
    return mark_safe(kept(request, key, make) % (values(article) | here))  # noqa: S308 templates made it


def summary(request: HttpRequest, article: Article, is_lead: bool, is_first: bool) -> SafeString:
    """An article in a list."""
    addendum = article.fresh_addendum
    shape = (article.pk, is_lead, is_first, addendum and addendum.pk, article.comment_count == 1)

    def make() -> str:
        context = {"article": marked(article), "is_lead": is_lead, "is_first": is_first}
        return marking.mould("articles/_article_summary.html", context, MARKS)

    return mark_safe(kept(request, ("summary", get_language(), *shape), make) % values(article))  # noqa: S308 a template made it


def marked(article: Article) -> Article:
    """A copy of which the numbers of its discussion are marks; one comment is told in words of its own."""
    article = copy(article)
    article.comment_count = 1 if article.comment_count == 1 else MARKS["comments"]
    article.last_comment_number = MARKS["number"]
    return article


def values(article: Article) -> dict:
    count = article.comment_count
    return {"comments": count, "comments,": intcomma(count), "number": article.last_comment_number}

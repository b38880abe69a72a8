"""Which comments a query finds."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import search
from articles.article_search import MOST_RESULTS, categories_of
from articles.models.search_text import with_words, without_words
from articles.search_query import Query, Term
from comments.models import Comment, CommentText


def matching(query: Query) -> models.QuerySet[Comment]:
    """What readers may see of what all of the query is true for."""
    return matching_among(Comment.objects.visible(), query)


def matching_among(found: models.QuerySet[Comment], query: Query) -> models.QuerySet[Comment]:
    """The same of these comments, whoever may see them."""
    found = with_words(found, query.words())
    found = without_words(found, query.words(wanted=False))
    if terms := query.of_field("category"):
        found = found.filter(article__category__in=categories_of(terms))
    if terms := query.of_field("category", wanted=False):
        found = found.exclude(article__category__in=categories_of(terms))
    if terms := query.of_field("author"):
        found = found.filter(_written_by(terms))
    if terms := query.of_field("author", wanted=False):
        found = found.exclude(search_text__head__in=_names(terms))
    return found


def _written_by(terms: list[Term]) -> Q:
    by = Q()
    for name in _names(terms):
        wanted = search.needles([name], search.HEAD) if name else [search.Needle(search.HEAD)]
        by |= CommentText.has_all(wanted) & Q(search_text__head=name)
    return by


def _names(terms: list[Term]) -> list[str]:
    """As they are kept: who gave none is shown as 匿名."""
    return ["" if term.folded in _anonymous() else term.folded for term in terms]


def _anonymous() -> set[str]:
    names = set()
    for language in ("ja", "en"):
        with override(language):
            names.add(search.searchable(_("Anonymous")))
    return names


def newest(query: Query) -> list[int]:
    """Keys, at most one more than MOST_RESULTS."""
    return _keys(matching(query).order_by("-created_at", "-pk"))


def best(query: Query) -> list[int]:
    """By readers' votes, of two alike the newer one."""
    return _keys(matching(query).order_by("-rank", "-created_at", "-pk"))


def _keys(found: models.QuerySet[Comment]) -> list[int]:
    return list(found.values_list("pk", flat=True)[: MOST_RESULTS + 1])

"""Which articles and pages a query finds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial, reduce
from operator import add
from typing import Any

from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, models, transaction
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Length, Replace, StrIndex
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest
from django.utils import timezone

from articles import search, site_version
from articles.models import Article, ArticleQuerySet, ArticleText, Category
from articles.models.search_text import with_words, without_words
from articles.search_query import Query, Term

# As many as anybody looks through; how many more there are is not counted.
MOST_RESULTS = 1_000

# One search may keep the database busy for so long.
MOST_SECONDS = 3

# The index answers; a scan of the texts looks cheap and reads them all.
# To start further processes takes as long as most searches, ten times what PostgreSQL reckons.
LIMITS = (
    "SELECT set_config('statement_timeout', '{milliseconds}', true), set_config('enable_seqscan', 'off', true),"
    " set_config('parallel_setup_cost', '10000', true), ({version})"
)

# As `Article.objects.published()`, which takes Django longer to write than the database to answer.
PUBLISHED = "SELECT id FROM articles_article WHERE status = 'published' AND published_at <= %s"

# Characters of a usual article, against which BM25 weighs longer ones.
USUAL_LENGTH = 1_500


class TooBroad(Exception):
    """The database could not answer in time."""


@contextmanager
def in_time(seconds: float = MOST_SECONDS, request: HttpRequest | None = None) -> Iterator[None]:
    """So long may each statement take. Raises TooBroad. Of the request's site the version may be asked on the way."""
    if connection.vendor != "postgresql":
        # SQLite looks at a bounded number of documents (search_text.MOST_FOUND).
        yield
        return
    # Of a transaction around it nothing is lost when it takes too long.
    apart = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with apart, connection.execute_wrapper(partial(_limited, seconds, request)):
            yield
    except OperationalError as error:
        # QueryCanceled (PostgreSQL, Appendix A)
        if getattr(error.__cause__, "sqlstate", "") != "57014":
            raise
        raise TooBroad from error


def _limited(
    seconds: float,
    request: HttpRequest | None,
    execute: Callable,
    sql: str,
    params: Sequence,
    many: bool,
    context: dict,
) -> None:
    """Several statements sent as one are one transaction, and each way to the database costs as much as a search does."""
    first = LIMITS.format(milliseconds=round(seconds * 1000), version=site_version.STATEMENT)
    execute(f"{first}; {sql}", params, many, context)
    *_limits, version = context["cursor"].fetchone()
    context["cursor"].nextset()
    if request:
        site_version.told(request, version)


def matching(query: Query) -> ArticleQuerySet:
    """What readers may see of what all of the query is true for."""
    return without_words(with_words(_in_fields(query), query.words()), query.words(wanted=False))


def _in_fields(query: Query) -> ArticleQuerySet:
    """The same, whatever the words."""
    found = Article.objects.published()
    for column, keys, is_wanted in _fields(query):
        condition = Q(**{f"{column}__in": keys})
        found = found.filter(condition) if is_wanted else found.exclude(condition)
    return found


def _fields(query: Query) -> Iterator[tuple[str, list[int], bool]]:
    """Columns, each with the keys of which one must stand there, or none."""
    for is_wanted in (True, False):
        if terms := query.of_field("category", wanted=is_wanted):
            yield "category_id", categories_of(terms), is_wanted
        if terms := query.of_field("author", wanted=is_wanted):
            yield "author_id", authors_of(terms), is_wanted


def categories_of(terms: list[Term]) -> list[int]:
    """Those with one of these names or slugs, and all below them."""
    names = {term.folded for term in terms}
    rows = list(Category.objects.order_by("tree_id", "lft"))
    named = [row for row in rows if names & {search.searchable(row.name), search.searchable(row.slug)}]
    return [row.pk for row in rows if any(row.is_descendant_of(above, include_self=True) for above in named)]


def authors_of(terms: list[Term]) -> list[int]:
    """Those who are shown under one of these names. What they sign in with is nobody's business."""
    names = {_name(term.text) for term in terms}
    authors = get_user_model().objects.filter(pk__in=Article.objects.published().order_by().values("author"))
    return [author.pk for author in authors if _name(author.get_full_name()) in names]


def _name(text: str) -> str:
    """First and last name are written with a space or without."""
    return search.searchable(text).replace(" ", "")


def newest(query: Query, where: str = search.TEXT) -> list[int]:
    """Keys, at most one more than MOST_RESULTS. With HEAD the characters of the words stand in the title too, pair by pair."""
    rows = PUBLISHED
    values: list[Any] = [connection.ops.adapt_datetimefield_value(timezone.now())]
    for column, keys, is_wanted in _fields(query):
        if keys:
            one_of = f"{column} IN ({', '.join(['%s'] * len(keys))})"
            rows += f" AND {one_of}" if is_wanted else f" AND ({column} IS NULL OR NOT {one_of})"
            values += keys
        elif is_wanted:
            # Of a category or an author that there is not.
            return []
    if wanted := search.needles(query.words(), where):
        asked, tokens = ArticleText.keys_with(wanted)
        rows += f" AND id IN ({asked})"
        values.append(tokens)
    rows += " ORDER BY published_at DESC, id DESC"
    return ArticleText.first_keys(rows, values, query.words(), query.words(wanted=False), MOST_RESULTS + 1)


def best(query: Query) -> list[int]:
    """Those with the words in their titles first, then those that say them most, of two alike the newer one.

    Weighed are the newest with the words in the title and the newest with them anywhere: a thousand of each.
    """
    words = query.words()
    if not words:
        return newest(query)
    # Whatever stands in a title stands in the text, of which the title is the first line.
    candidates = {*newest(query), *newest(query, search.HEAD)[:MOST_RESULTS]}
    texts = ArticleText.objects.filter(article__in=candidates)
    # Each part of the text is asked for once: reading a long text is what takes the time.
    gone = [Length(Replace("text", Value(word), Value(""))) for word in words]
    titles = reduce(add, map(_in_title, words))
    rows = texts.values_list(titles, Length("text"), "article__published_at", "article", *gone)
    ranked = sorted((row[0], _likeness(words, row[1], row[4:]), *row[2:4]) for row in rows)
    return [pk for *_weights, pk in reversed(ranked)][: MOST_RESULTS + 1]


def _in_title(word: str) -> Case:
    place = StrIndex("head", Value(word))
    return Case(When(GreaterThan(place, 0), then=1), default=0, output_field=models.IntegerField())


def _likeness(words: list[str], length: int, gone: Sequence[int]) -> float:
    """Okapi BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009, 3.4), each word as rare as the others.

    Of each word it is told how long the text is without it.
    """
    norm = 1.2 * (0.25 + 0.75 / USUAL_LENGTH * length)
    counts = [(length - rest) / len(word) for word, rest in zip(words, gone, strict=True)]
    # What is alike but for the last bits is alike.
    return round(sum(count / (count + norm) for count in counts), 12)

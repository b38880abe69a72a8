"""What to try where nothing was found."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from articles import article_search
from articles.article_search import TooBroad, in_time
from articles.models import Article, Category, Series, Tag
from articles.search import searchable
from articles.search_query import Query, Term
from comments import comment_search

# Each is a search of its own.
MOST_WORDS = 5
# Names of tags that are compared, and of those alike how many are shown.
COMPARED_TAGS = 2_000
SHOWN_TOPICS = 8

# Chinese characters, katakana, hiragana, letters and digits, each two and more.
_ONE_SCRIPT = re.compile(r"[々一-鿿]{2,}|[ァ-ヺー]{2,}|[ぁ-ゖー]{2,}|[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]{2,}")

# Keys of what is found. Of one row alone PostgreSQL would believe that it comes soon when it walks through all texts.
FINDING: dict[str, Callable[[Query], list[int]]] = {
    "articles": article_search.newest,
    "comments": comment_search.newest,
}


class Suggestions:
    """Asked for in a template; each is what readers can see, or left out."""

    def __init__(self, query: Query, kind: str):
        self.query = query
        self.kind = kind

    def queries(self) -> list[tuple[str, str]]:
        """Queries near this one that find something: (query, address)."""
        try:
            return [found for query in self._near() if (found := self._link(query, self.kind))]
        except TooBroad:
            return []

    def _near(self) -> Iterator[Query]:
        terms = self.query.terms
        wanted = [term for term in terms if term.is_wanted]
        words = [term for term in wanted if not term.field]
        if len(wanted) < len(terms):
            yield self.query.only(*wanted)
        if words and len(words) < len(wanted):
            yield self.query.only(*words)
        if len(words) == 1:
            words = _parts_of(words[0])
            yield from [self.query.only(*words)] if words else []
        yield from (self.query.only(word) for word in words[:MOST_WORDS])

    def elsewhere(self) -> str:
        """The address of the same search among the others, comments or articles; "" when they have nothing either."""
        other = "comments" if self.kind == "articles" else "articles"
        try:
            found = self._link(self.query, other)
        except TooBroad:
            return ""
        return found[1] if found else ""

    def _link(self, query: Query, kind: str) -> tuple[str, str] | None:
        with in_time():
            if not FINDING[kind](query):
                return None
        where = {} if kind == "articles" else {"in": kind}
        return str(query), f"{reverse('comments:search')}?{urlencode({'q': str(query), **where})}"

    def topics(self) -> list:
        """Categories, series and tags with a name like one of the words; of the last two what there is to read about."""
        words = [term.folded for term in self.query.terms if term.is_wanted]
        about = Article.objects.published().listed()
        series = Series.objects.filter(Exists(about.filter(series=OuterRef("pk"))))
        tags = Tag.objects.filter(Exists(about.filter(tags=OuterRef("pk"))))
        named = (Category.objects.all(), series, tags.order_by("-pk")[:COMPARED_TAGS])
        return [topic for rows in named for topic in _alike(rows, words)][:SHOWN_TOPICS]


def _alike(rows: QuerySet, words: list[str]) -> list:
    return [row for row in rows if any(_is_alike(searchable(str(row)), word) for word in words)]


def _is_alike(name: str, word: str) -> bool:
    # A name of one character is in nearly every word.
    return word in name or (len(name) > 1 and name in word)


def _parts_of(word: Term) -> list[Term]:
    """Of a word that is written in several scripts the parts in one each: 弾道 and ミサイル."""
    parts = _ONE_SCRIPT.findall(word.text)
    return [Term(part) for part in parts][:MOST_WORDS] if len(parts) > 1 else []

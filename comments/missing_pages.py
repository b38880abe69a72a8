"""What is offered at an address that no page has: articles with the words of the address.

Scanners ask for thousands of such addresses, so only what looks like the name
of an article is searched for, a few times for each network, and briefly.
"""

import re

from django.db import DatabaseError
from django.http import HttpRequest

from articles.article_search import TooBroad, in_time, matching
from articles.models import Article, ArticleQuerySet
from articles.search import searchable
from articles.search_query import Query, Term
from comments import limits
from comments.identity import network_key_of
from comments.limits import LimitReached

MOST_FOUND = 5
MOST_WORDS = 4
MOST_CHARACTERS = 100
MOST_SECONDS = 0.5

# What other programs put behind the names of their pages. Whatever else has an ending is a file.
_PAGE = re.compile(r"\.(html?|php|aspx?)$", re.IGNORECASE)
_FILE = re.compile(r"\.[A-Za-z0-9]{1,5}$|^\.")
_NO_PAGES = re.compile(r"^/(admin|static|media)\b")


def name_in(path: str) -> str:
    """The last part of the path, "" when it cannot be the name of an article. Paths come decoded."""
    name = _PAGE.sub("", path.rstrip("/").rpartition("/")[2])
    is_name = len(name) <= MOST_CHARACTERS and any(map(str.isalpha, name))
    return name if is_name and not _FILE.search(name) and not _NO_PAGES.match(path) else ""


def words_in(name: str) -> list[str]:
    """The longest first: they say most. A number, a date mostly, says nothing."""
    words = [word for word in re.split(r"[\W_]+", name) if len(word) > 1 and not word.isdecimal()]
    return sorted(dict.fromkeys(words), key=len, reverse=True)[:MOST_WORDS]


def articles_for(request: HttpRequest) -> list[Article]:
    """At most MOST_FOUND; none rather than an error."""
    name = name_in(request.path)
    if not name or request.method != "GET" or not request.accepts("text/html"):
        return []
    try:
        limits.MISSING_PAGES_PER_NETWORK.take(network_key_of(request))
        with in_time(MOST_SECONDS):
            return _similar(name)
    except (LimitReached, TooBroad, DatabaseError):
        return []


def _similar(name: str) -> list[Article]:
    """Of the same beginning, as where an address was cut off; with all the words; with one of them."""
    words = words_in(name)
    groups = [Article.objects.published().filter(slug__startswith=name)]
    groups += [_with(words)] if words else []
    groups += [_with([word]) for word in words] if len(words) > 1 else []
    found: dict[int, Article] = {}
    for group in groups:
        if len(found) < MOST_FOUND:
            newest = group.newest_first().only("title", "slug", "kind")[:MOST_FOUND]
            found |= {article.pk: article for article in newest if article.pk not in found}
    return list(found.values())[:MOST_FOUND]


def _with(words: list[str]) -> ArticleQuerySet:
    return matching(Query(terms=tuple(Term(word) for word in words if searchable(word))))

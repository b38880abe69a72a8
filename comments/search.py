"""The page that searches articles and comments: the same bytes for everybody, twenty results at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import article_search, marking, search_query, snippets
from articles.article_search import MOST_RESULTS, TooBroad, in_time
from articles.keeping import kept_each
from articles.models import Article
from articles.models.article import TEXTS
from articles.models.search_text import parts_of
from articles.search_query import MOST_CHARACTERS, MOST_WORDS, Problem, Query
from articles.snippets import Folded, Part, Searched
from comments import comment_search, limits, search_mould
from comments.identity import network_key_of
from comments.limits import LimitReached
from comments.models import Comment
from comments.search_suggestions import Suggestions
from comments.templatetags.search_tags import marked
from comments.views import too_many

PAGE_SIZE = 20

MARKS = marking.marks("title", "snippet")

# As an address names them, the usual one first.
KINDS = {"articles": gettext_lazy("Articles"), "comments": gettext_lazy("Comments")}
# Articles are compared with the words, comments by the votes on them.
ORDERS = {
    "articles": {"newest": gettext_lazy("Newest first"), "best": gettext_lazy("Best match first")},
    "comments": {"newest": gettext_lazy("Newest first"), "best": gettext_lazy("Best first")},
}

FINDERS: dict[tuple[str, str], Callable[[Query], list[int]]] = {
    ("articles", "newest"): article_search.newest,
    ("articles", "best"): article_search.best,
    ("comments", "newest"): comment_search.newest,
    ("comments", "best"): comment_search.best,
}


@dataclass(frozen=True)
class Asked:
    """What an address asks for; with `change` the address of something near it."""

    query: Query
    kind: str = "articles"
    order: str = "newest"
    page: int = 1

    @classmethod
    def by(cls, request: HttpRequest) -> "Asked":
        """Raises Http404 for a page that there cannot be."""
        kind, order, page = (request.GET.get(name, "") for name in ("in", "order", "page"))
        if page and not (
            page.isascii() and page.isdigit() and len(page) < 10 and 1 <= int(page) <= MOST_RESULTS // PAGE_SIZE
        ):
            raise Http404
        return cls(
            search_query.parse(request.GET.get("q", "")),
            kind if kind in KINDS else "articles",
            order if order in {"newest", "best"} else "newest",
            int(page or 1),
        )

    def address(self, **change: str | int) -> str:
        asked = {"q": self.query.typed, "in": self.kind, "order": self.order, "page": 1} | change
        usual = {"in": "articles", "order": "newest", "page": 1}
        return f"{reverse('comments:search')}?{urlencode({k: v for k, v in asked.items() if usual.get(k) != v})}"

    @property
    def kinds(self) -> list[tuple[str, str, object]]:
        return [(kind, self.address(**{"in": kind}), name) for kind, name in KINDS.items()]

    @property
    def orders(self) -> list[tuple[str, str, object]]:
        return [(order, self.address(order=order), name) for order, name in ORDERS[self.kind].items()]


# What is in the news is searched for by many: of each article it is kept for the last few searches. Kilobytes each.
MOST_MADE = 4


class Found(NamedTuple):
    """An article as far as searches show it, which is the same for as long as the site is."""

    # `search/_article.html` but for the hits.
    mould: str
    title: Folded
    texts: Searched
    made: dict[tuple[str, ...], SafeString]

    def html(self, words: tuple[str, ...]) -> SafeString:
        """With the hits marked."""
        if found := self.made.get(words):
            return found
        hits = {"title": self.title.marked(words), "snippet": self.texts.snippet(words)}
        html = mark_safe(self.mould % {name: marked(parts) for name, parts in hits.items()})  # noqa: S308 a template's
        if len(self.made) >= MOST_MADE:
            self.made.clear()
        self.made[words] = html
        return html


class Results:
    """One page of what was found. Raises TooBroad, and Http404 for a page behind the last."""

    def __init__(self, request: HttpRequest, asked: Asked):
        self.asked = asked
        with in_time(request=request):
            keys = FINDERS[asked.kind, asked.order](asked.query)
        self.count = min(len(keys), MOST_RESULTS)
        self.has_more = len(keys) > MOST_RESULTS
        begin = (asked.page - 1) * PAGE_SIZE
        if begin and begin >= self.count:
            raise Http404
        keys = keys[:MOST_RESULTS][begin : begin + PAGE_SIZE]
        words = asked.query.words()
        found = comments_of(keys, words) if asked.kind == "comments" else articles_of(request, keys, words)
        self.are_there = bool(found)
        self.html = mark_safe("".join(found))  # noqa: S308 each is a template's

    @property
    def pages(self) -> int:
        return -(-self.count // PAGE_SIZE)

    @cached_property
    def previous(self) -> str:
        return self.asked.address(page=self.asked.page - 1) if self.asked.page > 1 else ""

    @cached_property
    def next(self) -> str:
        return self.asked.address(page=self.asked.page + 1) if self.asked.page < self.pages else ""


def articles_of(request: HttpRequest, keys: list[int], words: list[str]) -> list[SafeString]:
    """In the order of the keys; two queries at most, however many there are."""
    language = get_language()
    named = {pk: ("found", language, pk) for pk in keys}
    found = kept_each(request, named.values(), lambda missing: read_articles([key[-1] for key in missing]))
    asked = tuple(words)
    return [found[key].html(asked) for key in named.values() if key in found]


def read_articles(pks: list[int]) -> dict[tuple, Found]:
    articles = Article.objects.published().filter(pk__in=pks).select_related("category", "author")
    articles = articles.defer("html", "body_source", "headings").prefetch_related("addenda")
    language, result = get_language(), {name: [Part(str(mark))] for name, mark in MARKS.items()}
    found = {}
    for article in articles:
        title, *texts = parts_of(article)
        mould = marking.mould("search/_article.html", {"article": article, "result": result}, MARKS)
        found["found", language, article.pk] = Found(mould, Folded(title or str(article)), Searched(texts), {})
    return found


def comments_of(keys: list[int], words: list[str]) -> list[SafeString]:
    """In the order of the keys, in one query."""
    comments = (
        Comment.objects.visible()
        .filter(pk__in=keys)
        .select_related("article")
        .defer(*(f"article__{name}" for name in TEXTS))
    )
    found = {comment.pk: comment_html(comment, snippets.snippet([comment.text], words)) for comment in comments}
    return [found[key] for key in keys if key in found]


def comment_html(comment: Comment, snippet: list[Part]) -> SafeString:
    return render_to_string("search/_comment.html", {"comment": comment, "snippet": snippet})


def sentence_on(problem: Problem) -> str:
    """Says why a query cannot be answered."""
    if problem == Problem.TOO_LONG:
        return _("The query is too long: at most %(n)s characters.") % {"n": MOST_CHARACTERS}
    if problem == Problem.TOO_MANY:
        return _("These are too many words: at most %(n)s.") % {"n": MOST_WORDS}
    return _("Words with a minus leave something out. Please add one that is to be found.")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = Asked.by(request)
    if asked.query.problem == Problem.EMPTY:
        return page(request, asked)
    if asked.query.problem:
        return page(request, asked, problem=sentence_on(asked.query.problem), status=400)
    try:
        limits.SEARCHES_PER_NETWORK.take(network_key_of(request))
        results = Results(request, asked)
    except LimitReached as limit:
        return too_many(page(request, asked, problem=limit.reason), limit)
    except TooBroad:
        sentence = _("So much fits this that it took too long. Please add another word.")
        return page(request, asked, problem=sentence, status=400)
    if results.are_there:
        return HttpResponse(search_mould.page(request, asked, results))
    return page(request, asked, suggestions=Suggestions(asked.query, asked.kind))


def page(request: HttpRequest, asked: Asked, status: int = 200, **shown) -> HttpResponse:
    """Without results. `shown`: `problem` (a sentence) or, where nothing was found, `suggestions`."""
    context = {"asked": asked, "query": asked.query.typed, **shown}
    return render(request, "search/search.html", context, status=status)

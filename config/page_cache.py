"""Pages for readers are made once and go out many times, and nobody sees an old one.

A page is kept in the process as the bytes that go out, with the versions of
what it shows (`articles.models.PageVersion`). For a second it goes out unasked;
then one query tells whether it is still right. So nobody sees less than what
was committed a second before. Whoever has written something carries the cookie
`wrote` for some seconds: for them the versions are asked at once, and caches in
front of the site let them through. `Cache-Control: no-cache` asks at once too,
which is what `deploy/nginx` does when its own copy is a second old.

A page is made by one request at a time. Meanwhile the others get the last one
if its second is not over, and else wait for the new one.

Processes and machines share nothing but the versions in the database. With the
cookie of a session, which only staff have, nothing is taken from here and
nothing is kept.
"""

from contextlib import ExitStack
from datetime import datetime
from time import monotonic, time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict, parse_cookie
from django.http.response import HttpResponseBase
from django.utils import timezone

from articles.models import Article, PageVersion
from comments import closing, identity
from comments.models import Policy
from config import language
from config.page_store import Found, Key, Page, Store, encoding_for

# Of readers, each the same bytes for everybody.
ARTICLES = {"articles:article", "articles:page"}
LISTS = {
    "articles:home",
    "articles:categories",
    "articles:category",
    "articles:tag",
    "articles:author",
    "articles:all_series",
    "articles:series",
    "articles:popular",
    "articles:archive",
    "articles:year",
    "articles:month",
}

# What these pages read of a query. Whatever else links carry changes nothing in them.
PARAMETERS = {"page", "order", "comments"}
# WordPress's short addresses, which lead on.
OLD_PARAMETERS = {"p", "page_id"}

# Seconds for which a page goes out unasked. After the half of it one request asks, so that the others need not wait.
UNASKED = 1.0
EARLY = 0.5

# Seconds after which a page is made anew although no change was counted: what is popular or related is found
# by `tick`, and the stamp of the form grows old.
KEPT = 600.0

STORE = Store()


class Making:
    """A page that is not there yet, or no longer right."""

    def __init__(
        self,
        key: Key,
        asked_since: float,
        has_turn: bool = False,
        found: Found | None = None,
    ):
        """`found`: what was asked a moment ago."""
        self.key = key
        # Versions must be newer than that, by `monotonic`.
        self.asked_since = asked_since
        self.has_turn = has_turn
        self.turn = ExitStack()
        # What somebody else has made meanwhile.
        self.page: Page | None = None
        self.found = found
        self.asked_at = 0.0
        self.version: tuple[int, int] | None = None
        self.accepted = ""


class PageCache:
    """What goes out unasked needs nothing of Django: it is answered before a request is made of it (PEP 3333)."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        page, encoding = unasked(environ), encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if page is None or encoding not in page.variants:
            return self.application(environ, start_response)
        status, headers, body = page.answer(environ, encoding)
        start_response(STATUS_LINES[status], headers)
        return [body]


STATUS_LINES = {200: "200 OK", 304: "304 Not Modified"}


def unasked(environ: dict[str, Any]) -> Page | None:
    """The page, if it is young enough that nobody needs to ask for its version."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    page = STORE.get(key) if (key := key_of(environ)) else None
    if page is None or page.asked_at <= monotonic() - EARLY or wants_newest(environ):
        return None
    return page


class PageCacheMiddleware:
    """The rest: asks for versions, and keeps what the views make."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        key = key_of(request.META)
        if key is None:
            return self.get_response(request)
        now = monotonic()
        asked_since = now if wants_newest(request.META) else now - UNASKED
        page = STORE.get(key)
        if page is None:
            return self.make(request, Making(key, asked_since))
        is_right = page.asked_at > asked_since
        if is_right and page.asked_at > now - EARLY:
            return answer(request, key, page)
        with STORE.turn(key, wait=not is_right) as is_mine:
            # While this one waited somebody else may have asked, or made it anew.
            page = STORE.get(key) or page
            is_asked = page.asked_at > (now - EARLY if is_right else asked_since)
            if not is_mine or is_asked:
                return answer(request, key, page)
            if page.is_still_right():
                if page.is_worth_more:
                    page.compress_again()
                    STORE.put(key, page)
                return answer(request, key, page)
            return self.make(request, Making(key, asked_since, has_turn=True, found=page.found))

    def make(self, request: HttpRequest, making: Making) -> HttpResponseBase:
        request.page_making = making  # type: ignore[attr-defined]
        with making.turn:
            response = self.get_response(request)
            page = making.page or keep(request, response, making)
        return answer(request, making.key, page) if page else response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Before anything of the page is read: the versions, which so are never newer than what is read."""
        making: Making | None = getattr(request, "page_making", None)
        if making is None or not is_kept(request):
            return None
        if not making.has_turn:
            making.turn.enter_context(STORE.turn(making.key))
        page = STORE.get(making.key)
        if page is not None and page.asked_at > making.asked_since:
            making.page = page
            # Never sent: `make` answers with the page.
            return HttpResponse()
        asked_at = monotonic()
        found = making.found or Found(PageVersion.objects.of_lists(), asked_at, {})
        making.version, making.asked_at = found.version, found.asked_at
        request.discussions = found.discussions  # type: ignore[attr-defined]
        # What pages have in common asks no more (articles/keeping.py).
        request.site_version = making.version[0]  # type: ignore[attr-defined]
        # Compressed is what is kept, and nobody inside needs to do it too.
        making.accepted = request.META.pop("HTTP_ACCEPT_ENCODING", "")
        # The page is to repeat nothing that somebody's link has appended to its address.
        request.META["QUERY_STRING"] = urlencode(making.key.asked)
        request.GET = QueryDict(request.META["QUERY_STRING"])  # type: ignore[assignment]
        return None


def is_kept(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name in ARTICLES | LISTS


def keep(request: HttpRequest, response: HttpResponseBase, making: Making) -> Page | None:
    """The page, which is in the store from now on, if it is one for everybody."""
    if making.version is None:
        return None
    request.META["HTTP_ACCEPT_ENCODING"] = making.accepted
    policy = response.get("Cache-Control", "")
    is_for_all = not (response.cookies or "private" in policy or "no-store" in policy)
    if response.status_code != 200 or not is_for_all or not isinstance(response, HttpResponse):
        STORE.drop(making.key)
        return None
    site, discussion = making.version
    article: Article | None = None
    if request.resolver_match and request.resolver_match.view_name in ARTICLES:
        article = response.context_data["article"]  # type: ignore[attr-defined]
        discussion = article.discussion_version
    encoding, before = encoding_for(making.accepted), STORE.get(making.key)
    page = Page(response, encoding, (site, discussion), article.pk if article else None, making.asked_at, before)
    page.until = until(article, site)
    STORE.put(making.key, page)
    return page


class Ahead(NamedTuple):
    """What changes pages although nobody writes; right for one version of the site."""

    site: int
    policy: Policy
    appears_at: datetime | None


# Replaced as a whole, so threads need no lock for it.
_ahead: Ahead | None = None


def ahead(site: int) -> Ahead:
    global _ahead
    known, now = _ahead, timezone.now()
    if known is None or known.site != site or (known.appears_at is not None and known.appears_at <= now):
        known = _ahead = Ahead(site, Policy.objects.current(), Article.objects.next_to_appear())
    return known


def until(article: Article | None, site: int) -> float:
    """When a page that is made now must be made anew in any case, in seconds since the epoch."""
    known, now = ahead(site), timezone.now()
    moments = [known.appears_at, *(closing.moments(known.policy, article) if article else ())]
    return min([time() + KEPT, *(moment.timestamp() for moment in moments if moment is not None and moment > now)])


def answer(request: HttpRequest, key: Key, page: Page) -> HttpResponse:
    encoding = encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding not in page.variants:
        page.encode(encoding)
        STORE.put(key, page)
    status, headers, body = page.answer(request.META, encoding)
    response = HttpResponse(body, status=status, headers=dict(headers))
    if status == 304:
        del response["Content-Type"]
    return response


def key_of(environ: dict[str, Any]) -> Key | None:
    """Of the page that is asked for; None where nothing is taken from here and nothing is kept."""
    query = environ.get("QUERY_STRING", "")
    # What no page could be asked with is refused elsewhere, each time in the same way.
    has_body = environ.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in environ
    if has_body or not settings.PAGE_CACHE_BYTES or "%00" in query:
        return None
    chosen = ""
    if header := environ.get("HTTP_COOKIE"):
        cookies = parse_cookie(header)
        if settings.SESSION_COOKIE_NAME in cookies or "\\" in header:
            return None
        chosen = language.chosen(cookies)
    asked: tuple[tuple[str, str], ...] = ()
    if query:
        given = QueryDict(query)
        if given.keys() & OLD_PARAMETERS:
            return None
        asked = tuple(sorted((name, given[name]) for name in given if name in PARAMETERS))
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "") if settings.HAS_TLS else ""
    return Key(scheme, environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", ""), asked, chosen)


def wants_newest(environ: dict[str, Any]) -> bool:
    policy = environ.get("HTTP_CACHE_CONTROL", "")
    if "no-cache" in policy or "max-age=0" in policy:
        return True
    return "HTTP_COOKIE" in environ and identity.has_just_written(parse_cookie(environ["HTTP_COOKIE"]))

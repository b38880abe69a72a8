"""Who may send a form here.

Readers' pages are the same bytes for everybody and so cannot hold a token.
Their forms are accepted when the browser says that they come from a page of
this site: by `Sec-Fetch-Site`, else `Origin`, else `Referer`. A request with
none of the three was not sent by a browser's form and is refused. Everything
under the admin keeps Django's own tokens.
"""

from functools import cache
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

from config.errors import cross_origin

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


@cache
def _admin() -> str:
    return reverse("admin:index")


def is_of_admin(request: HttpRequest) -> bool:
    return request.path.startswith(_admin())


def is_same_origin(request: HttpRequest) -> bool:
    """True when the browser vouches that a page of this site sent the request.

    `Sec-Fetch-Site: none` means that the person began it, by reloading for
    example; no page can send it (W3C Fetch Metadata, 2.4).
    """
    # Not `headers`, which takes all of them apart.
    fetch_site = request.META.get("HTTP_SEC_FETCH_SITE")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    sender = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER")
    if not sender:
        return False
    try:
        parts = urlsplit(sender)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


class CrossOriginMiddleware(CsrfViewMiddleware):
    def process_view(self, request, callback, callback_args, callback_kwargs):
        if is_of_admin(request):
            return super().process_view(request, callback, callback_args, callback_kwargs)
        if request.method in SAFE_METHODS or is_same_origin(request):
            return None
        return cross_origin(request)

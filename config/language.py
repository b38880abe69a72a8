"""The language of the pages is the one that the reader has chosen, else the site's.

The choice is a cookie and never `Accept-Language`: who has chosen nothing gets
the same bytes as everybody, and a link shows everybody the same page.

Pages without the cookie do not vary by cookies, so that readers who have been
given some other cookie share one copy of them. Pages in a chosen language say
`Vary: Cookie`, so that none is kept for others. A shared cache in front of the
site must make the cookie `language` a part of its key, or else ask the site
whenever a request brings it along.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "language"
REMEMBERED_FOR = timedelta(days=365)


def is_known(language: str) -> bool:
    return language in dict(settings.LANGUAGES)


def chosen(cookies: Mapping[str, str]) -> str:
    """What the reader's cookie says; "" without one, and for a language that the site does not speak."""
    cookie = cookies.get(COOKIE, "")
    return cookie if is_known(cookie) else ""


class LanguageMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen(request.COOKIES) or settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        if chosen(request.COOKIES):
            patch_vary_headers(response, ["Cookie"])
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", language)
        return response


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the reader's choice and lead back to the page that the form was on."""
    language = request.POST.get("language", "")
    if not is_known(language):
        return HttpResponseBadRequest()
    response = HttpResponse(status=303, headers={"Location": safe_place(request.POST.get("next", ""))})
    response.set_cookie(
        COOKIE, language, max_age=REMEMBERED_FOR, secure=settings.HAS_TLS, httponly=True, samesite="Lax"
    )
    return response


def safe_place(address: str) -> str:
    """The address when it is a path of this site, else home."""
    # Django refuses to write a line break into a header.
    is_path = address.startswith("/") and address.isprintable() and address.isascii()
    is_ours = is_path and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else reverse("articles:home")

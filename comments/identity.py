"""Who a reader is to this site: an opaque key, nothing more.

The only module that reads cookies. Reading sets none; the first comment or
vote gives a random token in a signed cookie that scripts cannot see. What the
database keeps is a keyed hash of the token: whoever reads the database cannot
make the cookie, and whoever holds the cookie cannot be named by it.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
SALT = "kawaraban.visitor"
# Browsers keep a cookie for 400 days at most (RFC 6265bis, 5.5).
COOKIE_SECONDS = 400 * 24 * 3600


def token_of(request: HttpRequest) -> str:
    """The visitor's token, "" for one who has never written here or whose cookie was altered."""
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT))
    except signing.BadSignature:
        return ""


def visitor_key_of(token: str) -> str:
    """The opaque key (32 hex digits) under which acts of this visitor are stored."""
    return salted_hmac(SALT, token, algorithm="sha256").hexdigest()[:32]


def identify(request: HttpRequest) -> tuple[str, str]:
    """(token, visitor_key) of whoever writes; the token is new for a newcomer and must be given back by `remember`."""
    token = token_of(request) or secrets.token_urlsafe(18)
    return token, visitor_key_of(token)


def remember(response: HttpResponse, token: str) -> HttpResponse:
    """The response with the visitor's cookie, renewed at each act."""
    response.set_cookie(
        COOKIE,
        signing.dumps(token, salt=SALT),
        max_age=COOKIE_SECONDS,
        secure=settings.HAS_TLS,
        httponly=True,
        samesite="Lax",
    )
    return response

"""Who a reader is to this site: an opaque key, nothing more.

The only module that reads cookies. Reading sets none; the first comment or
vote gives a random token in a signed cookie that scripts cannot see. What the
database keeps is a keyed hash of the token: whoever reads the database cannot
make the cookie, and whoever holds the cookie cannot be named by it.
"""

import secrets
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
SALT = "kawaraban.visitor"
NETWORK_SALT = "kawaraban.network"
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


def network_key_of(request: HttpRequest) -> str:
    """The opaque key (32 hex digits) of the network that a request comes from.

    A /24 of IPv4 and a /48 of IPv6: what one customer of a provider can
    change without effort. Where no address is known all share one key.
    """
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
        address = getattr(address, "ipv4_mapped", None) or address
        network = str(ip_network((address.packed, 24 if address.version == 4 else 48), strict=False))
    except ValueError:
        network = ""
    return salted_hmac(NETWORK_SALT, network, algorithm="sha256").hexdigest()[:32]


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

"""Who a reader is to this site: opaque keys, nothing more.

The only module that reads cookies and addresses. Reading sets no cookie; the
first comment or vote gives a random token in a signed cookie that scripts
cannot see. What the database keeps are keyed hashes: whoever reads the
database can make neither the cookie nor the address from them.

The keys of the hashes (`IDENTITY_KEYS`, the one in use first) can be changed.
A token names the key under which it began, so a visitor stays the same person
for as long as that key is kept in the list; networks are counted anew.
"""

import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "visitor"
SALT = "kawaraban.visitor"
# Browsers keep a cookie for 400 days at most (RFC 6265bis, 5.5).
COOKIE_SECONDS = 400 * 24 * 3600

# Several times as long as any cache may keep a page. `deploy/nginx` knows the name.
ACT_COOKIE = "wrote"
ACT_SECONDS = 10

# A cookie that is younger may have been thrown away and asked for again a moment ago.
NEW_FOR = timedelta(hours=1)

# 6 bits a character: two of a thousand people under one article share an ID once in 500 million articles' time.
PUBLIC_ID_LENGTH = 8
TRIP_LENGTH = 10


@dataclass(frozen=True)
class Visitor:
    """An anonymous person at the moment of a request."""

    token: str
    key: str
    network_key: str
    address: str | None
    is_new: bool

    def public_id(self, article_id: int) -> str:
        """The ID beside this person's comments under one article, "" where the site shows none.

        Another article gives another one, and none leads back to the person.
        """
        if not settings.PUBLIC_IDS:
            return ""
        digest = _hash(_key_of(self.token), "public-id", f"{article_id}:{self.token}")
        # An ID is part of an address.
        return _characters(digest, b"-_")[:PUBLIC_ID_LENGTH]


def recognise(request: HttpRequest) -> Visitor | None:
    """The visitor who has written here before; None without a cookie, or with one that was altered."""
    token = _token_of(request)
    return _visitor(request, token) if token else None


def identify(request: HttpRequest) -> Visitor:
    """Whoever writes now; a newcomer gets a token, which must be given back by `remember`."""
    return _visitor(request, _token_of(request) or _new_token())


def remember(response: HttpResponse, visitor: Visitor) -> HttpResponse:
    """The response to an act of the visitor, with their cookie, which each act renews."""
    response.set_cookie(
        COOKIE,
        signing.dumps(visitor.token, key=settings.IDENTITY_KEYS[0], salt=SALT),
        max_age=COOKIE_SECONDS,
        secure=settings.HAS_TLS,
        httponly=True,
        samesite="Lax",
    )
    return remember_act(response)


def forget(response: HttpResponse) -> HttpResponse:
    """The response that takes the visitor's cookie away."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def remember_act(response: HttpResponse) -> HttpResponse:
    """The response to whoever has just written something: with this cookie they go round all caches and see it at once."""
    response.set_cookie(ACT_COOKIE, "1", max_age=ACT_SECONDS, secure=settings.HAS_TLS, httponly=True, samesite="Lax")
    return response


def has_just_written(cookies: Mapping[str, str]) -> bool:
    return ACT_COOKIE in cookies


def trip_of(secret: str) -> str:
    """The mark (10 characters) that only who knows the secret can have, the same under every article.

    Made with the oldest key, so that it stays when a new one is put in front.
    """
    return _characters(_hash(settings.IDENTITY_KEYS[-1], "trip", secret))[:TRIP_LENGTH]


def address_of(request: HttpRequest) -> str | None:
    """The address that a request comes from, None where it is not known.

    Proxies that are named in the settings vouch for what stands to the left of
    them in X-Forwarded-For; the first that is not one of them is the client.
    What anybody else sends, in this or another header, is not looked at.
    """
    peer = _parsed(request.META.get("REMOTE_ADDR", ""))
    if peer is None:
        return None
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not any(peer in network for network in settings.TRUSTED_PROXIES):
            break
        address = _parsed(hop)
        if address is None:
            break
        peer = address
    return str(peer)


def network_key_of(request: HttpRequest) -> str:
    """The opaque key (32 hex digits) of the network that a request comes from.

    A /24 of IPv4 and a /48 of IPv6: what one customer of a provider can
    change without effort. Where no address is known all share one key.
    """
    return _network_key(address_of(request))


def _network_key(text: str | None) -> str:
    address, network = _parsed(text or ""), ""
    if address is not None:
        network = str(ip_network((address.packed, 24 if address.version == 4 else 48), strict=False))
    return _hash(settings.IDENTITY_KEYS[0], "network", network).hex()[:32]


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it, `192.0.2.1:4711` and `[2001:db8::1]:4711` included."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _new_token() -> str:
    """The name of the key it is hashed with, the second of its birth, 144 random bits."""
    born = int(timezone.now().timestamp())
    return f"{_name(settings.IDENTITY_KEYS[0])}.{born}.{secrets.token_urlsafe(18)}"


def _token_of(request: HttpRequest) -> str:
    """The visitor's token, "" when there is none, it was altered, or its key is no longer kept."""
    newest, *others = settings.IDENTITY_KEYS
    try:
        token = signing.loads(request.COOKIES.get(COOKIE, ""), key=newest, salt=SALT, fallback_keys=[*others])
        _key_of(token)
    except (signing.BadSignature, LookupError):
        return ""
    return token


def _visitor(request: HttpRequest, token: str) -> Visitor:
    born = datetime.fromtimestamp(int(token.split(".")[1]), tz=UTC)
    address = address_of(request)
    return Visitor(
        token=token,
        key=_hash(_key_of(token), "visitor", token).hex()[:32],
        network_key=_network_key(address),
        address=address if settings.ADDRESS_RETENTION else None,
        is_new=timezone.now() - born < NEW_FOR,
    )


def _key_of(token: str) -> str:
    """Raises LookupError when the key is no longer kept."""
    return {_name(key): key for key in settings.IDENTITY_KEYS}[token.partition(".")[0]]


def _name(key: str) -> str:
    return _hash(key, "name", "").hex()[:8]


def _hash(key: str, purpose: str, text: str) -> bytes:
    # The purpose keeps apart what is hashed with one key: no network is ever taken for a visitor.
    return hmac.digest(key.encode(), f"{purpose}:{text}".encode(), "sha256")


def _characters(digest: bytes, last_two: bytes = b"./") -> str:
    return b64encode(digest, last_two).decode()

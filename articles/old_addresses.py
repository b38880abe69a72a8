"""Addresses that articles had before, kept in the table of `django.contrib.redirects`.

They are stored as letters rather than percent codes. WordPress cuts a Japanese
slug at 200 encoded bytes, so with its date in front an address is longer than
the table's 200 characters; as letters it has a third of the length, and it
does not matter whether a link says %e7 or %E7.
"""

from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.http import HttpRequest, HttpResponse, HttpResponseGone, HttpResponsePermanentRedirect
from django.utils.encoding import repercent_broken_unicode

PATH_LENGTH = Redirect._meta.get_field("old_path").max_length or 0


def stored_path(path: str) -> str:
    """The path as letters, its query as it is. What is not UTF-8 stays percent-encoded."""
    path, mark, query = path.partition("?")
    return repercent_broken_unicode(unquote_to_bytes(path)).decode() + mark + query


def asked_paths(request: HttpRequest) -> Iterator[str]:
    """The address as asked for, then without what other sites append to the links they show."""
    yield request.get_full_path()
    for name in ("p", "page_id"):
        if name in request.GET:
            yield f"{request.path}?{name}={request.GET[name]}"
    yield request.path


def redirect_from(request: HttpRequest) -> HttpResponse | None:
    """The answer for an address that an article had before; 410 where the owner left the new one empty."""
    paths = [stored_path(path) for path in asked_paths(request)]
    rows = Redirect.objects.filter(site_id=settings.SITE_ID, old_path__in=paths)
    known = {row.old_path: row for row in rows}
    redirect = next((known[path] for path in paths if path in known), None)
    if redirect is None:
        return None
    return HttpResponsePermanentRedirect(redirect.new_path) if redirect.new_path else HttpResponseGone()


def keep(old: str, new: str) -> None:
    """Let the address that a page had lead to the one that it has now, in one step; the caller has a transaction.

    The unique constraint on the old address has the last word. What is longer
    than the table takes stays unknown: slugs of 180 letters are nobody's links.
    """
    old, new = stored_path(old), stored_path(new)
    rows = Redirect.objects.filter(site_id=settings.SITE_ID)
    rows.filter(old_path=new).delete()
    if max(len(old), len(new)) > PATH_LENGTH:
        return
    rows.filter(new_path=old).update(new_path=new)
    Redirect.objects.update_or_create(site_id=settings.SITE_ID, old_path=old, defaults={"new_path": new})


class OldAddressMiddleware:
    """Looks an address up only when no page has it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        return redirect_from(request) or response

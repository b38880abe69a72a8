"""The version of all that pages show beside the discussions: it changes with every change of one of those rows.

It is asked once per request at most, and kept on the request.
"""

from django.http import HttpRequest

from articles.models import PageVersion


def current() -> int:
    return PageVersion.objects.of_lists()[0]


def of(request: HttpRequest) -> int:
    """The version when the request was first asked for it: what is read later is of this version or newer."""
    if not hasattr(request, "site_version"):
        request.site_version = current()  # type: ignore[attr-defined]
    return request.site_version  # type: ignore[attr-defined]

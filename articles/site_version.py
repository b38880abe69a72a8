"""The version of all that pages show beside the discussions: it changes with every change of one of those rows.

It is asked once per request at most, and kept on the request.
"""

from django.http import HttpRequest

from articles.models import PageVersion

# For whoever has another statement to send before anything is read that shows the site.
STATEMENT = "SELECT version FROM articles_pageversion WHERE id = 0"


def current() -> int:
    return PageVersion.objects.of_lists()[0]


def of(request: HttpRequest) -> int:
    """The version when the request was first asked for it: what is read later is of this version or newer."""
    if not hasattr(request, "site_version"):
        request.site_version = current()  # type: ignore[attr-defined]
    return request.site_version  # type: ignore[attr-defined]


def told(request: HttpRequest, version: int | None) -> None:
    """By who has asked with STATEMENT. What was asked first stays."""
    if not hasattr(request, "site_version"):
        request.site_version = version or 0  # type: ignore[attr-defined]

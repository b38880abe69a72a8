"""Whole addresses, for whoever reads the site elsewhere than in a browser: feeds, sitemaps, search engines."""

import re
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest


def whole(request: HttpRequest, path: str) -> str:
    """The address with scheme and host: the site's public one, and while none is set the one that was asked."""
    return urljoin(settings.SITE_URL, path) if settings.SITE_URL else request.build_absolute_uri(path)


def host(request: HttpRequest) -> str:
    """The host alone, without a port."""
    return re.sub(r"^\w+://|:[0-9]+$", "", settings.SITE_URL or f"http://{request.get_host()}")

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is the same for everybody.

    How well a page compresses tells whoever can put words into it of what
    else is in it (BREACH), so pages with something for one person's eyes
    only stay as they are: the admin, receipts, whatever sets a cookie. All
    of them say so to caches.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        policy = response.get("Cache-Control", "")
        if response.cookies or "private" in policy or "no-store" in policy or is_compressed(response):
            return response
        return super().process_response(request, response)


def is_compressed(response: HttpResponseBase) -> bool:
    """Pictures would cost time and grow."""
    return response.get("Content-Type", "").startswith("image/")

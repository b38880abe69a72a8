from pathlib import PurePath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

# What `articles/pictures.py` writes, and what it took before. Nothing else is
# served from here: an SVG or a page would be a script of this site.
# The types are told here, because not every system's own list has heard of WebP.
TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
}


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture. Its name is never given to another, so browsers may keep it for a year."""
    kind = TYPES.get(PurePath(path).suffix.lower())
    if kind is None:
        raise Http404
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    # A name that is longer than the file system's are.
    except OSError as error:
        raise Http404 from error
    if "Content-Type" in response:
        response["Content-Type"] = kind
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response

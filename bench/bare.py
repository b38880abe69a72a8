"""The least that Django can do: one of three bodies from memory, with no middleware; what the site is compared with.

The bodies are the files `plain`, `gzip` and `br` of the folder BARE_FOLDER.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

FOLDER = Path(os.environ["BARE_FOLDER"])
BODIES = {name: (FOLDER / name).read_bytes() for name in ("plain", "gzip", "br")}


def body(request: HttpRequest, name: str) -> HttpResponse:
    body = BODIES[name]
    response = HttpResponse(body, headers={"Content-Length": str(len(body))})
    if name != "plain":
        response.headers["Content-Encoding"] = name
    return response


settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[])
urlpatterns = [
    path("healthz", lambda request: HttpResponse("ok")),
    path("<str:name>", body),
]
application = get_wsgi_application()

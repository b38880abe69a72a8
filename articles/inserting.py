"""Large parts are set into a page last, as bytes.

Each template and mould around a part copies it, and then all is encoded: for
the comments of a page that took longer than to find and to join them.
"""

import re
import secrets

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

# Nobody can write what no page shows.
MARK = f"[{secrets.token_hex(16)}:%d]"
MARKS = re.compile(re.escape(MARK).replace("%d", r"(\d+)"))


def accept(request: HttpRequest) -> None:
    """Say that the page of this request will be passed through `complete`."""
    request.inserts = []  # type: ignore[attr-defined]


def later(request: HttpRequest, part: bytes) -> SafeString:
    """What stands for the part in templates; where nobody sets it in later, the part itself."""
    inserts: list[bytes] | None = getattr(request, "inserts", None)
    if inserts is None:
        return mark_safe(part.decode())  # noqa: S308 as safe as a part of a template is
    inserts.append(part)
    return mark_safe(MARK % (len(inserts) - 1))  # noqa: S308


def complete(request: HttpRequest, page: str) -> bytes:
    inserts: list[bytes] = request.__dict__.pop("inserts")
    pieces: list[bytes] = []
    for n, piece in enumerate(MARKS.split(page)):
        # Between the texts stand the numbers of what was inserted.
        pieces.append(inserts[int(piece)] if n % 2 else piece.encode())
    return b"".join(pieces)

"""When a form was made, said by the form itself.

A stamp is the signed second at which a page was made: the same for everybody,
so a page with one is still the same bytes for all. It proves no more than
that somebody fetched a page of this site; `verdict` weighs its age.
"""

from datetime import UTC, datetime, timedelta

from django.core import signing
from django.utils import timezone

FIELD = "stamp"
# Fresh ones for a page that stays open come with what it asks for anyway (`views.since`).
HEADER = "X-Form-Stamp"
SALT = "kawaraban.form"


def make() -> str:
    return signing.Signer(salt=SALT).sign(str(int(timezone.now().timestamp())))


def age(stamp: str) -> timedelta | None:
    """Since the stamp was made; None for one that is missing or was altered."""
    try:
        made = int(signing.Signer(salt=SALT).unsign(stamp))
    except signing.BadSignature:
        return None
    return timezone.now() - datetime.fromtimestamp(made, tz=UTC)

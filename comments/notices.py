"""How the owner hears of what waits for a decision: the outbox is sent by `tick`, and by nobody else.

Whoever posts or reports only writes a row. A message takes all that waits for
its way, so that a flood is one message. The rows are claimed in one short
transaction and sent outside of any, and a message that could not be handed
over is tried again. It can come twice, when a process dies between handing
it over and noting so; it cannot be lost.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from comments.digest import Digest
from comments.models import Notice, Policy
from comments.models.notice import channels

logger = logging.getLogger(__name__)

# Seconds for each step of handing it over.
WEBHOOK_TIMEOUT = 20


class Refused(Exception):
    """The webhook's server answered, but not that it took the message."""


def send_notices() -> None:
    """What waits in the outbox, one message for each way that is set up."""
    for channel in channels():
        # Most minutes there is nothing; SQLite's only write lock is not taken for that.
        if Notice.objects.unsent().filter(channel=channel).exists():
            send_by(channel)


def send_by(channel: str) -> None:
    pause = timedelta(minutes=Policy.objects.current().digest_minutes)
    batch = Notice.objects.claim(channel, pause)
    batch.exclude(pk__in=batch.open().values("pk")).leave_out()
    if not batch.exists():
        return
    try:
        with translation.override(settings.LANGUAGE_CODE):
            WAYS[channel](Digest(batch))
    # Each server and library has errors of its own; whatever happened, the rows stay to be tried again.
    except Exception as error:
        batch.mark_failed(shortened(error))
        logger.warning("notices by %s were not taken: %s", channel, shortened(error))
    else:
        batch.mark_sent()


def shortened(error: Exception) -> str:
    """What kind of error it was. Never its own text, in which there may be addresses, and a webhook's secret."""
    code = getattr(error, "smtp_code", None) or getattr(error, "strerror", None) or ""
    # Ours hold a status, and nothing else.
    code = str(error) if isinstance(error, Refused) else code
    return f"{type(error).__name__} {code}".strip()


def send_mail(digest: Digest) -> None:
    # RFC 3834: so that no holiday reply answers it.
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    mail = EmailMessage(digest.subject, digest.mail(), to=settings.NOTICE_EMAILS, headers=headers)
    if not mail.send():
        raise smtplib.SMTPException


def call_webhook(digest: Digest) -> None:
    call = httpx.stream("POST", settings.NOTICE_WEBHOOK_URL, json=digest.webhook(), timeout=WEBHOOK_TIMEOUT)
    # Of the answer only the status is read. A redirect is none: whoever can send one must not choose who is told.
    with call as response:
        if not response.is_success:
            raise Refused(response.status_code)


WAYS: dict[str, Callable[[Digest], None]] = {Notice.Channel.MAIL: send_mail, Notice.Channel.WEBHOOK: call_webhook}

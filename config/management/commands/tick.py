import logging
import os
import sys
import time
from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db import close_old_connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import related, source_check
from articles.models import ArticleText, Autosave, Picture
from articles.rerendering import render_again
from comments import limits, popularity, valve
from comments.models import (
    Ban,
    Comment,
    CommentText,
    HourlyCount,
    MisplacementReport,
    Notice,
    RateLimit,
    Report,
    VoteExclusion,
)
from comments.notices import send_notices

logger = logging.getLogger(__name__)

# Rows in one statement: nobody who writes waits for longer than that takes.
BATCH = 1000


def drop_addresses() -> None:
    """Addresses of readers that are past the retention period.

    Without the locks of the articles: rows that somebody else holds are left
    for the next tick, so that neither waits for the other.
    """
    while drop_batch():
        pass


@transaction.atomic
def drop_batch() -> int:
    expired = Comment.objects.with_expired_address().select_for_update(skip_locked=True, no_key=True)
    pks = list(expired.values_list("pk", flat=True)[:BATCH])
    return Comment.objects.filter(pk__in=pks).update(address=None)


def drop_limits() -> None:
    """Windows that count nothing any more."""
    delete(RateLimit.objects.past(limits.LONGEST))


def drop_sign_ins() -> None:
    """Failed attempts to sign in, with their addresses, but not while they lock somebody out."""
    kept = max(settings.ADDRESS_RETENTION, timedelta(hours=settings.AXES_COOLOFF_TIME))
    delete(AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - kept))


def drop_reports() -> None:
    """Readers' reports on which was decided, once nobody's address of that time is kept either. They count nowhere."""
    moment = timezone.now() - settings.ADDRESS_RETENTION
    delete(Report.objects.past(moment))
    delete(MisplacementReport.objects.past(moment))


def forget_banned() -> None:
    """Whom bans that are over for so long had kept out."""
    Ban.objects.over(timezone.now() - settings.ADDRESS_RETENTION).forget_whom()


def heal_exclusions() -> None:
    """Votes that were cast in the moment in which the owner left their network out everywhere."""
    VoteExclusion.objects.heal()


def drop_sessions() -> None:
    """Sessions of the admin that have expired."""
    delete(Session.objects.filter(expire_date__lt=timezone.now()))


def drop_autosaves() -> None:
    """Unsaved texts to which nobody came back."""
    delete(Autosave.objects.past())


def drop_notices() -> None:
    """Messages to the owner that were sent long ago."""
    delete(Notice.objects.past())


def check_sources() -> None:
    """Ask a few sources whether they still answer, and tell the owner of those that are dead."""
    for source in source_check.check_due():
        Notice.objects.tell(Notice.Kind.SOURCE, source=source)


def renew_pictures() -> None:
    """Pictures that were taken before there were smaller ones of each."""
    Picture.objects.renew_older()


def index_search() -> None:
    """What cannot be found yet: what was imported, and what was there before searching was."""
    ArticleText.objects.write_missing()
    CommentText.objects.write_missing()


def count_hours() -> None:
    """What readers did, hour by hour, for the dashboard."""
    HourlyCount.objects.count_up()
    delete(HourlyCount.objects.past())


def delete(rows: QuerySet) -> None:
    while pks := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=pks).delete()


TASKS = [
    drop_addresses,
    drop_limits,
    drop_sign_ins,
    drop_sessions,
    drop_autosaves,
    drop_reports,
    forget_banned,
    heal_exclusions,
    count_hours,
    valve.measure_usual,
    valve.keep_on,
    drop_notices,
    renew_pictures,
    render_again,
    index_search,
    related.find_due,
    popularity.measure,
    # Last, because they may wait for servers.
    send_notices,
    check_sources,
]


class Command(BaseCommand):
    help = "Does what time has made due: drops addresses, old counters and sessions, corrects counts, sends notices. To be run each minute."

    def add_arguments(self, parser):
        parser.add_argument(
            "--every",
            type=int,
            metavar="SECONDS",
            help="repeat it, until the process that started this one has ended",
        )

    def handle(self, *, every, **options):
        if not every:
            sys.exit(0 if tick() else 1)
        parent = os.getppid()
        while wait(every, parent):
            tick()
            close_old_connections()


def tick() -> bool:
    """Do all tasks; one that fails is logged and keeps none of the others from being done."""
    done = True
    for task in TASKS:
        try:
            task()
        except Exception:
            logger.exception("%s failed", task.__name__)
            done = False
    return done


def wait(seconds: int, parent: int) -> bool:
    """Sleep; False as soon as the parent process has ended."""
    deadline = time.monotonic() + seconds
    while os.getppid() == parent:
        if time.monotonic() >= deadline:
            return True
        time.sleep(0.5)
    return False

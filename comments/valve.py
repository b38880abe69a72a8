"""The valve: while far more is written than usual, newcomers' comments are held and known readers' pass.

It is two columns of the policy. `valve_until` is the moment at which it lets
everybody through again, so nothing has to be done when a flood is over.
`valve_since` is when it began to hold; when the owner has let newcomers
through it lies ahead, and the valve does not act before that. Every change is
one UPDATE with its condition, which locks the row: of many that see the flood
at once, one changes it.
"""

from datetime import UTC, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from comments.models import Comment, ModerationEvent, Notice, Policy, RateLimit
from comments.models.decision import Decision

# Below this no pace is a flood, however quiet the site is else.
LEAST_PER_MINUTE = 20

# For how long it holds after the last minute that was too lively.
HOLDS_FOR = timedelta(minutes=15)

# For how long it leaves alone whom the owner has let through.
RESTS_FOR = timedelta(hours=1)

# The usual pace is that of the busy hours: what nine of ten hours of a week stay below. A flood
# of half a day does not move it, as it would move the mean.
WEEK = timedelta(days=7)
BUSIER_HOURS = 7 * 24 // 10
MEASURED_EACH = timedelta(hours=1)

# One decision takes along no more; the rest waits at the desk.
LET_THROUGH_MOST = 10_000

MINUTE = timedelta(minutes=1)


def watch(policy: Policy | None = None) -> None:
    """Asked after each comment: begin to hold when the last minute was too lively, and tell the owner once.

    Two reads: the policy where it is not known, and not more of the newest comments than make a flood.
    """
    policy = policy or Policy.objects.current()
    if may_begin(policy) and is_flood(policy):
        begin()


def may_begin(policy: Policy) -> bool:
    rests = policy.valve_since is not None and timezone.now() < policy.valve_since
    return bool(policy.valve_factor) and not policy.has_valve and not rests


def most_per_minute(policy: Policy) -> int:
    """How many comments of readers in a minute are no flood yet."""
    return max(LEAST_PER_MINUTE, int(policy.valve_factor * policy.usual_per_minute))


def is_flood(policy: Policy) -> bool:
    most = most_per_minute(policy)
    written = Comment.objects.filter(created_at__gt=timezone.now() - MINUTE, by_staff=False)
    return written.order_by("-created_at", "-pk").values("pk")[: most + 1].count() > most


@transaction.atomic
def begin() -> bool:
    """False when somebody else was first, or the owner has said that newcomers may pass."""
    Policy.objects.get_or_create(pk=1)
    now = timezone.now()
    idle = Q(valve_until=None) | Q(valve_until__lte=now)
    allowed = Q(valve_since=None) | Q(valve_since__lte=now)
    began = Policy.objects.filter(idle, allowed, pk=1).update(valve_since=now, valve_until=now + HOLDS_FOR)
    if began:
        Notice.objects.tell(Notice.Kind.VALVE)
    return bool(began)


def keep_on() -> None:
    """Hold for longer while the flood lasts; for `tick`."""
    policy, now = Policy.objects.current(), timezone.now()
    if policy.has_valve and policy.valve_factor and is_flood(policy):
        Policy.objects.filter(pk=1, valve_until__gt=now).update(valve_until=now + HOLDS_FOR)


def held_alone():
    """The comments that wait for no other reason."""
    return Comment.objects.filter(status=Comment.Status.PENDING, hold_reasons="valve")


@transaction.atomic
def let_through(*, by, source: str = ModerationEvent.Source.DESK) -> ModerationEvent | None:
    """Let newcomers through again for a while, and publish what waits for no other reason; the event of that.

    The comments under the locks of their articles, and the policy after them.
    """
    pks = held_alone().order_by("created_at", "pk").values_list("pk", flat=True)[:LET_THROUGH_MOST]
    event = Decision.on_chosen(pks, ModerationEvent.Action.APPROVE).carry_out(by=by, source=source)
    now = timezone.now()
    Policy.objects.get_or_create(pk=1)
    Policy.objects.filter(pk=1).update(valve_since=now + RESTS_FOR, valve_until=now)
    Notice.objects.unsent().filter(kind=Notice.Kind.VALVE).leave_out()
    return event


def measure_usual() -> None:
    """How many comments a minute are usual; each hour, for `tick`."""
    # One row for all machines, and for a timer that starts a process each minute.
    if RateLimit.hit("valve/measured", 1, MEASURED_EACH) is None:
        policy = Policy.objects.current()
        if (usual := usual_per_minute()) != policy.usual_per_minute:
            Policy.objects.get_or_create(pk=1)
            Policy.objects.filter(pk=1).update(usual_per_minute=usual)


def usual_per_minute() -> float:
    """Of what was published, by the index of the published ones by date."""
    written = Comment.objects.filter(status=Comment.Status.PUBLISHED, created_at__gt=timezone.now() - WEEK)
    hours = written.order_by().annotate(hour=TruncHour("created_at", tzinfo=UTC)).values("hour")
    counts = sorted(hours.annotate(n=Count("pk")).values_list("n", flat=True), reverse=True)
    return counts[BUSIER_HOURS] / 60 if len(counts) > BUSIER_HOURS else 0.0

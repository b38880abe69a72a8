"""The moment of publication in words, always in the site's own time zone and saying so."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

MORNING, EVENING = time(7), time(20)


@dataclass(frozen=True)
class Moment:
    """One that can be chosen with a tap, as the two fields of the form take it."""

    label: str
    day: str
    clock: str


def zone_name() -> str:
    return _("Japan time") if settings.TIME_ZONE == "Asia/Tokyo" else settings.TIME_ZONE


def told(moment: datetime) -> str:
    """Day, weekday and time with the zone."""
    # Translators: Django's date format
    text = date_format(timezone.localtime(moment), _("M j (D) H:i"))
    return _("%(moment)s (%(zone)s)") % {"moment": text, "zone": zone_name()}


def told_scheduled(moment: datetime) -> str:
    left = timeuntil(moment, depth=1)
    return _("Scheduled: %(moment)s, in %(left)s") % {"moment": told(moment), "left": left}


def choices(now: datetime) -> list[Moment]:
    """Now, tonight while it is not yet evening, and tomorrow morning."""
    here = timezone.localtime(now)
    tonight = here.replace(hour=EVENING.hour, minute=0, second=0, microsecond=0)
    morning = (here + timedelta(days=1)).replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    found = [(_("now"), here)]
    if here < tonight:
        found.append((_("tonight at 8 p.m."), tonight))
    found.append((_("tomorrow at 7 a.m."), morning))
    return [Moment(label, f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}") for label, moment in found]

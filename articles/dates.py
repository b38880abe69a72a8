"""Moments as pages show them. Django's filters take as long for a date as a whole comment does otherwise."""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from django.template.defaultfilters import date as shown_date
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

NO_OFFSET = timedelta(0)


def attribute(local: datetime) -> str:
    """2026-10-03T18:05:00+0900, as the filter `date:'Y-m-d\\TH:i:sO'` writes it."""
    text = local.isoformat(timespec="seconds")
    # Local mean time, as long ago, has an offset with seconds.
    return f"{text[:22]}{text[23:]}" if len(text) == 25 else f"{text[:19]}{_offset(local.utcoffset() or NO_OFFSET)}"


def day(local: datetime, language: str | None) -> str:
    """As the filter `date` shows it in the language of the page, which the caller has asked for."""
    return _day(language, local.date())


def element(moment: datetime | None) -> SafeString | str:
    """HTML's `time` with the day of the moment."""
    if moment is None:
        return '<time datetime=""></time>'
    local = moment.astimezone(get_current_timezone())
    return mark_safe(f'<time datetime="{attribute(local)}">{day(local, get_language())}</time>')  # noqa: S308 nothing typed


@lru_cache(maxsize=1_000)
def _day(language: str | None, day: date) -> str:
    return shown_date(day)


@lru_cache
def _offset(offset: timedelta) -> str:
    return format_date(datetime(2000, 1, 1, tzinfo=timezone(offset) if offset else UTC), "O")

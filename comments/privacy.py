"""What is kept of readers, why and for how long, as the settings in force have it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments import identity, limits


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The same for everybody, without a query."""
    context = {
        "address_days": settings.ADDRESS_RETENTION.days,
        "cookie_days": identity.COOKIE_SECONDS // (24 * 3600),
        "act_seconds": identity.ACT_SECONDS,
        "limit_minutes": int(limits.LONGEST.total_seconds()) // 60,
        "sign_in_hours": settings.AXES_COOLOFF_TIME,
        "shows_ids": settings.PUBLIC_IDS,
        "has_trips": settings.TRIPS,
        "asks_akismet": bool(settings.AKISMET_KEY),
        "contact": settings.CONTACT_EMAIL,
    }
    return render(request, "comments/privacy.html", context)

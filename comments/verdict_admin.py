"""The owner's page of what the verdict on new comments rests on, and how often each part of it held one."""

from collections import Counter
from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import verdict
from comments.models import Comment

LOOK_BACK = timedelta(days=7)
# Comments, held or not, so that the page takes no longer after a flood.
LOOKED_AT = 20_000


def held_lately() -> tuple[Counter[str], int]:
    """How many comments each part held, by its name, and among how many."""
    lately = Comment.objects.filter(created_at__gte=timezone.now() - LOOK_BACK).newest_first()
    stored = list(lately.values_list("hold_reasons", flat=True)[:LOOKED_AT])
    counts: Counter[str] = Counter()
    for reasons in filter(None, stored):
        counts.update({code.partition(":")[0] for code in reasons.split()})
    return counts, len(stored)


def page(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    counts, looked_at = held_lately()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Verdict on new comments"),
        "opts": model_admin.opts,
        "rows": [(part, counts[part.name]) for part in (*verdict.PARTS, verdict.REPORTS)],
        "days": LOOK_BACK.days,
        "looked_at": looked_at,
    }
    return TemplateResponse(request, "admin/comments/comment/verdict.html", context)

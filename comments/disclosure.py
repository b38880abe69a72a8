"""The sheet on one comment that a court or a lawyer asks for, and the log of who made it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from comments.desk import comment_of, comment_page, decisions_on
from comments.desk_forms import NOTE_LENGTH
from comments.models import Comment, ModerationEvent

# What providers in Japan put into their logs, and what those abroad do.
JST = ZoneInfo("Asia/Tokyo")


class DisclosureForm(forms.Form):
    note = forms.CharField(label=_("What for (court, case, who asked)"), max_length=NOTE_LENGTH)
    hold = forms.BooleanField(label=_("Keep the comment and its address for a legal claim"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks what for; POST logs who makes the sheet and answers with it."""
    comment = comment_of(pk)
    form = DisclosureForm(request.POST if request.method == "POST" else None, initial={"hold": True})
    if request.method != "POST" or not form.is_valid():
        shown = {"form": form, "panel": "desk/_disclose.html", "comment": comment}
        return comment_page(request, pk, status=422 if form.is_bound else 200, **shown)
    if form.cleaned_data["hold"] and comment.hold(by=request.user):
        comment.refresh_from_db(fields=["on_legal_hold"])
    earlier = list(made_of(comment))
    event = comment.disclose(by=request.user, note=form.cleaned_data["note"])
    shown = {
        "comment": comment,
        "event": event,
        "earlier": earlier,
        "decisions": [one for one in decisions_on(comment) if one.action != ModerationEvent.Action.DISCLOSE],
        "moments": moments(comment),
        "kept_until": comment.created_at + settings.ADDRESS_RETENTION,
        "here": request.build_absolute_uri("/")[:-1],
    }
    # No cache keeps it: the admin says so for every page under it.
    return render(request, "desk/disclosure.html", shown)


def made_of(comment: Comment):
    events = comment.moderation_events.filter(action=ModerationEvent.Action.DISCLOSE)
    return events.select_related("moderator").newest_first()


def moments(comment: Comment) -> list[tuple[str, str, str]]:
    """What happened when, in Japan's time and in UTC, to the second."""
    told = [(_("written"), comment.created_at), (_("edited"), comment.edited_at), (_("sheet made"), timezone.now())]
    return [(str(label), in_zone(moment, JST), in_zone(moment, UTC)) for label, moment in told if moment]


def in_zone(moment: datetime, zone) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")

"""The moderation log for readers, where the owner wants them to have one: what was decided, when and why.

Neither who wrote nor who decided: no names, no texts, no notes. What concerns
a person more than the discussion (erasures, legal claims, disclosure, votes)
is not in it, and of a ban no more than that there was one.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.models import ModerationEvent, Policy

PAGE_SIZE = 50

Action = ModerationEvent.Action
OF_COMMENTS = [
    Action.APPROVE,
    Action.REMOVE,
    Action.RESTORE,
    Action.MARK_SPAM,
    Action.SUSPEND,
    Action.MOVE,
    Action.PIN,
    Action.UNPIN,
    Action.LOCK,
    Action.UNLOCK,
]
# Without the place, which would tell of whom.
OF_PERSONS = [Action.BAN, Action.UNBAN]


@require_safe
def public_log(request: HttpRequest) -> HttpResponse:
    """A page of it, newest first; the address names the decision that it begins after. One query, by primary key."""
    policy = Policy.objects.current()
    if not policy.has_public_log:
        raise Http404
    events = shown_events()
    if "before" in request.GET:
        events = events.filter(pk__lt=key(request.GET["before"]))
    page = list(events[: PAGE_SIZE + 1])
    older = page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None
    context = {"policy": policy, "events": page[:PAGE_SIZE], "older": older, "of_persons": OF_PERSONS}
    return render(request, "comments/public_log.html", context)


def shown_events():
    """With what a line shows; articles without their bodies."""
    events = ModerationEvent.objects.filter(action__in=[*OF_COMMENTS, *OF_PERSONS]).order_by("-pk")
    return events.select_related("article", "comment", "undone_by").defer(
        "article__body", "article__body_source", "comment__text", "comment__html"
    )


def key(asked: str) -> int:
    """Raises Http404 for what is no key."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    return int(asked)

"""The moderation desk: queues of comments, one comment with all that is known of it, and what was decided.

All of it stands under the admin, whose sign-in and tokens it keeps. What
decides is in `comments/desk_verbs.py`.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments import cards, queues
from comments.models import Ban, Comment, ModerationChange, ModerationEvent
from comments.models.moderation import ModerationEventQuerySet
from comments.views import see_other, wants_fragment

# So many bans that are over are still shown; all are under the decisions.
ENDED_MOST = 50

# What the keys do, as the help says it.
KEYS = [
    ("j", gettext_lazy("next comment")),
    ("k", gettext_lazy("previous comment")),
    ("a", gettext_lazy("approve or restore")),
    ("r", gettext_lazy("remove")),
    ("s", gettext_lazy("spam")),
    ("m", gettext_lazy("move")),
    ("b", gettext_lazy("ban")),
    ("d", gettext_lazy("dismiss the reports")),
    ("u", gettext_lazy("undo the last decision")),
    ("x", gettext_lazy("choose; a, r, s and d are for all chosen ones then")),
    ("o", gettext_lazy("open on the page")),
    ("1–8", gettext_lazy("queues")),
    ("Esc", gettext_lazy("close")),
    ("?", gettext_lazy("this list")),
]


def moderator(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever may decide on comments: a visitor is sent to the sign-in, others of the staff are refused."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.has_perm("comments.change_comment"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(checked)


def desk_page(request: HttpRequest, template: str, shown: dict, status: int = 200) -> HttpResponse:
    site = admin.site.each_context(request)
    context = {**site, "title": _("Moderation desk"), "queues": queues.counts(), "keys": KEYS, **shown}
    return render(request, f"desk/{template}", context, status=status)


def index(request: HttpRequest) -> HttpResponse:
    """Leads to the first queue in which anything waits."""
    waiting = (queue for queue, n in queues.counts() if n != "0")
    first = next(waiting, queues.QUEUES["held"])
    return redirect("desk:queue", first.name)


def queue(request: HttpRequest, name: str) -> HttpResponse:
    """A page of a queue, and to our script the further cards alone."""
    asked = queues.QUEUES.get(name)
    if asked is None:
        raise Http404
    seen = timezone.now()
    try:
        pks, after = asked.page(request.GET.get("after", ""))
    except ValueError:
        raise Http404 from None
    shown = {
        "queue": asked,
        "cards": cards.cards_of(pks),
        "after": after,
        "next": request.get_full_path(),
        "seen": seen,
    }
    if wants_fragment(request):
        return render(request, "desk/_cards.html", shown)
    return desk_page(request, "queue.html", shown | {"subtitle": asked.title})


def comment_of(pk: int) -> Comment:
    """Raises Http404."""
    if pk >= 2**63:
        raise Http404
    return get_object_or_404(cards.comments_for_cards(), pk=pk)


def comment_page(request: HttpRequest, pk: int, *, status: int = 200, **shown) -> HttpResponse:
    """One comment with what it answers, all that its author wrote last, and what was decided on it."""
    comment = comment_of(pk)
    (card,) = cards.cards_of([pk])
    context = {
        "title": f"#{comment.number}",
        "subtitle": comment.article,
        "card": card,
        "alone": True,
        "decisions": decisions_on(comment),
        "next": reverse("desk:comment", args=[pk]),
        **shown,
    }
    return desk_page(request, "comment.html", context, status)


def with_all(events: ModerationEventQuerySet) -> ModerationEventQuerySet:
    """With what a line of the log shows, in one query."""
    return events.with_undoable().select_related("moderator", "undone_by", "ban", "comment")


def decisions_on(comment: Comment) -> ModerationEventQuerySet:
    """The newest that took this comment along, also where another one was decided on."""
    # A union, because each has an index and OR has none: all decisions there are would be looked through.
    own = ModerationEvent.objects.filter(comment=comment).order_by().values("pk")
    changed = ModerationChange.objects.filter(comment=comment).order_by().values("event")
    events = ModerationEvent.objects.filter(pk__in=own.union(changed))
    return with_all(events).newest_first()[: queues.PAGE_SIZE]


DECISIONS = queues.Queue("decisions", gettext_lazy("Decisions"), ModerationEvent.objects.all, "-created_at")


def decisions(request: HttpRequest) -> HttpResponse:
    try:
        pks, after = DECISIONS.page(request.GET.get("after", ""))
    except ValueError:
        raise Http404 from None
    shown = {
        "subtitle": DECISIONS.title,
        "place": "decisions",
        "decisions": with_all(ModerationEvent.objects.filter(pk__in=pks)).newest_first(),
        "after": after,
        "next": request.get_full_path(),
    }
    return desk_page(request, "decisions.html", shown)


def bans(request: HttpRequest) -> HttpResponse:
    rows = Ban.objects.select_related("moderator").newest_first()
    in_force = rows.in_force()
    shown = {
        "subtitle": _("Bans"),
        "place": "bans",
        "in_force": in_force[: queues.COUNTED_MOST],
        "ended": rows.exclude(pk__in=in_force.order_by().values("pk"))[:ENDED_MOST],
        "next": request.get_full_path(),
    }
    return desk_page(request, "bans.html", shown)


# Answers to what was decided


def said(event: ModerationEvent) -> str:
    """What a decision took along, in one line."""
    parts = [
        ngettext("%(n)d comment", "%(n)d comments", event.comment_count) % {"n": event.comment_count},
        ngettext("%(n)d vote", "%(n)d votes", event.vote_count) % {"n": event.vote_count},
    ]
    amount = _(", ").join(parts) if event.comment_count else (event.ban and event.ban.who) or ""
    text = _("%(action)s: %(amount)s") % {"action": event.get_action_display(), "amount": amount}
    return f"{text} ({event.ban.who})" if event.ban and event.comment_count else text


def answer(
    request: HttpRequest,
    text: str,
    *,
    event: ModerationEvent | None = None,
    done: list[int] | None = None,
    shown: list[int] | None = None,
    back: str = "",
    status: int = 200,
) -> HttpResponse:
    """What has happened, with a button that undoes `event`.

    To our script a line in place of the cards of `done`, with those of
    `shown` after it, and the counts; else the page that the form was on.
    """
    if not wants_fragment(request):
        level = messages.SUCCESS if event else messages.WARNING
        # The desk's pages make a button of the key; a class of that name does nothing elsewhere.
        messages.add_message(request, level, text, extra_tags=str(event.pk) if event and event.is_undoable else "")
        return see_other(safe_next(request) or back or reverse("desk:index"))
    context = {
        "text": text,
        "event": event if event and event.is_undoable else None,
        "done": done or [],
        "cards": cards.cards_of(shown or []),
        "queues": queues.counts(),
        "next": safe_next(request),
    }
    return render(request, "desk/_answer.html", context, status=status)


def safe_next(request: HttpRequest) -> str:
    """The page of this site that the form or the link was on, "" when it says none."""
    address = request.POST.get("next") or request.GET.get("next", "")
    # Django refuses to write a line break into a header.
    if not address.isprintable():
        return ""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""

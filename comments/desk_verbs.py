"""What the owner does at the desk. Each verb is one of the models'; here it is asked for and answered."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comments.desk import answer, comment_of, comment_page, desk_page, safe_next, said
from comments.desk_forms import VERBS, BanForm, ChosenForm, DecisionForm, HoursForm, seen_in, sentence
from comments.forms import NumberForm
from comments.models import Ban, Comment, MisplacementReport, ModerationEvent, Refusal
from comments.models.decision import NETWORK_HOURS, Decision
from comments.queues import PAGE_SIZE
from comments.views import REFUSALS, wants_fragment

Action = ModerationEvent.Action

MARKS = {
    Action.PIN: Comment.pin,
    Action.UNPIN: Comment.unpin,
    Action.LOCK: Comment.lock_thread,
    Action.UNLOCK: Comment.unlock_thread,
}

# So many cards of a wide decision leave the page at once; nobody has more of them open.
DONE_MOST = 1_000


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """GET says how far each scope would reach; POST decides."""
    if action not in VERBS:
        raise Http404
    comment = comment_of(pk)
    if request.method != "POST":
        return decision_panel(request, comment, DecisionForm(comment, action))
    form = DecisionForm(comment, action, request.POST)
    if not form.is_valid():
        return decision_panel(request, comment, form, status=422)
    data, decision = form.cleaned_data, form.decision()
    event = decision.carry_out(
        by=request.user,
        reason=data["reason"],
        note=data["note"],
        ban=form.order_if_any(),
        seen_at=seen_in(request.POST),
    )
    if event is None and decision.edited_since:
        return edited_since(request, pk)
    return decided(request, event, [pk], decision.edited_since)


def edited_since(request: HttpRequest, pk: int) -> HttpResponse:
    """The comment as it is now, on which nothing was decided."""
    text = _("The comment was edited since; please look again.")
    if wants_fragment(request):
        return answer(request, text, done=[pk], shown=[pk], status=409)
    messages.warning(request, text)
    return comment_page(request, pk, status=409)


def decided(request: HttpRequest, event: ModerationEvent | None, pks: list[int], left: int = 0) -> HttpResponse:
    """`left` were edited since they were seen, and stay where they are."""
    if left:
        text = ngettext(
            "%(n)d was edited since and is left; please look again.",
            "%(n)d were edited since and are left; please look again.",
            left,
        ) % {"n": left}
        done = changed_by(event) if event else []
        shown = [pk for pk in pks if pk not in set(done)][:PAGE_SIZE]
        text = f"{said(event)} {text}" if event else text
        return answer(request, text, event=event, done=done + shown, shown=shown)
    if event is None:
        text = _("Nothing was left to do: the status has changed in the meantime.")
        return answer(request, text, done=pks, shown=pks if len(pks) == 1 else [])
    return answer(request, said(event), event=event, done=pks + changed_by(event))


def changed_by(event: ModerationEvent) -> list[int]:
    """The keys of the comments that a decision took along, DONE_MOST at most."""
    return list(event.changes.order_by("comment").values_list("comment", flat=True).distinct()[:DONE_MOST])


def decision_panel(request: HttpRequest, comment: Comment, form: DecisionForm, status: int = 200) -> HttpResponse:
    asked = HoursForm(request.POST if form.is_bound else request.GET)
    hours = asked.cleaned_data["hours"] if asked.is_valid() else NETWORK_HOURS
    shown = {
        "form": form,
        "action": form.action,
        "verb": VERBS[Action(form.action)],
        "reaches": form.reaches(hours),
        "hours": hours,
        "seen": seen_in(request.POST if form.is_bound else request.GET) or timezone.now(),
    }
    return panel(request, comment, "_decide.html", shown, status)


def panel(request: HttpRequest, comment: Comment, template: str, shown: dict, status: int = 200) -> HttpResponse:
    """A form about a comment: to our script alone, else on the comment's page."""
    shown = {"comment": comment, "panel": f"desk/{template}", "next": next_of(request, comment), **shown}
    if wants_fragment(request):
        return render(request, f"desk/{template}", shown, status=status)
    return comment_page(request, comment.pk, status=status, **shown)


def next_of(request: HttpRequest, comment: Comment) -> str:
    return safe_next(request) or reverse("desk:comment", args=[comment.pk])


@require_POST
def mark(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Pin, unpin, lock, unlock: the comment stays where it is."""
    if action not in MARKS:
        raise Http404
    comment = comment_of(pk)
    if not MARKS[Action(action)](comment, by=request.user):
        return answer(
            request, _("Nothing was left to do: the status has changed in the meantime."), done=[pk], shown=[pk]
        )
    event = newest(comment, action)
    return answer(request, said(event), event=event, done=[pk], shown=[pk])


def newest(comment: Comment, action: str) -> ModerationEvent:
    return comment.moderation_events.filter(action=action).newest_first()[0]


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    comment = comment_of(pk)
    if request.method != "POST":
        best = MisplacementReport.objects.best_guess(comment) or comment.parent
        form = NumberForm(comment.article, initial={"number": best.number if best else None})
        return panel(request, comment, "_move.html", {"form": form})
    form = NumberForm(comment.article, request.POST)
    if not form.is_valid():
        return panel(request, comment, "_move.html", {"form": form}, status=422)
    try:
        moved = comment.move_to(form.answered, by=request.user)
    except Refusal as refusal:
        code, reason = REFUSALS[refusal.code]
        form.add_error("number", reason)
        return panel(request, comment, "_move.html", {"form": form}, status=code)
    if not moved:
        return answer(request, _("The comment stands there already."), done=[pk], shown=[pk])
    event = newest(comment, Action.MOVE)
    return answer(request, said(event), event=event, done=[pk])


@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the comment for a legal claim, or with `release` no longer."""
    comment = comment_of(pk)
    release = "release" in request.POST
    changed = comment.release(by=request.user) if release else comment.hold(by=request.user)
    if not changed:
        return answer(
            request, _("Nothing was left to do: the status has changed in the meantime."), done=[pk], shown=[pk]
        )
    event = newest(comment, Action.RELEASE if release else Action.HOLD)
    return answer(request, said(event), event=event, done=[pk], shown=[pk])


@require_http_methods(["GET", "HEAD", "POST"])
def ban(request: HttpRequest, pk: int) -> HttpResponse:
    comment = comment_of(pk)
    form = BanForm(comment, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return panel(request, comment, "_ban.html", {"form": form}, status=422 if form.is_bound else 200)
    made = Ban.objects.ban(by=request.user, note=form.cleaned_data["note"], comment=comment, **form.order()._asdict())
    event = made.moderation_events.get()
    return answer(request, said(event), event=event, done=[pk], shown=[pk])


@require_POST
def end_ban(request: HttpRequest, pk: int) -> HttpResponse:
    ban = get_object_or_404(Ban, pk=pk)
    back = reverse("desk:bans")
    if not ban.end(by=request.user):
        return answer(request, _("Nothing was left to do: it had been ended before."), back=back)
    event = ban.moderation_events.filter(action=Action.UNBAN).newest_first()[0]
    return answer(request, said(event), event=event, back=back)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put everything back that a decision changed, and show its comments again."""
    event = get_object_or_404(ModerationEvent, pk=pk)
    back = reverse("desk:decisions")
    shown = [event.comment_id] if event.comment_id else []
    shown = list(dict.fromkeys(shown + changed_by(event)))[:PAGE_SIZE]
    if not event.is_undoable:
        return answer(request, _("Nothing was left to undo."), done=shown, shown=shown, back=back)
    try:
        undone = event.undo(by=request.user)
    except Refusal as refusal:
        return answer(request, str(REFUSALS[refusal.code][1]), back=back)
    text = _("Undone: %(decision)s") % {"decision": said(event)} if undone else _("Nothing was left to undo.")
    return answer(request, text, done=shown, shown=shown, back=back)


# Several at once


@require_POST
def chosen(request: HttpRequest) -> HttpResponse:
    """Says how many the chosen comments are before it decides on them; reading needs no question."""
    form = ChosenForm(request.POST)
    if not form.is_valid():
        errors = [str(error) for field in form.errors.values() for error in field]
        return answer(request, " ".join(errors))
    pks, verb = form.cleaned_data["chosen"], form.cleaned_data["verb"]
    if verb == ChosenForm.READ:
        return mark_read(request, pks)
    decision = Decision.on_chosen(pks, verb)
    if "sure" not in request.POST:
        return chosen_panel(request, form, decision)
    event = decision.carry_out(by=request.user, reason=form.cleaned_data["reason"], seen_at=seen_in(request.POST))
    return decided(request, event, pks, decision.edited_since)


def mark_read(request: HttpRequest, pks: Iterable[int]) -> HttpResponse:
    """No decision: the owner has looked at them. Nothing that readers see changes, so nothing is locked."""
    pks = list(pks)
    read = Comment.objects.filter(pk__in=pks, is_unread=True).order_by().update(is_unread=False)
    return answer(request, _("Read: %(n)d") % {"n": read}, done=pks)


def chosen_panel(request: HttpRequest, form: ChosenForm, decision: Decision) -> HttpResponse:
    shown = {
        "form": form,
        "pks": form.cleaned_data["chosen"],
        "action": decision.action,
        "verb": VERBS[decision.action],
        "sentence": sentence(decision.action, decision.radius()),
        "next": safe_next(request),
        "seen": seen_in(request.POST),
    }
    if wants_fragment(request):
        return render(request, "desk/_chosen.html", shown)
    return desk_page(request, "chosen.html", shown)

"""The signed links in messages to the owner: they decide on one comment without signing in, once.

Mail is read ahead by scanners and previews, which follow every link. So a
link only asks, and a form on its page does it. A link holds what it decides,
on what, and the state in which its owner was told of it, and nothing that is
kept for readers. Whoever has the mail may decide: that is what it is for.
"""

from datetime import timedelta
from typing import NamedTuple

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from articles.models import Article
from comments import identity, valve
from comments.models import Comment, ModerationEvent, Notice, Policy, Reason
from comments.models.decision import Decision
from comments.receipts import private

Action, Status = ModerationEvent.Action, Comment.Status

SALT = "comments.links"

# Somebody comes back from a week's holiday.
SERVES_FOR = timedelta(days=7)

# Not one of the decisions on a comment.
LET_THROUGH = "let_through"

# What a message offers for a comment in each state, and how it is called.
OFFERED = {
    Status.PENDING: (Action.APPROVE, Action.REMOVE),
    Status.PUBLISHED: (Action.DISMISS, Action.REMOVE),
    Status.REMOVED: (Action.RESTORE, Action.DISMISS),
    Status.SPAM: (Action.APPROVE, Action.DISMISS),
}
LABELS = {
    Action.APPROVE: _("Approve"),
    Action.REMOVE: _("Remove"),
    Action.RESTORE: _("Restore"),
    Action.DISMISS: _("Leave it as it is"),
    LET_THROUGH: _("Let newcomers through again"),
}
DONE = {
    Action.APPROVE: _("The comment is published."),
    Action.REMOVE: _("The comment is removed."),
    Action.RESTORE: _("The comment is published again."),
    Action.DISMISS: _("The comment stays as it is; what was said against that is settled."),
    LET_THROUGH: _("Newcomers' comments appear at once again."),
}

UNKNOWN = 404, _("This is not one of the links that were sent.")
EXPIRED = 410, _("This link is too old. It served for seven days.")
USED = 410, _("This link was used before, and it serves once.")
ERASED = 410, _("The comment has been erased in the meantime.")
DECIDED = 409, _("Somebody has decided in the meantime.")
EDITED = 409, _("The author has edited the comment in the meantime. Please read it again.")


class Dead(Exception):
    """The link does nothing any more: the status and the sentence for whoever opened it."""

    def __init__(self, why: tuple[int, Promise]):
        self.status, self.reason = why
        super().__init__(self.reason)


class Link(NamedTuple):
    """What it does once the form is sent. `state` is that of the comment, or of the valve, when it was made."""

    notice: Notice
    action: str
    state: str

    @property
    def is_valve(self) -> bool:
        return self.action == LET_THROUGH

    @property
    def label(self) -> Promise:
        return LABELS[self.action]

    @property
    def desk(self) -> str:
        """Where it can be undone."""
        if self.is_valve:
            return reverse("desk:index")
        return reverse("desk:comment", args=[self.notice.comment_id])

    def check(self, comment: Comment | None, policy: Policy) -> None:
        """Raises Dead when things are no longer as they were when it was made."""
        if self.notice.used_at:
            raise Dead(USED)
        if comment and not comment.text:
            raise Dead(ERASED)
        if self.state != (comment.status if comment else state_of(policy)):
            raise Dead(DECIDED)

    def use_up(self) -> None:
        """Raises Dead for the second of two at once: the condition is in the statement."""
        if not Notice.objects.filter(pk=self.notice.pk, used_at=None).update(used_at=timezone.now()):
            raise Dead(USED)


def address_of(notice_pk: int, action: str, state: str) -> str:
    """The path of a new link."""
    token = signing.dumps([notice_pk, action, state], salt=SALT)
    return reverse("comments:decide", args=[token])


def state_of(policy: Policy) -> str:
    return policy.valve_since.isoformat() if policy.valve_since else ""


def read(token: str) -> Link:
    try:
        pk, action, state = signing.loads(token, salt=SALT, max_age=SERVES_FOR)
    except signing.SignatureExpired as error:
        raise Dead(EXPIRED) from error
    except signing.BadSignature as error:
        raise Dead(UNKNOWN) from error
    notice = Notice.objects.select_related("comment__article").filter(pk=pk).first()
    if notice is None:
        raise Dead(EXPIRED)
    return Link(notice, action, state)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """GET says what the link would do; POST does it."""
    try:
        link = read(token)
        return private(done(request, link) if request.method == "POST" else ask(request, link))
    except Dead as dead:
        context = {"reason": dead.reason, "desk": reverse("desk:index")}
        return private(render(request, "comments/link_dead.html", context, status=dead.status))


def ask(request: HttpRequest, link: Link, why: tuple[int, Promise] | None = None) -> HttpResponse:
    """The page with the one button; `why` it is shown again."""
    comment, policy = link.notice.comment, Policy.objects.current()
    link.check(comment, policy)
    status, reason = why or (200, "")
    context: dict[str, object] = {"link": link, "comment": comment, "policy": policy, "reason": reason}
    if comment:
        context |= {"radius": Decision.on(comment, link.action).radius(), "edited": edition(comment)}
        context["reasons"] = Reason.choices if link.action == Action.REMOVE else []
    else:
        context |= {"held": valve.held_alone().count()}
    return render(request, "comments/link_ask.html", context, status=status)


def done(request: HttpRequest, link: Link) -> HttpResponse:
    comment = link.notice.comment
    # A text that the page has not shown is not decided on.
    if comment and request.POST.get("edited") != edition(comment):
        return ask(request, link, EDITED)
    event = carry_out(link, comment, reason_in(request, link)) if comment else let_through(link)
    context = {"link": link, "event": event, "done": DONE[link.action]}
    return identity.remember_act(render(request, "comments/link_done.html", context))


@transaction.atomic
def carry_out(link: Link, shown: Comment, reason: str) -> ModerationEvent | None:
    """Under the lock on the article, so that the comment is still as it was shown. Raises Dead."""
    Article.objects.lock(shown.article_id)
    comment = Comment.objects.select_related("article").get(pk=shown.pk)
    link.check(comment, Policy.objects.current())
    if edition(shown) != edition(comment):
        raise Dead(EDITED)
    link.use_up()
    return Decision.on(comment, link.action).carry_out(by=None, reason=reason, source=ModerationEvent.Source.LINK)


@transaction.atomic
def let_through(link: Link) -> ModerationEvent | None:
    """Raises Dead."""
    link.check(None, Policy.objects.current())
    event = valve.let_through(by=None, source=ModerationEvent.Source.LINK)
    link.use_up()
    return event


def reason_in(request: HttpRequest, link: Link) -> str:
    """What was chosen from the short list, "" for nothing."""
    reason = request.POST.get("reason", "")
    return reason if link.action == Action.REMOVE and reason in Reason.values else ""


def edition(comment: Comment) -> str:
    return comment.edited_at.isoformat() if comment.edited_at else ""

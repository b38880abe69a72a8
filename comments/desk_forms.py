"""What the owner sends with a decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment, ModerationEvent, Reason
from comments.models.decision import NETWORK_HOURS, BanOrder, Decision, Radius
from comments.models.exclusion import name_of
from comments.queues import moment

Action, Scope = ModerationEvent.Action, ModerationEvent.Scope

NOTE_LENGTH = 300
# A year: what is older is not one wave.
HOURS_MOST = 24 * 365
FOR_GOOD = "0"
# More cards than a shift puts on one page.
CHOSEN_MOST = 1_000
DAYS = [
    ("1", gettext_lazy("for 1 day")),
    ("7", gettext_lazy("for 7 days")),
    ("30", gettext_lazy("for 30 days")),
    (FOR_GOOD, gettext_lazy("for good")),
]

# The buttons that decide.
VERBS = {
    Action.APPROVE: gettext_lazy("Approve"),
    Action.RESTORE: gettext_lazy("Restore"),
    Action.REMOVE: gettext_lazy("Remove"),
    Action.MARK_SPAM: gettext_lazy("Mark as spam"),
    Action.DISMISS: gettext_lazy("Dismiss"),
}

# What a decision does to what it reaches, in a sentence before it is made.
SENTENCES = {
    Action.APPROVE: gettext_lazy("Shows %(radius)s."),
    Action.RESTORE: gettext_lazy("Shows %(radius)s again."),
    Action.REMOVE: gettext_lazy("Hides %(radius)s."),
    Action.MARK_SPAM: gettext_lazy("Hides %(radius)s as spam."),
    Action.DISMISS: gettext_lazy("Leaves %(radius)s as they are and settles what was reported."),
}


@dataclass(frozen=True)
class Reach:
    """A choice of scope, and what it would take along."""

    scope: str
    radius: Radius
    sentence: str

    @property
    def label(self) -> str:
        return str(Scope(self.scope).label)


def scopes_of(comment: Comment) -> list[str]:
    """How far a decision on this comment can reach; the nearest first."""
    scopes = [Scope.COMMENT]
    if comment.rght - comment.lft > 1:
        scopes.append(Scope.REPLIES)
    if comment.visitor_key:
        scopes += [Scope.VISITOR_HERE, Scope.VISITOR]
    if comment.network_key:
        scopes.append(Scope.NETWORK)
    return [str(scope) for scope in scopes]


def sentence(action: str, radius: Radius) -> str:
    return str(SENTENCES[Action(action)]) % {"radius": radius}


class HoursForm(forms.Form):
    """How many hours of a network are meant."""

    hours = forms.IntegerField(min_value=1, max_value=HOURS_MOST, required=False)

    def clean_hours(self) -> int:
        return self.cleaned_data["hours"] or NETWORK_HOURS


class BanForm(forms.Form):
    """Whom to keep from writing, and for how long."""

    days = forms.ChoiceField(label=gettext_lazy("How long"), choices=DAYS, initial="7")
    note = forms.CharField(label=gettext_lazy("Note (only for you)"), max_length=NOTE_LENGTH, required=False)

    def __init__(self, comment: Comment, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.comment = comment
        self.fields["whom"] = forms.ChoiceField(label=_("Who may not write any more"), choices=whom_choices(comment))

    def order(self) -> BanOrder:
        key, days = self.cleaned_data["whom"], int(self.cleaned_data["days"])
        until = timezone.now() + timedelta(days=days) if days else None
        return BanOrder(**{f"{key}_key": getattr(self.comment, f"{key}_key")}, expires_at=until)


def whom_choices(comment: Comment) -> list[tuple[str, str]]:
    keys = {"visitor": comment.visitor_key, "network": comment.network_key}
    return [(key, name_of(**{f"{key}_key": value})) for key, value in keys.items() if value]


class DecisionForm(BanForm, HoursForm):
    """How far a decision reaches, why, and whether its author is banned as well."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("none given")), *Reason.choices], required=False
    )

    def __init__(self, comment: Comment, action: str, *args, **kwargs):
        super().__init__(comment, *args, **kwargs)
        self.action = action
        scopes = [(scope, "") for scope in scopes_of(comment)]
        self.fields["scope"] = forms.ChoiceField(choices=scopes, required=False)
        nobody_or = [("", _("nobody")), *whom_choices(comment)]
        self.fields["whom"] = forms.ChoiceField(label=_("Ban as well"), choices=nobody_or, required=False)
        self.fields["days"].required = bool(self.data.get("whom"))

    def order_if_any(self) -> BanOrder | None:
        """None when nobody was chosen."""
        return self.order() if self.cleaned_data["whom"] else None

    def reaches(self, hours: int) -> list[Reach]:
        return [self._reach(scope, hours) for scope in scopes_of(self.comment)]

    def _reach(self, scope: str, hours: int) -> Reach:
        radius = Decision.on(self.comment, self.action, scope, hours=hours).radius()
        return Reach(scope, radius, sentence(self.action, radius))

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision.on(self.comment, self.action, data["scope"] or Scope.COMMENT, hours=data["hours"])


def seen_in(data: QueryDict) -> datetime | None:
    """When what is decided on was shown; None when the form does not say."""
    try:
        return moment(data.get("seen", ""))
    except ValueError:
        return None


class ChosenForm(forms.Form):
    """Comments of a page that were ticked, and what is to become of them."""

    READ = "read"

    verb = forms.ChoiceField(choices=[(READ, ""), *((str(verb), "") for verb in VERBS)])
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("none given")), *Reason.choices], required=False
    )

    def __init__(self, data):
        super().__init__(data)
        sent = {pk for pk in data.getlist("chosen") if pk.isascii() and pk.isdigit() and len(pk) < 19}
        self.fields["chosen"] = forms.TypedMultipleChoiceField(
            coerce=int,
            choices=[(pk, pk) for pk in sorted(sent)[:CHOSEN_MOST]],
            error_messages={"required": _("Choose comments first.")},
        )

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.rules import RuleSet


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())


class RuleManager(models.Manager.from_queryset(RuleQuerySet)):  # type: ignore[misc]
    # Ten thousand rules take 0.3 s to be made ready, so each process keeps the
    # last set, and the state of the table that it was made from.
    _kept: tuple[Any, RuleSet] | None = None

    def rule_set(self, state: tuple | None = None) -> RuleSet:
        """The rules in force, ready to be asked; `state` is that of the table where it was asked for already.

        One small query tells whether there are others than the last time: a
        rule that has expired is not counted. Changes go through `save`, which
        notes when; `update` would pass unnoticed.
        """
        if state is None:
            row = self.in_force().aggregate(number=Count("pk"), keys=Sum("pk"), changed_at=Max("changed_at"))
            state = (row["number"], row["keys"], row["changed_at"])
        if self._kept is None or self._kept[0] != state:
            # Asked for after the state, the rules may be newer than it; then they are only made ready once more.
            self._kept = state, RuleSet(self.in_force())
        return self._kept[1]

    def add_suggested(self, suggested: Iterable[Any], by: Any) -> int:
        """Adds those that are not there yet, each at most once; returns how many."""
        # The unique constraint decides between two who press the button at once.
        before = self.count()
        rules = [Rule(pattern=s.pattern, kind=s.kind, action=s.action, message=s.message) for s in suggested]
        for rule in rules:
            rule.moderator = by
        self.bulk_create(rules, ignore_conflicts=True)
        return self.count() - before

    def forget(self) -> None:
        self._kept = None


class Rule(models.Model):
    """What the owner does not want to read here (NG words), and what becomes of a comment that holds it."""

    class Kind(models.TextChoices):
        WORD = "word", _("word")
        REGEX = "regex", _("regular expression")

    class Action(models.TextChoices):
        MASK = "mask", _("mask the word")
        HOLD = "hold", _("hold the comment")
        HOLD_NEW = "hold_new", _("hold the comment of a new visitor")
        REFUSE = "refuse", _("refuse the comment")

    pattern = models.CharField(_("word or expression"), max_length=200)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.WORD)
    action = models.CharField(_("what happens"), max_length=8, choices=Action, default=Action.HOLD)
    message = models.CharField(
        _("sentence for the reader"), max_length=300, blank=True, help_text=_("Shown when a comment is refused.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("moderator"),
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RuleManager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        indexes = [models.Index(fields=["-changed_at"], name="rule_changed")]
        constraints = [models.UniqueConstraint(fields=["kind", "pattern"], name="rule_once")]

    def __str__(self) -> str:
        return self.pattern

    @property
    def is_in_force(self) -> bool:
        return self.expires_at is None or self.expires_at > timezone.now()

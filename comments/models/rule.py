from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


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

    objects = RuleQuerySet.as_manager()

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

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.exclusion import name_of
from comments.models.moderation import ModerationEvent

# Stands for a visitor or a network in decisions that stay on record; no key looks like it.
NOBODY = "erased"


class BanQuerySet(models.QuerySet["Ban"]):
    def in_force(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), ended_at=None)

    def over(self, moment: datetime) -> Self:
        """Those that were over before the moment and still say whom they kept out."""
        is_over = Q(ended_at__lte=moment) | Q(expires_at__lte=moment)
        return self.filter(is_over).exclude(visitor_key=NOBODY).exclude(network_key=NOBODY)

    def forget_whom(self) -> int:
        """The decision stays, without the key. A condition of the statement itself, so nothing is to be locked."""
        named = [
            Case(When(**{key: ""}, then=Value("")), default=Value(NOBODY)) for key in ("visitor_key", "network_key")
        ]
        return self.update(visitor_key=named[0], network_key=named[1])

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def covering(self, visitor_key: str, network_key: str) -> "Ban | None":
        """The ban that keeps this visitor from writing, the longest of several; None when there is none."""
        who = Q(visitor_key=visitor_key) & ~Q(visitor_key="") | Q(network_key=network_key) & ~Q(network_key="")
        return self.in_force().filter(who).order_by(F("expires_at").desc(nulls_first=True), "pk").first()

    @transaction.atomic
    def ban(
        self,
        *,
        by,
        visitor_key: str = "",
        network_key: str = "",
        expires_at: datetime | None = None,
        note: str = "",
        comment=None,
        event: ModerationEvent | None = None,
    ) -> "Ban":
        """Keep a visitor or a network from writing until `expires_at`, for good with None.

        `event` is the decision that it belongs to; else it is one of its own. Two at once are
        two bans, each of which ends by itself, so there is nothing to lock.
        """
        ban = self.create(
            visitor_key=visitor_key, network_key=network_key, expires_at=expires_at, note=note, moderator=by
        )
        if event is None:
            ModerationEvent.objects.create(
                ban=ban, comment=comment, moderator=by, action=ModerationEvent.Action.BAN, note=note
            )
        else:
            event.ban = ban
            event.save(update_fields=["ban"])
        return ban


class Ban(models.Model):
    """A visitor, or everybody of a network, may not write here for a time or for good. Ended, never deleted."""

    visitor_key = models.CharField(max_length=32, blank=True)
    network_key = models.CharField(max_length=32, blank=True)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("moderator")
    )
    created_at = models.DateTimeField(_("decided"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        indexes = [
            models.Index(fields=["visitor_key"], condition=~Q(visitor_key=""), name="ban_visitor"),
            models.Index(fields=["network_key"], condition=~Q(network_key=""), name="ban_network"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ban_one_key",
                condition=(Q(visitor_key="") & ~Q(network_key="")) | (~Q(visitor_key="") & Q(network_key="")),
            )
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        return name_of(visitor_key=self.visitor_key, network_key=self.network_key)

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @transaction.atomic
    def end(self, *, by) -> bool:
        """Let them write again. False when it was ended before."""
        if not self.turn(in_force=False):
            return False
        ModerationEvent.objects.create(ban=self, moderator=by, action=ModerationEvent.Action.UNBAN)
        return True

    def follow_log(self) -> None:
        """In force while the decision that made it stands, and none that ended it does; after an undo."""
        standing = self.moderation_events.exclude(action=ModerationEvent.Action.UNDO).standing()
        actions = set(standing.values_list("action", flat=True))
        self.turn(in_force=bool(actions) and ModerationEvent.Action.UNBAN not in actions)

    def turn(self, *, in_force: bool) -> bool:
        """End it or take that back, without a log entry; the condition lets only one of two at once do it."""
        self.ended_at = None if in_force else timezone.now()
        return bool(Ban.objects.filter(pk=self.pk, ended_at__isnull=not in_force).update(ended_at=self.ended_at))

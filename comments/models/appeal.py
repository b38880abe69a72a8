from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models.moderation import ModerationEvent
from comments.models.notice import Notice

# One sentence.
APPEAL_LENGTH = 300


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> Self:
        return self.filter(settled_by=None)

    @transaction.atomic
    def lodge(self, comment, text: str) -> bool:
        """Take the author's one appeal and tell the owner. False when there is one, or nothing to appeal against.

        The lock on the article keeps a decision that is just being made from leaving it open for ever.
        """
        Article.objects.lock(comment.article_id)
        comment.refresh_from_db(fields=["status"])
        if not comment.is_appealable or self.filter(comment=comment).exists():
            return False
        self.create(comment=comment, text=text)
        Notice.objects.tell(Notice.Kind.APPEAL, comment)
        return True


class Appeal(models.Model):
    """What an author says to the owner about the comment that is hidden. Open until the next decision on it."""

    comment = models.OneToOneField("comments.Comment", models.CASCADE, related_name="appeal")
    text = models.CharField(_("appeal"), max_length=APPEAL_LENGTH)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    settled_by = models.ForeignKey(ModerationEvent, models.SET_NULL, null=True, related_name="settled_appeals")

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        indexes = [models.Index(fields=["created_at"], condition=Q(settled_by=None), name="appeal_open")]

    def __str__(self) -> str:
        return self.text

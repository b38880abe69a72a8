import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article

# Whoever has not come back by then has given the text up.
KEPT = timedelta(days=30)


class AutosaveQuerySet(models.QuerySet["Autosave"]):
    def of(self, user, article: Article | None) -> Self:
        """What the user left unsaved of the article, or of new articles, the newest first."""
        return self.filter(user=user, article=article).order_by("-saved_at")

    def past(self) -> Self:
        return self.filter(saved_at__lt=timezone.now() - KEPT)

    def keep(self, *, key: uuid.UUID, user, article: Article | None, fields: dict) -> "Autosave":
        """Write what stands in a form; raises IntegrityError for the key of another user's form.

        The primary key keeps a form to one row, the row's lock two requests of
        one form in a line.
        """
        row, _created = self.update_or_create(key=key, user=user, defaults={"article": article, "fields": fields})
        return row


class Autosave(models.Model):
    """What stands in an article's form in the admin and was not saved yet: one for each form that somebody has open."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # None: the form of an article that does not exist yet.
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="autosaves")
    # The form's fields as the browser would send them.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("autosave")
        verbose_name_plural = _("autosaves")
        indexes = [models.Index(fields=["user", "article", "-saved_at"], name="autosave_of_user")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.saved_at:%Y-%m-%d %H:%M}"

    @property
    def data(self) -> QueryDict:
        """The fields as a form takes them."""
        data = QueryDict(mutable=True)
        for name, values in self.fields.items():
            data.setlist(name, values)
        return data

    @property
    def moment(self) -> datetime:
        return timezone.localtime(self.saved_at)

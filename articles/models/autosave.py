import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class Autosave(models.Model):
    """What stands in an article's form in the admin and was not saved yet: one for each form that somebody has open."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # None: the form of an article that does not exist yet.
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="autosaves")
    # The form's fields as the browser would send them.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("autosave")
        verbose_name_plural = _("autosaves")
        indexes = [models.Index(fields=["user", "article", "-saved_at"], name="autosave_of_user")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.saved_at:%Y-%m-%d %H:%M}"

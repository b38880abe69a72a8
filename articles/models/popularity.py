from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class Popularity(models.Model):
    """How much readers did under an article lately: measured by `tick`, each doing worth less the older it is.

    Beside the article's row, which nothing but its own changes and its discussion may write.
    """

    # The measures below, as an address and a list name them.
    WINDOWS = {"day": _("Today"), "week": _("This week"), "month": _("This month")}

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True)
    day = models.FloatField(default=0)
    week = models.FloatField(default=0)
    month = models.FloatField(default=0)
    measured_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-day"], name="popularity_day"),
            models.Index(fields=["-week"], name="popularity_week"),
            models.Index(fields=["-month"], name="popularity_month"),
            models.Index(fields=["measured_at"], name="popularity_measured"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.day:.1f}, {self.week:.1f}, {self.month:.1f}"

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class Source(models.Model):
    """参考: what an article rests on."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="sources")
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=1000)
    language = models.CharField(
        _("language"), max_length=35, blank=True, help_text=_("Its BCP 47 tag, for example en or zh-Hant.")
    )
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    # What `tick` found when it last asked for the address.
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)
    dead_since = models.DateTimeField(_("dead since"), null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    finding = models.CharField(_("finding"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["checked_at"], name="source_checked"),
            models.Index(fields=["dead_since"], name="source_dead", condition=models.Q(dead_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

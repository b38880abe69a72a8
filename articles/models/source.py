import re
from datetime import datetime, timedelta
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article

# What answers is asked again after a week, what did not on another day.
CHECK_PAUSE = timedelta(days=7)
RETRY_PAUSE = timedelta(days=1)

# What `tick` found, which only it writes.
CHECK_FIELDS = {"checked_at", "dead_since", "failures", "finding"}

# The form of a BCP 47 tag, as far as anybody writes one (RFC 5646, 2.1).
LANGUAGE_TAG = RegexValidator(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("Write it like en or zh-Hant."))

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


class SourceQuerySet(models.QuerySet["Source"]):
    def dead(self) -> Self:
        """What has not answered for so long that the owner should look, the newest first; with its article."""
        rows = self.filter(dead_since__isnull=False).select_related("article")
        return rows.only(*OF_DEAD).order_by("-dead_since", "-pk")

    def to_check(self, now: datetime, limit: int) -> list["Source"]:
        """Of what readers see, what it is time to ask for: the new ones, those that failed a day ago, then the oldest.

        Three questions, because each has an index and together they have none.
        """
        shown = self.filter(article__status=Article.Status.PUBLISHED, article__published_at__lte=now)
        new = shown.filter(checked_at=None).order_by("pk")
        failed = shown.filter(failures__gt=0, dead_since=None, checked_at__lte=now - RETRY_PAUSE)
        old = shown.filter(checked_at__lte=now - CHECK_PAUSE)
        found = [*new[:limit], *failed.order_by("checked_at")[:limit], *old.order_by("checked_at")[:limit]]
        return list({source.pk: source for source in found}.values())


class Source(models.Model):
    """参考: what an article rests on."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="sources")
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=1000)
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        validators=[LANGUAGE_TAG],
        help_text=_("Its BCP 47 tag, for example en or zh-Hant."),
    )
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    # What `tick` found when it last asked for the address (`source_check`).
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)
    dead_since = models.DateTimeField(_("dead since"), null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    finding = models.CharField(_("finding"), max_length=200, blank=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["checked_at"], name="source_checked"),
            models.Index(fields=["checked_at"], condition=Q(failures__gt=0), name="source_failing"),
            models.Index(fields=["dead_since"], name="source_dead", condition=models.Q(dead_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        if not self._state.adding:
            kwargs.setdefault("update_fields", self._own_fields())
        super().save(*args, **kwargs)

    def _own_fields(self) -> set[str]:
        """All but what was found since this row was read; of another address nothing is known."""
        fields = {field.name for field in self._meta.concrete_fields} - {"id"}
        if not Source.objects.filter(pk=self.pk).exclude(url=self.url).exists():
            return fields - CHECK_FIELDS
        self.checked_at, self.dead_since, self.failures, self.finding = None, None, 0, ""
        return fields

    @property
    def language_name(self) -> str:
        """In the language of whoever reads; the tag itself where Django does not know its name."""
        try:
            return str(get_language_info(self.language.lower())["name_translated"])
        except KeyError:
            return self.language

    @property
    def title_language(self) -> str:
        """The language of the title for the page, "" where it seems to be a translation of the title."""
        is_japanese = bool(JAPANESE.search(self.title))
        fits = self.language.lower()[:2] in {"ja", "zh"} if is_japanese else bool(self.language)
        return self.language if fits else ""


OF_DEAD = ["title", "url", "dead_since", "finding", "article__title", "article__slug", "article__kind"]

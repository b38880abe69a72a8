from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.taxonomy import SLUG_LENGTH

if TYPE_CHECKING:
    from articles.models.article import Article


@dataclass(frozen=True)
class Place:
    """Where an article stands in a series: the so-many-eth of so many, between two others."""

    number: int
    total: int
    previous: "Article | None"
    next: "Article | None"


class SeriesQuerySet(models.QuerySet["Series"]):
    def told(self) -> Self:
        """Those of which there is something to read, the newest first, with how much and since when."""
        public = Q(articles__kind="article", articles__status="published", articles__published_at__lte=timezone.now())
        counted = self.annotate(
            parts=Count("articles", filter=public), newest_at=Max("articles__published_at", filter=public)
        )
        return counted.filter(parts__gt=0).order_by("-newest_at", "pk")


class Series(models.Model):
    """続報: one affair, told in several articles in their order (`Article.series_position`)."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, allow_unicode=True, unique=True)
    description = models.TextField(_("description"), blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:series", args=[self.slug])

    def place_of(self, article: "Article") -> Place:
        """Among what readers may see; the article itself may be a draft."""
        others = self.articles.published().listed().exclude(pk=article.pk)
        before = self._before(article)
        earlier, later = others.filter(before), others.exclude(before)
        number = earlier.count() + 1
        return Place(
            number=number,
            total=number + later.count(),
            previous=earlier.for_lists().in_series_order().last(),
            next=later.for_lists().in_series_order().first(),
        )

    @staticmethod
    def _before(article: "Article") -> Q:
        """In the order of `in_series_order`; an article without a date stands where it would today."""
        position, moment = article.series_position, article.published_at or timezone.now()
        same = Q(series_position=position)
        return (
            Q(series_position__lt=position)
            | same & Q(published_at__lt=moment)
            | same & Q(published_at=moment, pk__lt=article.pk)
        )

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.taxonomy import SLUG_LENGTH


class Series(models.Model):
    """続報: one affair, told in several articles in their order (`Article.series_position`)."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, allow_unicode=True, unique=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:series", args=[self.slug])

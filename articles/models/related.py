from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import TEXTS, Article

TARGET_TEXTS = [f"target__{name}" for name in TEXTS]


class RelatedLinkQuerySet(models.QuerySet["RelatedLink"]):
    def for_readers(self) -> Self:
        return self.select_related("target__category", "target__eye_catch").defer(*TARGET_TEXTS)


class RelatedLink(models.Model):
    """From an article to another article, or to an outside page with a title."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="related_links")
    target = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("article of this site")
    )
    url = models.URLField(_("outside address"), max_length=1000, blank=True)
    title = models.CharField(_("title of the outside page"), max_length=300, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = RelatedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("related link")
        verbose_name_plural = _("related links")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="related_link_one_target",
                condition=Q(target__isnull=False, url="") | (Q(target__isnull=True) & ~Q(url="") & ~Q(title="")),
                violation_error_message=_("Choose an article, or give an outside address with its title."),
            ),
            models.CheckConstraint(
                name="related_link_not_itself",
                condition=Q(target__isnull=True) | ~Q(target=models.F("article")),
                violation_error_message=_("An article is not related to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.target)

    @property
    def is_shown(self) -> bool:
        """A chosen article that is not, or no longer, public is left out."""
        return self.target is None or self.target.is_public

    def get_absolute_url(self) -> str:
        return self.target.get_absolute_url() if self.target else self.url


class RelatedArticleQuerySet(models.QuerySet["RelatedArticle"]):
    def for_readers(self) -> Self:
        """What may be seen now, with what a list of it shows."""
        public = self.filter(target__status=Article.Status.PUBLISHED, target__published_at__lte=timezone.now())
        return public.select_related("target__category", "target__eye_catch").defer(*TARGET_TEXTS)


class RelatedArticle(models.Model):
    """What `tick` found to be related to an article, with the reason; the owner's choice is a RelatedLink."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="found_related")
    target = models.ForeignKey(Article, models.CASCADE, related_name="+")
    score = models.FloatField()
    # By name: shared tags, series, category, likeness of the texts; each with its part of the score, or only that it is new.
    reasons = models.JSONField(default=dict)

    objects = RelatedArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")
        ordering = ["-score", "pk"]
        constraints = [models.UniqueConstraint(fields=["article", "target"], name="related_article_once")]

    def __str__(self) -> str:
        return str(self.target)

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class PolicyManager(models.Manager["Policy"]):
    def current(self) -> "Policy":
        """The policy in force; reading it writes nothing."""
        return self.filter(pk=1).first() or Policy(pk=1)


class Policy(models.Model):
    """How the owner runs the discussions of the site: one row, changed at the desk."""

    class Premoderation(models.TextChoices):
        NONE = "none", _("shown at once")
        FIRST = "first", _("a visitor's first comments after approval")
        LINKS = "links", _("comments with links after approval")
        ALL = "all", _("all after approval")

    premoderation = models.CharField(_("new comments"), max_length=5, choices=Premoderation, default=Premoderation.NONE)
    is_closed = models.BooleanField(_("comments are closed on the whole site"), default=False)
    close_after_days = models.PositiveSmallIntegerField(
        _("days after which an article's comments close"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(3650)],
        help_text=_("Counted from its publication. An article with a moment of its own keeps that. Empty: never."),
    )
    hide_after_reports = models.PositiveSmallIntegerField(
        _("reports that hide a comment until it is reviewed"),
        default=3,
        validators=[MaxValueValidator(100)],
        help_text=_("From different networks. 0: reports hide nothing."),
    )
    has_public_log = models.BooleanField(_("readers may see the moderation log"), default=False)
    valve_factor = models.PositiveSmallIntegerField(
        _("times the usual pace at which newcomers are held"),
        default=5,
        validators=[MaxValueValidator(100)],
        help_text=_("0: never."),
    )
    digest_minutes = models.PositiveSmallIntegerField(
        _("minutes between two messages to you"), default=15, validators=[MaxValueValidator(1440)]
    )

    # Kept by the valve (`comments/valve.py`) and by `tick`.
    valve_since = models.DateTimeField(null=True, editable=False)
    valve_until = models.DateTimeField(null=True, editable=False)
    usual_per_minute = models.FloatField(default=0, editable=False)

    objects = PolicyManager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policy")
        constraints = [models.CheckConstraint(name="policy_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def has_valve(self) -> bool:
        """Whether newcomers are held just now, because so much is being written."""
        return self.valve_until is not None and timezone.now() < self.valve_until

    def premoderation_of(self, article: Article) -> str:
        """The article's own choice, else the site's."""
        chosen: dict[str, str] = {
            Article.Comments.AT_ONCE: self.Premoderation.NONE,
            Article.Comments.FIRST: self.Premoderation.FIRST,
            Article.Comments.LINKS: self.Premoderation.LINKS,
            Article.Comments.MODERATED: self.Premoderation.ALL,
        }
        return chosen.get(article.comments, self.premoderation)

    def closes_at(self, article: Article) -> datetime | None:
        """When the article takes no more comments, None when no end is set."""
        if article.comments_close_at or self.close_after_days is None or article.published_at is None:
            return article.comments_close_at
        return article.published_at + timedelta(days=self.close_after_days)

    def is_open(self, article: Article) -> bool:
        """Whether readers may comment as soon as they can see the article."""
        if self.is_closed or article.comments == Article.Comments.CLOSED:
            return False
        closes_at = self.closes_at(article)
        return closes_at is None or timezone.now() < closes_at

    def accepts(self, article: Article) -> bool:
        """Whether a comment may be written under the article now."""
        return article.is_public and self.is_open(article)

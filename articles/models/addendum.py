from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import body as html
from articles import rendering
from articles.models.article import Article, refuse_before_print


class AddendumQuerySet(models.QuerySet["Addendum"]):
    @transaction.atomic
    def delete(self):
        """As `Addendum.delete`, which Django does not call for each row of a queryset."""
        articles = list(Article.objects.filter(pk__in=self.order_by().values("article")).order_by("pk").only("pk"))
        deleted = super().delete()
        for article in articles:
            article.note_addenda()
        apps.get_model("articles", "ArticleText").objects.write([article.pk for article in articles])
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Addendum(models.Model):
    """追記: what was added later, with its own time and its own place to link to."""

    class Kind(models.TextChoices):
        ADDENDUM = "addendum", _("addendum")
        CORRECTION = "correction", _("correction")

    article = models.ForeignKey(Article, models.CASCADE, related_name="addenda")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ADDENDUM)
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    body = models.TextField(_("body"), validators=[MaxLengthValidator(html.MAX_LENGTH)])

    html = models.TextField(editable=False, blank=True, help_text="The body as readers get it, made by rendering.py.")

    objects = AddendumQuerySet.as_manager()

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return html.plain_text(self.body)[:60]

    def clean(self):
        refuse_before_print(added_at=self.added_at)
        if self.added_at and self.added_at > timezone.now():
            told = _("It says when something was added, so it cannot lie in the future.")
            raise ValidationError({"added_at": told}, code="too_late")

    @transaction.atomic
    def save(self, *args, **kwargs):
        self.body = html.clean(self.body)
        self.html = rendering.render_part(self.body)
        super().save(*args, **kwargs)
        self.article.note_addenda()
        self.article.note_words()

    @transaction.atomic
    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        self.article.note_addenda()
        self.article.note_words()
        return deleted

    @property
    def is_correction(self) -> bool:
        return self.kind == self.Kind.CORRECTION

    @property
    def anchor(self) -> str:
        return f"addendum-{self.pk}"

import logging
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.picture_files import PictureField

logger = logging.getLogger(__name__)

# More no database takes in one question.
MOST_WORDS = 20

# Older ones at one tick, half a second each, so that what comes after them is not kept waiting.
RENEWED = 50


class PictureQuerySet(models.QuerySet["Picture"]):
    def without_credit(self) -> Self:
        """Of which nobody can say whose they are."""
        return self.filter(author="", licence="")

    def found_by(self, words: str) -> Self:
        """Those that hold each of the words in what is said about them; no more than MOST_WORDS are looked at."""
        conditions = Q()
        for word in words.split()[:MOST_WORDS]:
            conditions &= Q(alt__icontains=word) | Q(caption__icontains=word) | Q(author__icontains=word)
        return self.filter(conditions)

    def delete(self):
        """One by one, because each has files."""
        with transaction.atomic():
            deleted = [picture.delete() for picture in self]
        return sum(count for count, _rows in deleted), {}

    def renew_older(self) -> None:
        """Make of some of the pictures that came before there were smaller ones what an upload makes today.

        Doing one twice changes nothing, so two at once need no lock.
        """
        for picture in self.filter(widths__isnull=True)[:RENEWED]:
            try:
                picture.file.renew()  # type: ignore[attr-defined]
            except (ValidationError, OSError) as error:
                logger.warning("picture %s cannot be read: %s", picture.pk, error)
                picture.widths = []
            picture.save(update_fields=["width", "height", "widths"])


class Picture(models.Model):
    """A picture with what the law and good manners want said beside it."""

    file: Any = PictureField(_("file"), upload_to="pictures/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    widths = models.JSONField(
        null=True, editable=False, help_text="Of the smaller ones beside the file; null: not made yet."
    )
    alt = models.CharField(
        _("alternative text"), max_length=300, help_text=_("What a reader who cannot see the picture should know.")
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True, help_text=_("For example CC BY-SA 4.0."))
    link = models.URLField(_("link to the original"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="picture_newest"),
            # `tick` looks for them each minute, and soon there is none.
            models.Index(
                fields=["-created_at", "-id"], condition=models.Q(widths__isnull=True), name="picture_to_renew"
            ),
        ]

    def __str__(self) -> str:
        return self.alt or str(self.file)

    @property
    def credit(self) -> str:
        """Author and licence in one line, "" when neither is known."""
        return " / ".join(filter(None, [self.author, self.licence]))

    @property
    def caption_with_credit(self) -> str:
        """What stands below the picture inside an article."""
        credit = _("Source: %(credit)s") % {"credit": self.credit} if self.credit else ""
        return " ".join(filter(None, [self.caption, credit]))

    @property
    def srcset(self) -> str:
        """The file and the smaller ones of its kind, as HTML's `srcset`."""
        suffix = self.file.smaller_suffix  # type: ignore[attr-defined]
        smaller = [self._candidate(width, suffix) for width in self.widths or [] if width < self.width]
        return ", ".join([*smaller, f"{self.file.url} {self.width}w"])

    @property
    def webp_srcset(self) -> str:
        """The same as WebP, "" where the file itself is of that kind or nothing was made."""
        if self.file.smaller_suffix == ".webp":  # type: ignore[attr-defined]
            return ""
        return ", ".join(self._candidate(width, ".webp") for width in self.widths or [])

    def _candidate(self, width: int, suffix: str) -> str:
        return f"{self.file.url}.{width}{suffix} {width}w"

    @property
    def thumbnail_url(self) -> str:
        """The smallest one, for lists of the admin."""
        return f"{self.file.url}.{self.widths[0]}.webp" if self.widths else self.file.url

    def save(self, *args, **kwargs):
        replaced = Picture.objects.filter(pk=self.pk).exclude(file=self.file.name).first() if self.pk else None
        super().save(*args, **kwargs)
        if replaced:
            replaced._delete_files_after_commit()

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        self._delete_files_after_commit()
        return deleted

    def _delete_files_after_commit(self) -> None:
        # The database can still say no, and then the row would be without them.
        transaction.on_commit(partial(self.file.delete, save=False))

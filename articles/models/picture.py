from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Picture(models.Model):
    """A picture with what the law and good manners want said beside it."""

    file = models.ImageField(
        _("file"),
        upload_to="pictures/%Y/%m/",
        width_field="width",
        height_field="height",
        validators=[FileExtensionValidator(["jpg", "jpeg", "png", "webp", "gif"])],
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        _("alternative text"), max_length=300, help_text=_("What a reader who cannot see the picture should know.")
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True, help_text=_("For example CC BY-SA 4.0."))
    link = models.URLField(_("link to the original"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]

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

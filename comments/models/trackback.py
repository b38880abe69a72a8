from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class Trackback(models.Model):
    """Another site's page that says it links to an article. Without replies and votes."""

    class Kind(models.TextChoices):
        TRACKBACK = "trackback", _("trackback")
        PINGBACK = "pingback", _("pingback")

    article = models.ForeignKey(Article, models.CASCADE, related_name="trackbacks", verbose_name=_("article"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = models.URLField(_("address"), max_length=1000)
    excerpt = models.TextField(_("excerpt"), blank=True)
    blog_name = models.CharField(_("site"), max_length=300, blank=True)
    is_published = models.BooleanField(_("shown"), default=True)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    import_ref = models.CharField(max_length=200, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("trackback")
        verbose_name_plural = _("trackbacks")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.title or self.url

"""What somebody who may not write here is told."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments.identity import Visitor
from comments.models import Ban


def sentence_for(visitor: Visitor) -> str:
    """Until when the visitor may not write here; "" for whoever may."""
    ban = Ban.objects.covering(visitor.key, visitor.network_key)
    if ban is None:
        return ""
    if ban.expires_at is None:
        return _("We are sorry: you cannot write here any more. Nothing has been stored.")
    until = date_format(timezone.localtime(ban.expires_at), "DATETIME_FORMAT")
    return _("We are sorry: you cannot write here until %(moment)s. Nothing has been stored.") % {"moment": until}

"""What readers are told before they write: until when they may, and whether it appears at once.

The same for everybody, and moments rather than how long is left, so that a
page which says it stays true for as long as a cache keeps it.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import Article
from comments.models import Policy

# So long before the end it is said above the form.
NOTICE = timedelta(hours=24)

SITE_CLOSED = _("Comments are closed on the whole site at present.")
ARTICLE_CLOSED = _("The comments of this article are closed.")

# What is said of approval, by Policy.Premoderation.
APPROVAL: dict[str, str | Promise] = {
    Policy.Premoderation.FIRST: _("Somebody's first comments here appear after approval."),
    Policy.Premoderation.LINKS: _("Comments with links appear after approval."),
    Policy.Premoderation.ALL: _("Comments appear after approval."),
}
BY_VALVE = _("So much is being written just now that comments of new readers appear after approval.")


def moments(policy: Policy, article: Article) -> list[datetime | None]:
    """When what the article's page says of its comments changes by itself; some may be over."""
    closes_at = policy.closes_at(article)
    return [closes_at, closes_at - NOTICE if closes_at else None, policy.valve_until]


class Terms:
    """Under which terms comments are taken under an article."""

    def __init__(self, policy: Policy, article: Article):
        self.policy = policy
        self.article = article
        self.is_open = policy.is_open(article)

    @property
    def closed_reason(self) -> str | Promise:
        """Why nobody can write here, "" where they can."""
        if self.is_open:
            return ""
        if self.policy.is_closed:
            return SITE_CLOSED
        days = self.policy.close_after_days
        if days is None or self.article.comments == Article.Comments.CLOSED or self.article.comments_close_at:
            return ARTICLE_CLOSED
        text = ngettext(
            "The comments of this article are closed: it appeared more than %(n)d day ago.",
            "The comments of this article are closed: it appeared more than %(n)d days ago.",
            days,
        )
        return text % {"n": days}

    @property
    def closes_at(self) -> datetime | None:
        """When the discussion closes, None while that is far off."""
        closes_at = self.policy.closes_at(self.article)
        if not self.is_open or closes_at is None or closes_at - timezone.now() > NOTICE:
            return None
        return closes_at

    @property
    def approval(self) -> list[str | Promise]:
        """What of the comments that are written now will wait for approval, one sentence each."""
        premoderation = self.policy.premoderation_of(self.article)
        said: list[str | Promise] = [APPROVAL[premoderation]] if premoderation in APPROVAL else []
        if self.policy.has_valve and premoderation != Policy.Premoderation.ALL:
            said.append(BY_VALVE)
        return said

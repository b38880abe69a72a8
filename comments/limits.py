"""How often things may be done here: every limit by name, with its reason.

Each is counted in one database row per key and window (`RateLimit`), so all
processes and machines share it. A comment and a vote are counted in the statement that writes them: what is
refused counts nothing. Behind one address of a mobile carrier there
may be thousands of readers. Whoever keeps the cookie is counted apart from
the others there; only newcomers, whose cookie may be one of a thousand that
one person has thrown away, are counted by their network as well. Votes have no
limit by network: there each further one weighs less instead.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.identity import Visitor
from comments.models.rate_limit import Acts, RateLimit, begin_of


class LimitReached(Exception):
    """One act too many. `reason` is for the reader and says when to try again."""

    def __init__(self, limit: "Limit", try_again_at: datetime):
        super().__init__(limit.name)
        self.limit = limit
        self.try_again_at = try_again_at

    @property
    def reason(self) -> str:
        moment = f"{timezone.localtime(self.try_again_at):%H:%M}"
        again = _("Please try again after %(moment)s.") % {"moment": moment}
        return f"{self.limit.reason} {again}"

    @property
    def retry_after(self) -> int:
        """Seconds."""
        return max(1, ceil((self.try_again_at - timezone.now()).total_seconds()))


@dataclass(frozen=True)
class Limit:
    """At most so many acts in each window; windows begin at full multiples of `per`."""

    name: str
    most: int
    per: timedelta
    reason: str | Promise

    def key_of(self, whose: str) -> str:
        return f"{self.name}:{whose}"

    def refuse(self) -> None:
        """Raises LimitReached."""
        raise LimitReached(self, begin_of(self.per) + self.per)

    def take(self, whose: str = "") -> None:
        """Count one act. Raises LimitReached."""
        if try_again_at := RateLimit.hit(self.key_of(whose), self.most, self.per):
            raise LimitReached(self, try_again_at)


TOO_MANY_COMMENTS = _("You have written many comments in a short time. The text is still here.")
BUSY = _("So many comments are being written just now that this one could not be taken. The text is still here.")
TOO_MANY_VOTES = _("You have voted very often in a short time.")
TOO_MANY_REPORTS = _("You have reported many comments in a short time.")
TOO_MANY_APPEALS = _("Many appeals have come from your network in a short time. The text is still here.")
TOO_MANY_ATTEMPTS = _("This address has asked for private links that do not exist.")
TOO_MANY_SEARCHES = _("You have searched very often in a short time.")

# A lively debater writes one comment a minute, and two in a heated one.
COMMENTS_PER_VISITOR = Limit("comment/visitor", 20, timedelta(minutes=10), TOO_MANY_COMMENTS)

# Newcomers only. A thousand readers behind one address of a carrier, each of whom writes a first
# comment within an hour, are 170 in ten minutes; who drops the cookie each time is stopped soon after.
COMMENTS_PER_NETWORK = Limit("comment/network", 300, timedelta(minutes=10), BUSY)

# Whoever comes from there, also with cookies that were collected an hour before: a twelfth of what the site takes.
ALL_COMMENTS_PER_NETWORK = Limit("comment/whole-network", 300, timedelta(minutes=1), BUSY)

# Two people who answer each other leave room for the others in the thread.
REPLIES_IN_THREAD = Limit("reply/thread", 10, timedelta(minutes=10), TOO_MANY_COMMENTS)

# Somebody who reads two hundred comments and votes on each second one.
VOTES_PER_VISITOR = Limit("vote/visitor", 150, timedelta(minutes=10), TOO_MANY_VOTES)

# Nobody finds so many misplaced replies; a script would bury the owner in them.
REPORTS_PER_VISITOR = Limit("report/visitor", 20, timedelta(hours=1), TOO_MANY_REPORTS)
REPORTS_PER_NETWORK = Limit("report/network", 60, timedelta(hours=1), TOO_MANY_REPORTS)

# One for each hidden comment: what somebody writes who had fifty removed, from a network that many share.
APPEALS_PER_NETWORK = Limit("appeal/network", 50, timedelta(hours=1), TOO_MANY_APPEALS)

# Nobody mistypes 22 random characters thirty times; and a guesser of 2^128 gets nowhere with thirty.
RECEIPT_GUESSES = Limit("receipt/network", 30, timedelta(minutes=10), TOO_MANY_ATTEMPTS)

# A search costs more than a page. Searching sets no cookie, so a whole carrier's address counts as one.
SEARCHES_PER_NETWORK = Limit("search/network", 300, timedelta(minutes=10), TOO_MANY_SEARCHES)

# Addresses that no page has, for which articles are offered; beyond, the page says only that there is none.
MISSING_PAGES_PER_NETWORK = Limit("missing/network", 60, timedelta(minutes=10), TOO_MANY_SEARCHES)

# For the whole site: many times what a busy news day brings, and a sixth of what two cores take.
COMMENTS_OF_SITE = Limit("comment/site", 3_600, timedelta(minutes=1), BUSY)

ALL = (
    COMMENTS_PER_VISITOR,
    COMMENTS_PER_NETWORK,
    ALL_COMMENTS_PER_NETWORK,
    REPLIES_IN_THREAD,
    VOTES_PER_VISITOR,
    REPORTS_PER_VISITOR,
    REPORTS_PER_NETWORK,
    APPEALS_PER_NETWORK,
    RECEIPT_GUESSES,
    SEARCHES_PER_NETWORK,
    MISSING_PAGES_PER_NETWORK,
    COMMENTS_OF_SITE,
)

# After this no window that counts is left open.
LONGEST = max(limit.per for limit in ALL)


def of_comment(visitor: Visitor, tree_id: int | None = None) -> Acts:
    """What a comment counts as, `tree_id` being the thread that it answers in."""
    acts = [(COMMENTS_PER_VISITOR, visitor.key)]
    if visitor.is_new:
        acts.append((COMMENTS_PER_NETWORK, visitor.network_key))
    acts.append((ALL_COMMENTS_PER_NETWORK, visitor.network_key))
    if tree_id is not None:
        acts.append((REPLIES_IN_THREAD, f"{tree_id}:{visitor.key}"))
    return [*acts, (COMMENTS_OF_SITE, "")]


def take_report(visitor: Visitor) -> None:
    """Count a report. Raises LimitReached."""
    REPORTS_PER_VISITOR.take(visitor.key)
    if visitor.is_new:
        REPORTS_PER_NETWORK.take(visitor.network_key)

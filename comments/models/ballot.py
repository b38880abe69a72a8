"""What a vote asks and writes, written out as in `statements`: the lock, one question, one answer.

A first vote adds to the counts that its comment keeps; whatever else happens to votes derives them
from their rows again (`Comment.recount`). Both are done under the lock on the article.
"""

from functools import cache
from threading import Lock
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from comments import ranking
from comments.models import statements
from comments.models.rate_limit import Acts, RateLimit
from comments.models.refusal import Refusal
from comments.models.shown import Status
from comments.models.vote import Counts, Vote
from comments.ranking import WEIGHED, weight_of


class Ballot(NamedTuple):
    """What is known of a comment and of a voter under the lock."""

    number: int
    status: str
    visitor_key: str
    upvotes: int
    downvotes: int
    # In 評価順, and of votes that were cast here alone.
    upvote_weight: float
    downvote_weight: float
    imported_upvotes: int
    imported_downvotes: int
    # What the visitor has voted, None for nothing.
    own: int | None
    # How many valid votes came from the network, of which no more than WEIGHED make a difference.
    from_network: int
    is_excluded: bool
    # One more vote is too many under one of the limits.
    is_limited: bool

    @property
    def counts(self) -> Counts:
        """Of the valid votes, those that were imported not among them."""
        up, down = self.upvotes - self.imported_upvotes, self.downvotes - self.imported_downvotes
        return Counts(up, down, self.upvote_weight, self.downvote_weight)

    def counts_with(self, value: int, weight: float) -> Counts:
        """The same with one more valid vote."""
        up, down, up_weight, down_weight = self.counts
        if value > 0:
            return Counts(up + 1, down, up_weight + weight, down_weight)
        return Counts(up, down + 1, up_weight, down_weight + weight)


class Cast(NamedTuple):
    """What has become of a comment when somebody has voted on it."""

    pk: int
    number: int
    # False: the visitor had voted so already.
    is_changed: bool
    upvotes: int
    downvotes: int
    score: int


VOTE = """
    INSERT INTO comments_vote (comment_id, visitor_key, network_key, value, weight, is_valid, from_new_visitor, created_at)
    VALUES (%(comment)s, %(visitor)s, %(network)s, %(value)s, %(weight)s, %(is_valid)s, %(is_new)s, %(now)s)
"""
COUNTS = """
    UPDATE comments_comment SET upvotes = %(upvotes)s, downvotes = %(downvotes)s, score = %(score)s, rank = %(rank)s,
        upvote_weight = %(upvote_weight)s, downvote_weight = %(downvote_weight)s
    WHERE id = %(comment)s
"""
VERSION = """
    UPDATE articles_article SET discussion_version = discussion_version + 1, vote_changes = vote_changes + 1
    WHERE id = %(article)s
"""


@cache
def _lock() -> str:
    return f"""
        SELECT article.id FROM articles_article article
        WHERE article.id = (SELECT article_id FROM comments_comment WHERE id = CAST(%(comment)s AS bigint))
            AND article.status = 'published' AND article.published_at <= %(now)s
        {statements.for_update_of("article")}
    """  # noqa: S608


@cache
def _ballot(limited: str) -> str:
    return f"""
        SELECT comment.number, comment.status, comment.visitor_key, comment.upvotes, comment.downvotes,
            comment.upvote_weight, comment.downvote_weight, comment.imported_upvotes, comment.imported_downvotes,
            (SELECT value FROM comments_vote WHERE comment_id = comment.id AND visitor_key = %(visitor)s),
            (
                SELECT count(*) FROM (
                    SELECT 1 FROM comments_vote
                    WHERE network_key = %(network)s AND network_key <> '' AND comment_id = comment.id AND is_valid
                    LIMIT {WEIGHED}
                ) from_network
            ),
            EXISTS (
                SELECT 1 FROM comments_voteexclusion
                WHERE ended_at IS NULL AND (article_id IS NULL OR article_id = comment.article_id)
                    AND ((visitor_key = %(visitor)s AND visitor_key <> '') OR (network_key = %(network)s AND network_key <> ''))
            ),
            EXISTS (SELECT 1 FROM comments_ratelimit WHERE {limited})
        FROM comments_comment comment WHERE comment.id = CAST(%(comment)s AS bigint)
    """  # noqa: S608 a number, and names of columns


# Those who vote on one comment in one process wait here for each other: many who wait for the lock in the database
# hold a connection each, and take a quarter of its time with waiting.
_TURNS = [Lock() for _ in range(64)]


def cast(
    comment_pk: int,
    visitor_key: str,
    value: int,
    *,
    network_key: str = "",
    from_new_visitor: bool = False,
    acts: Acts = (),
) -> Cast:
    """Set the visitor's vote to +1 or -1, or take it back with 0.

    The lock on the article makes the counts see every vote that came before. `acts`: what a vote that changes
    something counts as under the limits. Raises LimitReached, Refusal when the comment cannot be seen or is
    the visitor's own, and RuntimeError inside of a transaction: whoever holds that lock already must not wait for
    those who wait for it.
    """
    with _TURNS[comment_pk % len(_TURNS)], transaction.atomic(durable=True):
        return _cast_in_turn(comment_pk, visitor_key, value, network_key, from_new_visitor, acts)


def _cast_in_turn(
    comment_pk: int, visitor_key: str, value: int, network_key: str, from_new_visitor: bool, acts: Acts
) -> Cast:
    now = timezone.now()
    values = {"comment": comment_pk, "visitor": visitor_key, "network": network_key, "now": now}
    article = statements.ask(_lock(), values)
    if not article:
        raise Refusal(Refusal.PARENT_REMOVED)
    limited, of_limits = RateLimit.reached(acts)
    ballot = Ballot(*statements.ask(_ballot(limited), values | of_limits))
    if ballot.is_limited:
        RateLimit.refuse(acts)
    if ballot.status != Status.PUBLISHED:
        raise Refusal(Refusal.PARENT_REMOVED)
    if ballot.visitor_key == visitor_key:
        raise Refusal(Refusal.OWN_COMMENT)
    if value == (ballot.own or 0):
        return _cast(comment_pk, ballot, derived(ballot, ballot.counts), is_changed=False)
    if ballot.own is None:
        values |= {"value": value, "is_new": from_new_visitor, "article": article[0]}
        return _cast_first(values, ballot, acts)
    return _change(comment_pk, visitor_key, value, ballot, article[0], acts)


def _cast_first(values: dict[str, Any], ballot: Ballot, acts: Acts) -> Cast:
    is_valid, counts = not ballot.is_excluded, ballot.counts
    weight = weight_of(ballot.from_network if is_valid else 0)
    if is_valid:
        counts = ballot.counts_with(values["value"], weight)
    counted = derived(ballot, counts)
    counting, of_limits = RateLimit.counting(acts)
    values |= {"weight": weight, "is_valid": is_valid} | counted | of_limits
    statements.change((*counting, VOTE, COUNTS, VERSION), values)
    return _cast(values["comment"], ballot, counted, is_changed=True)


def _change(comment_pk: int, visitor_key: str, value: int, ballot: Ballot, article_pk: int, acts: Acts) -> Cast:
    vote = Vote.objects.select_related("comment").get(comment=comment_pk, visitor_key=visitor_key)
    vote.change(value) if value else vote.take_back()
    counted = recount(vote.comment)
    statements.change((VERSION,), {"article": article_pk})
    RateLimit.note(acts)
    return _cast(comment_pk, ballot, counted, is_changed=True)


def _cast(comment_pk: int, ballot: Ballot, counted: dict[str, Any], *, is_changed: bool) -> Cast:
    names = ("upvotes", "downvotes", "score")
    return Cast(comment_pk, ballot.number, is_changed, *(counted[name] for name in names))


def recount(comment: Any) -> dict[str, Any]:
    """Derive the counts of the comment from its votes and write them; the caller holds the lock on the article."""
    counted = derived(comment, comment.votes.counts())
    statements.change((COUNTS,), {"comment": comment.pk, **counted})
    return counted


def derived(imported: Any, counts: Counts) -> dict[str, Any]:
    """The columns that follow from the valid votes and from what was imported, which has no networks: each weighs 1."""
    up, down = imported.imported_upvotes, imported.imported_downvotes
    return {
        "upvotes": up + counts.up,
        "downvotes": down + counts.down,
        "score": up + counts.up - down - counts.down,
        "upvote_weight": counts.up_weight,
        "downvote_weight": counts.down_weight,
        "rank": ranking.lower_bound(up + counts.up_weight, down + counts.down_weight),
    }

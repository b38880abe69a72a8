"""What a vote asks and writes, written out as in `statements`: the lock, one question, one answer.

A first vote adds to the counts that its comment keeps; whatever else happens to votes derives them
from their rows again (`Comment.recount`). Both are done under the lock on the article.
"""

from functools import cache
from typing import Any, NamedTuple

from django.utils import timezone

from comments.models import statements
from comments.models.rate_limit import Acts, RateLimit
from comments.models.vote import Counts, Vote
from comments.ranking import WEIGHED


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

    def counts_with(self, vote: Vote) -> Counts:
        """The same once the vote is written too."""
        up, down, up_weight, down_weight = self.counts
        if not vote.is_valid:
            return self.counts
        if vote.value > 0:
            return Counts(up + 1, down, up_weight + vote.weight, down_weight)
        return Counts(up, down + 1, up_weight, down_weight + vote.weight)


COUNTS = """
    UPDATE comments_comment SET upvotes = %(upvotes)s, downvotes = %(downvotes)s, score = %(score)s, rank = %(rank)s,
        upvote_weight = %(upvote_weight)s, downvote_weight = %(downvote_weight)s
    WHERE id = %(comment)s
"""
VERSION = "UPDATE articles_article SET discussion_version = discussion_version + 1 WHERE id = %(article)s"


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


def draw(comment_pk: int, visitor_key: str, network_key: str, acts: Acts) -> tuple[int, Ballot] | None:
    """Lock the article of the comment; its key, and what is known then. None where readers see none."""
    article = statements.ask(_lock(), {"comment": comment_pk, "now": timezone.now()})
    if not article:
        return None
    limited, values = RateLimit.reached(acts)
    values |= {"comment": comment_pk, "visitor": visitor_key, "network": network_key}
    return article[0], Ballot(*statements.ask(_ballot(limited), values))


def write(vote: Vote, article_pk: int, acts: Acts) -> None:
    """A first vote, the counts of its comment with it, and the acts that it is."""
    insertion, values = statements.insertion(vote)
    counting, counted = RateLimit.counting(acts)
    values |= counts_of(vote.comment) | counted | {"article": article_pk}
    statements.change((insertion, COUNTS, VERSION, *counting), values)


def save_counts(comment: Any) -> None:
    statements.change((COUNTS,), counts_of(comment))


def counts_of(comment: Any) -> dict[str, Any]:
    names = ("upvotes", "downvotes", "score", "rank", "upvote_weight", "downvote_weight")
    return {"comment": comment.pk, **{name: getattr(comment, name) for name in names}}

"""Forgetting a person, as they may ask of whoever keeps their data.

What they wrote becomes placeholders, so that nobody's reply loses its place;
their votes and reports are deleted and the counts derived again. What the
owner has to keep for a legal claim stays until it is released.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from articles.models import Article
from comments.models import Ban, Comment, MisplacementReport, Refusal, Report, Vote, VoteExclusion
from comments.models.ban import NOBODY


@dataclass
class Erasure:
    """How much was forgotten, and how many comments had to be kept."""

    comments: int = 0
    votes: int = 0
    held: int = 0


def erase_visitor(visitor_key: str, *, by=None) -> Erasure:
    """Forget all that this visitor wrote, voted and reported; without `by` at their own wish.

    One transaction for each comment and for the votes and reports under each
    article, each under its article's lock; run again, it does what was left. Counters
    of limits go with their hour, or erasing would be a way round them. Raises
    ValueError for no key, which is everybody's who came with an import.
    """
    if not visitor_key:
        raise ValueError("no visitor")
    done = Erasure()
    for comment in Comment.objects.filter(visitor_key=visitor_key).order_by("pk"):
        try:
            comment.erase(by=by)
            done.comments += 1
        except Refusal:
            done.held += 1
    votes = Vote.objects.filter(visitor_key=visitor_key)
    for article_id in votes.order_by().values_list("comment__article", flat=True).distinct():
        done.votes += _erase_votes(article_id, visitor_key)
    for article_id in _articles_of_reports(visitor_key):
        _erase_reports(article_id, visitor_key)
    Ban.objects.filter(visitor_key=visitor_key, ended_at=None).update(ended_at=timezone.now())
    Ban.objects.filter(visitor_key=visitor_key).forget_whom()
    VoteExclusion.objects.filter(visitor_key=visitor_key).update(visitor_key=NOBODY, ended_at=timezone.now())
    return done


@transaction.atomic
def _erase_votes(article_id: int, visitor_key: str) -> int:
    article = Article.objects.lock(article_id)
    votes = list(Vote.objects.filter(visitor_key=visitor_key, comment__article=article).select_related("comment"))
    for vote in votes:
        vote.take_back()
        vote.comment.recount()
    article.discussion_version += 1
    article.save_discussion()
    return len(votes)


REPORTS = (Report, MisplacementReport)


def _articles_of_reports(visitor_key: str) -> list[int]:
    found: set[int] = set()
    for model in REPORTS:
        rows = model.objects.filter(visitor_key=visitor_key).order_by()
        found |= set(rows.values_list("comment__article", flat=True).distinct())
    return sorted(found)


@transaction.atomic
def _erase_reports(article_id: int, visitor_key: str) -> None:
    Article.objects.lock(article_id)
    comments: set[int] = set()
    for model in REPORTS:
        reports = model.objects.filter(visitor_key=visitor_key, comment__article=article_id)
        comments |= set(reports.order_by().values_list("comment", flat=True))
        reports.delete()
    Comment.objects.recount_reports(sorted(comments))

"""What the verdict on a comment rests on beside its text, gathered from its form, its visitor and the database.

A few queries, each by an index, whatever has been written before. What staff
send is published in any case, so nothing is asked about them.
"""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article
from comments import identity, limits, stamp, valve
from comments import text as comment_text
from comments.forms import CommentForm
from comments.identity import Visitor
from comments.models import Ban, Comment, Policy, RateLimit, statements
from comments.models.queries import CommentQuerySet
from comments.verdict import Facts

# What is pasted everywhere is pasted within a day; a saying may come back the next.
REPEATED_WITHIN = timedelta(days=1)
# More would change nothing.
MOST_COUNTED = 20


def known_before(slug: str, visitor: Visitor, form: CommentForm) -> statements.Known | None:
    """What the database knows before a comment whose form is valid, in one statement; None where no article is."""
    now = timezone.now()
    # Staff may write as often as they like.
    limited, limits_values = RateLimit.reached(() if form.by_staff else limits.of_comment(visitor))
    return statements.known(
        slug,
        limited,
        parent=form.cleaned_data["parent"],
        visitor=visitor.key,
        network=visitor.network_key,
        fingerprint=comment_text.fingerprint(form.cleaned_data["text"]),
        repeated_since=now - REPEATED_WITHIN,
        most_repeats=MOST_COUNTED,
        lively_since=now - valve.MINUTE,
        lively=valve.LEAST_PER_MINUTE // 2,
        **limits_values,
    )


def gather(known: statements.Known, visitor: Visitor, form: CommentForm) -> Facts:
    """About a new comment, whose form is valid."""
    if form.by_staff:
        return Facts(by_staff=True)
    data = form.cleaned_data
    # Nearly nobody is banned, so for how long is asked for apart.
    ban = Ban.objects.covering(visitor.key, visitor.network_key) if known.is_banned else None
    return Facts(
        is_banned=ban is not None,
        ban_until=ban.expires_at if ban else None,
        premoderation=known.policy.premoderation_of(known.article),
        has_valve=known.policy.has_valve,
        is_known=known.has_published,
        repeats=known.repeats,
        is_new=visitor.is_new,
        form_age=stamp.age(data["stamp"] or ""),
        trap=(data["website"] or "").strip(),
        name=data["author_name"],
    )


def gather_for_edit(request: HttpRequest, comment: Comment, form: CommentForm) -> Facts:
    """About the new words of a comment: the receipt may be open in another browser than the one it was written in."""
    if comment.by_staff:
        return Facts(by_staff=True)
    visitor = identity.recognise(request)
    return _facts(
        comment.article,
        comment.visitor_key,
        identity.network_key_of(request),
        # The comment itself shows nothing: it may have been published for words that are to go.
        is_known=published_by(comment.visitor_key).exclude(pk=comment.pk).exists(),
        repeats=repeats(form.cleaned_data["text"], Q(pk=comment.pk)),
        is_new=visitor is None or visitor.is_new or visitor.key != comment.visitor_key,
        name=form.cleaned_data["author_name"],
    )


def _facts(article: Article, visitor_key: str, network_key: str, **more) -> Facts:
    policy, ban = Policy.objects.current(), Ban.objects.covering(visitor_key, network_key)
    return Facts(
        is_banned=ban is not None,
        ban_until=ban.expires_at if ban else None,
        premoderation=policy.premoderation_of(article),
        has_valve=policy.has_valve,
        **more,
    )


def published_by(visitor_key: str) -> CommentQuerySet:
    """What of this visitor was published here and still is."""
    # The first condition is that of the index.
    mine = Comment.objects.filter(~Q(visitor_key=""), visitor_key=visitor_key)
    return mine.filter(status=Comment.Status.PUBLISHED).order_by()


def repeats(text: str, here: Q) -> int:
    """In how many other places the same words were written lately, whatever became of them; at most MOST_COUNTED.

    What its author withdrew is theirs to write again; `here` is the comment's own place.
    """
    fingerprint = comment_text.fingerprint(text)
    return written_lately(fingerprint).exclude(here)[:MOST_COUNTED].count() if fingerprint else 0


def written_lately(fingerprint: str) -> CommentQuerySet:
    since = timezone.now() - REPEATED_WITHIN
    rows = Comment.objects.filter(~Q(fingerprint=""), fingerprint=fingerprint, created_at__gte=since)
    return rows.exclude(status=Comment.Status.WITHDRAWN).order_by("-created_at")

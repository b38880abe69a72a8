"""Votes as readers cast them and meet them again.

The page of an article is the same bytes for everybody, so it cannot tell what
this reader has voted: a script remembers that in the browser and asks
`mine`, and without scripts the page of the vote says it.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comments import identity, limits, mould
from comments.limits import LimitReached
from comments.models import Comment, Refusal, Vote, ballot
from comments.views import REFUSALS, public_article, public_comment, see_other, too_many, wants_fragment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """POST casts, changes or takes back a vote; GET shows the reader's own state, for browsers without scripts."""
    if pk >= 2**63:
        raise Http404
    return cast_vote(request, pk) if request.method == "POST" else vote_page(request, public_comment(pk))


def vote_page(
    request: HttpRequest, voted: Comment, *, is_wrong: bool = False, reason: object = None, status: int = 200
) -> HttpResponse:
    """What the reader has voted, and what can be made of it; `reason` is why it cannot be voted on at all.

    `is_wrong`: what was sent was no vote.
    """
    visitor = identity.recognise(request)
    if visitor and visitor.key == voted.visitor_key:
        reason = REFUSALS[Refusal.OWN_COMMENT][1]
    own_vote = Vote.objects.value_of(voted, visitor.key) if visitor else 0
    context = {"comment": voted, "own_vote": own_vote, "is_wrong": is_wrong, "reason": reason}
    return render(request, "comments/vote.html", context, status=status)


def values() -> dict[str, int]:
    """The votes there are, as they are sent: for a comment, 0 to take it back, and against it where the site has that."""
    return {"1": 1, "0": 0} | ({"-1": -1} if settings.DOWN_VOTES else {})


def cast_vote(request: HttpRequest, pk: int) -> HttpResponse:
    value = values().get(request.POST.get("value", ""))
    if value is None:
        return vote_page(request, public_comment(pk), is_wrong=True, status=422)
    visitor = identity.identify(request)
    try:
        # Most are sent by a script, which shows two numbers: nothing else of the comment is read.
        cast = ballot.cast(
            pk,
            visitor.key,
            value,
            network_key=visitor.network_key,
            from_new_visitor=visitor.is_new,
            acts=[(limits.VOTES_PER_VISITOR, visitor.key)],
        )
        if not cast.is_changed:
            limits.VOTES_PER_VISITOR.take(visitor.key)
    except Refusal as refusal:
        return refused_vote(request, pk, refusal)
    except LimitReached as limit:
        return too_many(render(request, "429.html", {"limit": limit}), limit)
    if wants_fragment(request):
        response = HttpResponse(mould.vote(cast, value))
    elif cast.is_changed or value == 0:
        # Hidden or not by now: the vote is cast.
        response = see_other(Comment.objects.select_related("article").get(pk=pk).place())
    else:
        # The same button a second time, without scripts: ask whether the vote shall be taken back.
        response = see_other(reverse("comments:vote", args=[pk]))
    # Whoever takes back what was never cast gets no cookie: only what is stored makes a visitor.
    return identity.remember(response, visitor) if cast.is_changed or identity.recognise(request) else response


def refused_vote(request: HttpRequest, pk: int, refusal: Refusal) -> HttpResponse:
    if refusal.code != Refusal.OWN_COMMENT:
        # Hidden a moment ago: of such a comment readers are told nothing.
        raise Http404 from refusal
    status, reason = REFUSALS[refusal.code]
    return vote_page(request, public_comment(pk), reason=reason, status=status)


@require_safe
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """For a script: the reader's own votes (by the comment's id) and comments (their numbers) under one article.

    Asked for only by browsers that have written here before. Sets no cookie and is kept nowhere.
    """
    article = public_article(slug)
    if article is None:
        raise Http404
    visitor = identity.recognise(request)
    votes: dict[int, int] = {}
    numbers: list[int] = []
    if visitor:
        votes = Vote.objects.of_visitor(visitor.key, article)
        own = Comment.objects.filter(article=article, visitor_key=visitor.key)
        numbers = list(own.order_by("number").values_list("number", flat=True))
    return JsonResponse({"votes": votes, "comments": numbers}, headers={"Cache-Control": "private, no-store"})

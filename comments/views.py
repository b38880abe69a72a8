from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from articles.models import Article
from comments import closing, facts, identity, limits, mould, spam_check, staff, stamp, threads, valve
from comments import text as comment_text
from comments.forms import NAME_LENGTH, CommentForm
from comments.identity import Visitor
from comments.limits import LimitReached
from comments.models import Comment, Policy, RateLimit, Refusal, Rule
from comments.models.statements import Known
from comments.rules import RuleSet
from comments.verdict import Facts, Outcome, Unwanted, Verdict, judge

# What a reader is told, and the status of the answer.
REFUSALS = {
    Refusal.CLOSED: (403, gettext_lazy("The comments of this article are closed.")),
    Refusal.PARENT_MISSING: (404, gettext_lazy("The comment that this answers is not under this article.")),
    Refusal.PARENT_REMOVED: (409, gettext_lazy("The comment that this answers was removed in the meantime.")),
    Refusal.THREAD_FULL: (409, gettext_lazy("This thread is full. Please begin a new one.")),
    Refusal.HIDDEN: (409, gettext_lazy("The comment is hidden by now.")),
    Refusal.ANSWERED: (409, gettext_lazy("Somebody has replied in the meantime, so the text stays as it is.")),
    Refusal.TOO_LATE: (409, gettext_lazy("A comment can be edited for 15 minutes; that time is over.")),
    Refusal.HELD: (409, gettext_lazy("The law may ask for this comment, so it is kept for the time being.")),
    Refusal.OWN_COMMENT: (403, gettext_lazy("Your own comment is not for you to vote on.")),
    Refusal.LOCKED: (403, gettext_lazy("This thread takes no more replies.")),
    Refusal.BANNED: (403, gettext_lazy("You cannot write here at present.")),
    Refusal.WOULD_BE_HELD: (
        422,
        gettext_lazy(
            "In these words the comment would have to be approved first. Please leave out what is new, or write a reply."
        ),
    ),
    Refusal.LOOP: (409, gettext_lazy("A comment cannot answer itself or one of its own replies.")),
}

# How many newer comments an open page gets at once, and how long a cache in
# between may give the same answer to all the pages that are open.
SINCE_MOST = 100
SINCE_SECONDS = 5


def wants_fragment(request: HttpRequest) -> bool:
    """True for our scripts, which put the answer into the page that is open."""
    return request.META.get("HTTP_X_REQUESTED_WITH") == "fetch"


def public_article(slug: str) -> Article | None:
    return Article.objects.published().filter(slug=slug).first()


def public_comment(pk: int) -> Comment:
    if pk >= 2**63:
        raise Http404
    return get_object_or_404(Comment.objects.visible().select_related("article"), pk=pk)


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The permanent address of a comment: leads to its place on the page where it stands now."""
    return redirect(public_comment(pk).place())


@require_safe
@vary_on_headers("X-Requested-With")
def numbered(request: HttpRequest, article_pk: int, number: int) -> HttpResponse:
    """Where `>>12` leads: to the place of the comment, and a script to the comment alone, for a preview."""
    if article_pk >= 2**63 or number >= 2**31:
        raise Http404
    rows = Comment.objects.visible().select_related("article", "parent", "moved_from")
    named = get_object_or_404(rows, article=article_pk, number=number)
    if not wants_fragment(request):
        return redirect(named.place())
    row = threads.Row(named, named.level, named.parent)
    return render(request, "comments/_comment.html", {"row": row, "article": named.article, "bare": True})


@require_safe
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for an answer on a page of its own, below what it answers."""
    parent = public_comment(pk)
    return form_page(request, parent.article, CommentForm(initial={"parent": parent.pk}), parent)


@require_POST
def post_comment(request: HttpRequest, slug: str) -> HttpResponse:
    member = staff.signed_in(request)
    form = CommentForm(request.POST, by_staff=member is not None)
    visitor = identity.identify(request)
    is_meant = form.is_valid() and "preview" not in request.POST
    known = facts.known_before(slug, visitor, form) if is_meant else None
    # Without the facts of a comment that is meant there is no article: it may have appeared only now.
    article = known.article if known else None if is_meant else public_article(slug)
    if article is None:
        form.add_error(None, _("This article does not exist (any more)."))
        return form_page(request, None, form, status=404)
    if not form.is_valid():
        return form_page(request, article, form, status=422)
    if known is None:
        return form_page(request, article, form, preview=comment_text.render(form.cleaned_data["text"], article.pk))
    if meant := unclear_place(article, form):
        # 200: nothing is wrong with what was sent, one question is left. Nothing is stored until it is answered.
        return form_page(request, article, form, meant=meant)
    try:
        posted = take_in(request, known, form, visitor, member)
        if known.is_lively:
            # After the commit: a flood is seen with this comment in it.
            valve.watch(known.policy)
    except Unwanted as unwanted:
        form.add_error(None, unwanted.verdict.message)
        return form_page(request, article, form, status=status_of(unwanted))
    except Refusal as refusal:
        return refused_page(request, article, form, refusal)
    except LimitReached as limit:
        form.add_error(None, limit.reason)
        return too_many(form_page(request, article, form), limit)
    return identity.remember(posted_answer(request, posted), visitor)


def take_in(request: HttpRequest, known: Known, form: CommentForm, visitor: Visitor, member: User | None) -> Comment:
    """The new comment, held where the verdict says so. Raises Unwanted, Refusal and LimitReached."""
    article, asked_for = known.article, form.cleaned_data["parent"]
    parent_id = chosen_parent(article, form)
    if parent_id != asked_for:
        known = facts.known_before(article.slug, visitor, form) or known
    gathered = facts.gather(known, visitor, form)
    verdict = wanted(form, gathered, Rule.objects.rule_set(known.rules_state))
    thread = Comment.objects.thread_to_answer(known, parent_id)
    acts = [] if member else limits.of_comment(visitor, thread)
    if known.is_limited or settings.AKISMET_KEY:
        # Where somebody slow is asked, the limit of the thread counts before it too.
        RateLimit.refuse(acts)
    return Comment.objects.post(
        article.pk,
        text=form.cleaned_data["text"],
        verdict=confirmed(verdict, request, article, form, gathered),
        author_name=form.cleaned_data["author_name"] or staff.name_of(member)[:NAME_LENGTH],
        parent_id=parent_id,
        visitor_key=visitor.key,
        network_key=visitor.network_key,
        address=visitor.address,
        public_id=visitor.public_id(article.pk),
        trip=form.trip,
        by_staff=member is not None,
        acts=acts,
    )


def wanted(form: CommentForm, known: Facts, rules: RuleSet | None = None) -> Verdict:
    """The verdict on a valid form. Raises Unwanted when it is to refuse."""
    verdict = judge(form.cleaned_data["text"], known, rules or Rule.objects.rule_set())
    if verdict.outcome == Outcome.REFUSE:
        raise Unwanted(verdict)
    return verdict


def confirmed(verdict: Verdict, request: HttpRequest, article: Article, form: CommentForm, known: Facts) -> Verdict:
    """The verdict after the spam checker was asked, which it is only about what would be published.

    Slow, so never under a lock, and only after the limits.
    """
    if verdict.outcome != Outcome.PUBLISH or known.by_staff:
        return verdict
    answer = spam_check.ask(request, article, form)
    return wanted(form, replace(known, spam_check=answer)) if answer else verdict


def status_of(unwanted: Unwanted) -> int:
    return 403 if unwanted.is_ban else 422


def too_many(response: HttpResponse, limit: LimitReached) -> HttpResponse:
    """The answer to one act too many (RFC 6585, 4)."""
    response.status_code = 429
    response["Retry-After"] = str(limit.retry_after)
    return response


def unclear_place(article: Article, form: CommentForm) -> Comment | None:
    """The comment that a text in the main form seems to answer, until its author has said where it belongs."""
    data = form.cleaned_data
    if data["parent"] or data["place"]:
        return None
    return Comment.objects.meant_by(article, data["text"], data["hinted"])


def chosen_parent(article: Article, form: CommentForm) -> int | None:
    """The key of what the comment answers. Raises Refusal for a chosen number that the article does not have.

    From here on the form is one of a reply, so that a refusal never makes it a comment of its own.
    """
    place = form.cleaned_data["place"]
    if form.cleaned_data["parent"] is None and isinstance(place, int):
        chosen = Comment.objects.filter(article=article, number=place).values_list("pk", flat=True).first()
        if chosen is None:
            raise Refusal(Refusal.PARENT_MISSING)
        form.show(parent=chosen)
    return form.cleaned_data["parent"]


def refused_page(request: HttpRequest, article: Article, form: CommentForm, refusal: Refusal) -> HttpResponse:
    """The form with the reason; where a thread is full, with a new one that names the comment."""
    status, reason = REFUSALS[refusal.code]
    closed = refusal.code == Refusal.CLOSED and closing.Terms(Policy.objects.current(), article).closed_reason
    form.add_error(None, str(closed or reason))
    full = answered(article, form) if refusal.code == Refusal.THREAD_FULL else None
    if full:
        form.begin_anew(full.number)
    return form_page(request, article, form, status=status, full=full)


def posted_answer(request: HttpRequest, posted: Comment) -> HttpResponse:
    if wants_fragment(request):
        return HttpResponse(mould.posted(request, posted), status=201)
    if not posted.is_published:
        return see_other(reverse("comments:received", args=[posted.article.slug]))
    return see_other(posted.place())


def see_other(address: str) -> HttpResponse:
    """303: the answer to a form is another page, and reloading that sends nothing again."""
    return HttpResponse(status=303, headers={"Location": address})


@require_safe
@cache_control(public=True, max_age=SINCE_SECONDS)
def since(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The oldest of the comments after `number`, for a page that is open; 204 when there are none.

    The same bytes for everybody, and a few queries whatever their number. Each answer brings a fresh stamp for the form of the page.
    """
    article = public_article(slug)
    if article is None or number > article.last_comment_number:
        raise Http404
    newer = Comment.objects.visible().filter(article=article, number__gt=number).select_related("parent")
    comments = list(newer.order_by("number")[:SINCE_MOST])
    response = since_answer(request, article, comments) if comments else HttpResponse(status=204)
    response[stamp.HEADER] = stamp.make()
    return response


def since_answer(request: HttpRequest, article: Article, comments: list[Comment]) -> HttpResponse:
    locked = Comment.objects.in_locked_threads(comments)
    rows = [threads.Row(comment, comment.level, comment.parent, is_locked=comment.pk in locked) for comment in comments]
    context = {"rows": rows, "article": article, "is_open": Policy.objects.current().is_open(article)}
    return render(request, "comments/_since.html", context)


@require_safe
def received(request: HttpRequest, slug: str) -> HttpResponse:
    """Says that a comment awaits approval."""
    article = public_article(slug)
    if article is None:
        raise Http404
    return render(request, "comments/received.html", {"article": article})


def form_page(
    request: HttpRequest,
    article: Article | None,
    form: CommentForm,
    parent: Comment | None = None,
    status: int = 200,
    **shown,
) -> HttpResponse:
    """The form with what was typed and why it was not taken; below the comments that it answers.

    `shown`: `preview` (the HTML of the comment), `meant` (the comment that it seems to answer, to be asked
    about) or `full` (the one in a thread that takes no more).
    """
    parent = parent or answered(article, form)
    policy = Policy.objects.current()
    terms = closing.Terms(policy, article) if article else None
    # A refused form stays, with what was typed, also where the discussion has closed since.
    closed = closed_reason(terms, parent) if terms and not form.is_bound else ""
    context = {
        "article": article,
        "form": form,
        "parent": parent,
        "policy": policy,
        "terms": terms,
        "closed": closed,
        **shown,
    }
    status = 403 if closed else status
    if wants_fragment(request):
        return render(request, "comments/_comment_form.html", context | {"heading": "h3"}, status=status)
    context["ancestors"] = parent.ancestry() if parent else []
    return render(request, "comments/comment_form.html", context, status=status)


def closed_reason(terms: closing.Terms, parent: Comment | None) -> object:
    """Why the form cannot be had here, "" where it can."""
    if terms.closed_reason or parent is None:
        return terms.closed_reason
    return REFUSALS[Refusal.LOCKED][1] if parent.is_in_locked_thread else ""


def answered(article: Article | None, form: CommentForm) -> Comment | None:
    """The comment that a form answers, even when it was removed meanwhile: the form stays one of a reply."""
    pk = form.cleaned_data.get("parent") if article and form.is_bound and hasattr(form, "cleaned_data") else None
    return Comment.objects.filter(pk=pk, article=article).first() if pk else None

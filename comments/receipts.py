"""What authors can do with their own comments, without an account.

Whoever has the private link is the author: it needs no cookie and works on
another device. The secret in it is known to nobody else, so these pages are
kept by no cache, named to no search engine, and told to no other page.
"""

from collections.abc import Callable
from functools import wraps
from math import ceil

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import facts, identity, limits
from comments.erasure import erase_visitor
from comments.forms import AppealForm, EditForm, NumberForm
from comments.limits import LimitReached
from comments.models import Appeal, Comment, Receipt, Refusal, Vote
from comments.verdict import Unwanted
from comments.views import REFUSALS, confirmed, see_other, status_of, too_many, wanted

SHOWN_COMMENTS = 50
SHOWN_REPLIES = 50


def private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    # The address holds the secret and never leaves the page. Not `no-referrer`: with it a
    # browser sends its forms with `Origin: null`, and one that knows no Fetch Metadata is refused.
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def with_receipt(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Calls the view with the receipt of the address's secret; a guessed one gets 404, and too many 429."""

    @wraps(view)
    def wrapped(request: HttpRequest, secret: str) -> HttpResponse:
        receipt = Receipt.objects.of_secret(secret)
        return private(view(request, receipt, secret) if receipt else wrong_secret(request))

    return wrapped


def wrong_secret(request: HttpRequest) -> HttpResponse:
    try:
        limits.RECEIPT_GUESSES.take(identity.network_key_of(request))
    except LimitReached as limit:
        return too_many(render(request, "429.html", {"limit": limit}), limit)
    return render(request, "404.html", status=404)


@require_safe
@with_receipt
def receipt(request: HttpRequest, receipt: Receipt, secret: str) -> HttpResponse:
    """The state of the comment, and what can be done with it."""
    return receipt_page(request, receipt.comment, secret)


def receipt_page(
    request: HttpRequest,
    comment: Comment,
    secret: str,
    *,
    edit_form: EditForm | None = None,
    move_form: NumberForm | None = None,
    appeal_form: AppealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """A refused form is shown with what was typed, even where by now there would be none."""
    is_public = comment.article.is_public
    if edit_form is None and comment.is_editable:
        edit_form = EditForm(initial={"text": comment.text, "author_name": comment.author_name}, prefix="edit")
    if move_form is None and comment.is_movable:
        initial = {"number": comment.parent.number} if comment.parent else {}
        move_form = NumberForm(comment.article, initial=initial, prefix="move")
    appeal = Appeal.objects.filter(comment=comment).select_related("settled_by").first()
    if appeal_form is None and comment.is_appealable:
        appeal_form = AppealForm()
    context = {
        "comment": comment,
        "article": comment.article,
        "is_public": is_public,
        "secret": secret,
        "address": request.build_absolute_uri(reverse("comments:receipt", args=[secret])),
        "ancestors": comment.ancestry()[:-1] if is_public else [],
        "replies": Comment.objects.replies_to(comment)[:SHOWN_REPLIES],
        "edit_form": edit_form,
        "minutes_left": ceil((comment.edit_until - timezone.now()).total_seconds() / 60),
        "move_form": move_form,
        "appeal": appeal,
        "appeal_form": appeal_form,
    }
    return render(request, "comments/receipt.html", context, status=status)


@require_POST
@with_receipt
def edit(request: HttpRequest, receipt: Receipt, secret: str) -> HttpResponse:
    comment = receipt.comment
    # By the comment's mark: a name of the staff without it would be anybody's.
    form = EditForm(request.POST, prefix="edit", by_staff=comment.by_staff)
    if not form.is_valid():
        return receipt_page(request, comment, secret, edit_form=form, status=422)
    try:
        known = facts.gather_for_edit(request, comment, form)
        verdict = confirmed(wanted(form, known), request, comment.article, form, known)
        comment.edit(form.cleaned_data["text"], form.cleaned_data["author_name"], form.trip, verdict)
    except Unwanted as unwanted:
        form.add_error(None, unwanted.verdict.message)
        return receipt_page(request, comment, secret, edit_form=form, status=status_of(unwanted))
    except Refusal as refusal:
        status, reason = REFUSALS[refusal.code]
        form.add_error(None, reason)
        return receipt_page(request, comment, secret, edit_form=form, status=status)
    return back_to(secret)


@require_POST
@with_receipt
def move(request: HttpRequest, receipt: Receipt, secret: str) -> HttpResponse:
    comment = receipt.comment
    form = NumberForm(comment.article, request.POST, prefix="move")
    if not form.is_valid():
        return receipt_page(request, comment, secret, move_form=form, status=422)
    try:
        comment.move_to(form.answered)
    except Refusal as refusal:
        status, reason = REFUSALS[refusal.code]
        form.add_error(None, reason)
        return receipt_page(request, comment, secret, move_form=form, status=status)
    return back_to(secret)


@require_http_methods(["GET", "HEAD", "POST"])
@with_receipt
def withdraw(request: HttpRequest, receipt: Receipt, secret: str) -> HttpResponse:
    """GET asks whether it shall be so; POST does it."""
    context, status = {"comment": receipt.comment, "secret": secret}, 200
    if request.method == "POST":
        try:
            receipt.comment.withdraw()
            return back_to(secret)
        except Refusal as refusal:
            status, context["reason"] = REFUSALS[refusal.code]
    return render(request, "comments/receipt_withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@with_receipt
def erase(request: HttpRequest, receipt: Receipt, secret: str) -> HttpResponse:
    """GET asks what shall be forgotten; POST forgets the comment, or all that its author did here."""
    comment = receipt.comment
    if request.method != "POST":
        return erase_page(request, comment.visitor_key, comment=comment, secret=secret)
    if request.POST.get("what") == "everything" and comment.visitor_key:
        return forget(request, comment.visitor_key, comment=comment, secret=secret)
    try:
        comment.erase()
        return identity.remember_act(see_other(f"{reverse('comments:erased')}?comment={comment.pk}"))
    except Refusal as refusal:
        status, reason = REFUSALS[refusal.code]
        return erase_page(request, comment.visitor_key, comment=comment, secret=secret, status=status, reason=reason)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_mine(request: HttpRequest) -> HttpResponse:
    """The same for whoever has this browser's cookie, and without one nothing is known that could be forgotten."""
    visitor = identity.recognise(request)
    if visitor is None:
        return see_other(reverse("comments:mine"))
    return forget(request, visitor.key) if request.method == "POST" else erase_page(request, visitor.key)


def erase_page(request: HttpRequest, visitor_key: str, *, status: int = 200, **context) -> HttpResponse:
    """What there is of a visitor. Comments from before a visitor had a key are nobody's, so they are not counted."""
    if visitor_key:
        context["comments"] = Comment.objects.filter(visitor_key=visitor_key).count()
        context["votes"] = Vote.objects.filter(visitor_key=visitor_key).count()
    return render(request, "comments/erase.html", context, status=status)


def forget(request: HttpRequest, visitor_key: str, **context) -> HttpResponse:
    """Erase the visitor's data, and the cookie where it is theirs; the box that says so must be ticked."""
    if "sure" not in request.POST:
        reason = _("Nothing was erased: tick the box if you are sure.")
        return erase_page(request, visitor_key, status=422, reason=reason, **context)
    done = erase_visitor(visitor_key)
    if done.held:
        # The cookie stays: with it the rest can be erased when it is released.
        return render(request, "comments/erased.html", {"held": done.held}, status=409)
    response = identity.remember_act(see_other(f"{reverse('comments:erased')}?everything"))
    visitor = identity.recognise(request)
    return identity.forget(response) if visitor and visitor.key == visitor_key else response


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Says that it is done."""
    return render(request, "comments/erased.html")


def back_to(secret: str) -> HttpResponse:
    return identity.remember_act(see_other(reverse("comments:receipt", args=[secret])))


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What this browser's reader wrote here last, and the way to a receipt for each."""
    context = {"comments": comments_of(request)[:SHOWN_COMMENTS], "is_known": identity.recognise(request) is not None}
    return render(request, "comments/mine.html", context)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """A new receipt for one's own comment. It leads to the page whose address is the private link."""
    if pk >= 2**63:
        raise Http404
    comment = get_object_or_404(comments_of(request), pk=pk)
    return private(back_to(Receipt.objects.issue(comment)))


def comments_of(request: HttpRequest):
    visitor = identity.recognise(request)
    if visitor is None:
        return Comment.objects.none()
    return Comment.objects.filter(visitor_key=visitor.key).select_related("article").newest_first()

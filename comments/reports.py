"""A reader says that a comment should not stand here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments import bans, identity, limits
from comments.forms import ReportForm
from comments.identity import Visitor
from comments.limits import LimitReached
from comments.models import Comment, Refusal
from comments.views import REFUSALS, see_other, too_many

OWN_COMMENT = _("This is your own comment. With its private link, under “My comments”, you can withdraw it.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """POST takes the report; GET shows the form, or thanks whoever has reported already.

    The thanks stay when the comment is hidden by then, perhaps by this very report.
    """
    comment = comment_under_public_article(pk)
    visitor = identity.recognise(request)
    if visitor and comment.reports.filter(visitor_key=visitor.key).exists():
        return thanks(request, comment)
    if not comment.is_published:
        raise Http404
    if request.method != "POST":
        return report_page(request, comment, ReportForm(), reason=OWN_COMMENT if is_own(comment, visitor) else "")
    form = ReportForm(request.POST)
    if not form.is_valid():
        return report_page(request, comment, form, status=422)
    return take(request, comment, form)


def comment_under_public_article(pk: int) -> Comment:
    comment = get_object_or_404(Comment.objects.select_related("article"), pk=pk) if pk < 2**63 else None
    if comment is None or not comment.article.is_public:
        raise Http404
    return comment


def is_own(comment: Comment, visitor: Visitor | None) -> bool:
    return visitor is not None and visitor.key == comment.visitor_key


def take(request: HttpRequest, comment: Comment, form: ReportForm) -> HttpResponse:
    visitor = identity.identify(request)
    reason = OWN_COMMENT if is_own(comment, visitor) else bans.sentence_for(visitor)
    if reason:
        return report_page(request, comment, form, status=403, reason=reason)
    try:
        limits.take_report(visitor)
        comment.report(visitor.key, visitor.network_key, form.cleaned_data["reason"])
    except LimitReached as limit:
        form.add_error(None, limit.reason)
        return too_many(report_page(request, comment, form), limit)
    except Refusal as refusal:
        status, reason = REFUSALS[refusal.code]
        return report_page(request, comment, form, status=status, reason=reason)
    return identity.remember(see_other(reverse("comments:report", args=[comment.pk])), visitor)


def thanks(request: HttpRequest, comment: Comment) -> HttpResponse:
    if request.method == "POST":
        return see_other(reverse("comments:report", args=[comment.pk]))
    return report_page(request, comment, None)


def report_page(
    request: HttpRequest, comment: Comment, form: ReportForm | None, *, status: int = 200, reason: object = ""
) -> HttpResponse:
    """The form; `reason` stands in its place where it is refused for good, thanks without a form."""
    return render(request, "comments/report.html", {"comment": comment, "form": form, "reason": reason}, status=status)

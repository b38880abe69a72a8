"""A reader says that a comment answers another one than it stands under."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments import bans, identity, limits
from comments.forms import MisplacementForm
from comments.limits import LimitReached
from comments.models import Comment, MisplacementReport
from comments.views import public_comment, see_other, too_many


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def misplaced(request: HttpRequest, pk: int) -> HttpResponse:
    """POST takes the report; GET shows the form, or thanks whoever has reported already."""
    comment = public_comment(pk)
    if request.method != "POST":
        return misplaced_page(request, comment, MisplacementForm(comment))
    form = MisplacementForm(comment, request.POST)
    if not form.is_valid():
        return misplaced_page(request, comment, form, status=422)
    visitor = identity.identify(request)
    if reason := bans.sentence_for(visitor):
        form.add_error(None, reason)
        return misplaced_page(request, comment, form, status=403)
    try:
        limits.take_report(visitor)
    except LimitReached as limit:
        form.add_error(None, limit.reason)
        return too_many(misplaced_page(request, comment, form), limit)
    MisplacementReport.objects.report(comment, visitor.key, form.answered)
    return identity.remember(see_other(reverse("comments:misplaced", args=[comment.pk])), visitor)


def misplaced_page(request: HttpRequest, comment: Comment, form: MisplacementForm, status: int = 200) -> HttpResponse:
    visitor = identity.recognise(request)
    has_reported = visitor is not None and comment.misplacement_reports.filter(visitor_key=visitor.key).exists()
    context = {"comment": comment, "ancestors": comment.ancestry(), "form": form, "has_reported": has_reported}
    return render(request, "comments/misplaced.html", context, status=status)

"""A reader says that a comment answers another one than it stands under."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments import identity
from comments.forms import MisplacementForm
from comments.models import Comment, MisplacementReport
from comments.views import public_comment, see_other


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
    token, visitor_key = identity.identify(request)
    MisplacementReport.objects.report(comment, visitor_key, form.answered)
    return identity.remember(see_other(reverse("comments:misplaced", args=[comment.pk])), token)


def misplaced_page(request: HttpRequest, comment: Comment, form: MisplacementForm, status: int = 200) -> HttpResponse:
    visitor_key = identity.visitor_key_of(identity.token_of(request))
    has_reported = MisplacementReport.objects.filter(comment=comment, visitor_key=visitor_key).exists()
    context = {"comment": comment, "ancestors": comment.ancestry(), "form": form, "has_reported": has_reported}
    return render(request, "comments/misplaced.html", context, status=status)

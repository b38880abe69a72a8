"""The button of the valve at the desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from comments import valve


@require_POST
def let_through(request: HttpRequest) -> HttpResponse:
    """Newcomers' comments appear at once again, also those that were held for nothing else."""
    event = valve.let_through(by=request.user)
    n = event.comment_count if event else 0
    text = ngettext(
        "Newcomers are let through again. %(n)d comment was published.",
        "Newcomers are let through again. %(n)d comments were published.",
        n,
    )
    messages.success(request, text % {"n": n})
    return redirect("desk:index")

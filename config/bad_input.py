"""What no page of this site could do anything with is answered before any page sees it."""

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from config.cross_origin import is_of_admin

NUL = "\0"


class BadInputMiddleware:
    """Refuses NUL, which PostgreSQL takes in no text, and bodies that readers' forms cannot have."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path:
            raise Http404
        if has_nul(request):
            raise BadRequest("NUL in a query or a cookie")
        if not is_of_admin(request):
            # The admin takes pictures; a reader's form has no file, and Django
            # limits only the other parts of a body.
            if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                raise RequestDataTooBig
            if "HTTP_TRANSFER_ENCODING" in request.META:
                # Django reads nothing from a body of unknown length; no browser sends a form so.
                return render(request, "400.html", status=411)
        return self.get_response(request)


def has_nul(request: HttpRequest) -> bool:
    values = [value for values in request.GET.lists() for value in values[1]]
    return any(NUL in text for text in (*request.GET, *values, *request.COOKIES.values()))

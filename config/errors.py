"""The pages for requests that cannot be answered, each with its own status."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from comments import missing_pages

# How much of an oversized body is read and dropped, so that the browser gets
# to see the answer: it shows a broken connection if nobody takes what it sends.
DRAIN_BYTES = 32 * 1024 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        drain(request)
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


class NotFound(HttpResponse):
    """Says that there is no such page, and nothing more."""

    status_code = 404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return NotFound(render_to_string("404.html", request=request))


class NotFoundMiddleware:
    """Offers articles where there is no page: outside of those that may know where the page has gone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, NotFound) and (name := missing_pages.name_in(request.path)):
            words = " ".join(missing_pages.words_in(name))
            context = {"query": words, "articles": missing_pages.articles_for(request)}
            response.content = render_to_string("404.html", context, request)
            # The middlewares inside have measured the page as it was.
            response["Content-Length"] = str(len(response.content))
        return response


def drain(request: HttpRequest) -> None:
    left = DRAIN_BYTES
    try:
        while left > 0 and (chunk := request.read(65_536)):
            left -= len(chunk)
    except OSError:
        # The sender has gone; there is nobody left to answer.
        pass


def cross_origin(request: HttpRequest) -> HttpResponse:
    return render(request, "403.html", {"from_elsewhere": True}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An admin form without a valid token, most often one left open until the sign-in expired."""
    return render(request, "403.html", {"form_expired": True}, status=403)


class MethodNotAllowedMiddleware:
    """Gives Django's empty 405 a page that a reader can understand; its `Allow` header stays."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response.get("Allow", "")
        return page

"""A draft, for whoever has its secret link. The link is the permission, so nothing on the way may keep or tell it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control

from articles.models import Article


def shared_preview(request: HttpRequest, secret: str) -> HttpResponse:
    """The article as readers will see it; once they can, its own address."""
    article = get_object_or_404(Article.objects.with_all(), preview_secret=secret)
    if article.is_public:
        response: HttpResponse = redirect(article)
    else:
        response = render(request, "articles/article.html", {"article": article, "preview": True, "shared": True})
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response

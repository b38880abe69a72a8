"""What one person wrote under one article, by the ID that stands beside it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from comments import threads
from comments.models import Comment
from comments.views import public_article, wants_fragment

# More than anybody reads at once; a page of comments holds as many.
SHOWN_COMMENTS = 200


@require_safe
@vary_on_headers("X-Requested-With")
def by(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The comments on a page of their own; for a script how many there are, and links to each.

    The same bytes for everybody, three queries.
    """
    article = public_article(slug) if settings.PUBLIC_IDS else None
    if article is None:
        raise Http404
    written = Comment.objects.by_public_id(article, public_id)
    newest = written.select_related("parent", "moved_from")[:SHOWN_COMMENTS]
    rows = [threads.Row(comment, comment.level, comment.parent) for comment in list(newest)[::-1]]
    if not rows:
        raise Http404
    template = "comments/_by.html" if wants_fragment(request) else "comments/by.html"
    context = {"article": article, "public_id": public_id, "rows": rows, "count": written.count()}
    return render(request, template, context)

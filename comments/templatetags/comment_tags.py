from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import staff, threads
from comments.forms import CommentForm
from comments.models import Comment, Policy
from comments.models.queries import ORDERS, page_address

register = template.Library()


ORDER_NAMES = {"": _("Oldest first"), "new": _("Newest first"), "best": _("Best first")}


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context, article: Article) -> dict:
    """The page of the article's threads that the address asks for (`?order=new&comments=2`), and the form."""
    asked = context["request"].GET
    order = known_order(asked.get("order", ""))
    pages = Comment.objects.pages_of(article, order)
    number = page_number(asked.get("comments", "1"), len(pages))
    tree_ids = pages[number - 1]
    rows = threads.arrange(Comment.objects.in_threads(tree_ids), tree_ids)
    citers = Comment.objects.citers_in(tree_ids)
    for row in rows:
        row.cited_by = citers.get(row.comment.pk, ())
    return {
        "article": article,
        "rows": rows,
        "page": number,
        "pages": [(n, page_address(article, n, order=order)) for n in range(1, len(pages) + 1)],
        "order": order,
        "orders": [(value, page_address(article, 1, order=value), name) for value, name in ORDER_NAMES.items()],
        "has_threads": len(pages) > 1 or len(tree_ids) > 1,
        "form": CommentForm(),
        "is_open": Policy.objects.current().is_open(article),
        **for_moderators(context["request"]),
    }


def for_moderators(request) -> dict:
    """What the owner has on the page beside what readers have; nothing for them."""
    if not staff.moderator(request):
        return {}
    return {"moderates": True, "here": request.get_full_path(), "messages": get_messages(request), "request": request}


def known_order(asked: str) -> str:
    """Raises Http404 for an order that does not exist, because an address without a page is wrong."""
    if asked not in ORDERS:
        raise Http404
    return asked


def page_number(asked: str, last: int) -> int:
    """The number of a page that exists. Raises Http404, because an address without a page is wrong."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 7 and 1 <= int(asked) <= last):
        raise Http404
    return int(asked)


@register.simple_tag
def down_votes() -> bool:
    """Whether readers may vote against a comment here."""
    return settings.DOWN_VOTES


@register.inclusion_tag("comments/_trackbacks.html")
def trackbacks(article: Article) -> dict:
    """Who else links here, or the sentence that nobody does."""
    return {"trackbacks": article.trackbacks.filter(is_published=True)}

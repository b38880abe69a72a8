from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import staff, threads, valve
from comments.closing import APPROVAL, BY_VALVE, Terms
from comments.forms import CommentForm
from comments.models import Comment, Policy
from comments.models.queries import ORDERS, page_address

register = template.Library()


ORDER_NAMES = {"": _("Oldest first"), "new": _("Newest first"), "best": _("Best first")}


# By the code that the verdict gave it; what a check found in the text is not told.
HELD_BECAUSE: dict[str, str | Promise] = {
    "premoderation:all": _("New comments are looked at here before they appear."),
    "premoderation:first": APPROVAL["first"],
    "premoderation:links": APPROVAL["links"],
    "valve": BY_VALVE,
}
HELD_BY_CHECK = _("An automatic check asked for somebody to look at it first.")


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context, article: Article) -> dict:
    """The page of the article's threads that the address asks for (`?order=new&comments=2`), and the form."""
    asked = context["request"].GET
    order = known_order(asked.get("order", ""))
    pages = Comment.objects.pages_of(article, order)
    number = page_number(asked.get("comments", "1"), len(pages))
    tree_ids = pages[number - 1]
    rows = threads.arrange(Comment.objects.in_threads(tree_ids), tree_ids)
    terms = Terms(context["policy"], article)
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
        "is_open": terms.is_open,
        "terms": terms,
        **pinned_on(article, pages, number, order),
        **for_moderators(context["request"]),
    }


def pinned_on(article: Article, pages: list[list[int]], number: int, order: str) -> dict:
    """The pinned comment as a row, on the first page of whatever order, and where it stands."""
    pinned = Comment.objects.pinned(article.pk) if number == 1 else None
    if pinned is None:
        return {}
    page = next((n for n, trees in enumerate(pages, start=1) if pinned.tree_id in trees), 1)
    # On this page a mere anchor, so that going there loads nothing.
    place = f"#{pinned.anchor}" if page == 1 else page_address(article, page, pinned.anchor, order)
    return {"pinned": threads.Row(pinned, pinned.level, None), "pinned_place": place}


@register.filter
def held_because(comment: Comment) -> str | Promise:
    """Why a comment waits, in one sentence for its author."""
    known = (HELD_BECAUSE[code] for code in comment.hold_reasons.split() if code in HELD_BECAUSE)
    return next(known, HELD_BY_CHECK if comment.hold_reasons else "")


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


@register.inclusion_tag("comments/_latest.html")
def latest_comments(limit: int = 5) -> dict:
    """What was said last, wherever."""
    newest = Comment.objects.visible().newest_first().select_related("article")
    shown = newest.only("text", "author_name", "article__title", "article__slug", "article__kind")
    return {"comments": shown[:limit]}


@register.inclusion_tag("comments/_trackbacks.html")
def trackbacks(article: Article) -> dict:
    """Who else links here, or the sentence that nobody does."""
    return {"trackbacks": article.trackbacks.filter(is_published=True)}


@register.inclusion_tag("admin/comments/_valve.html", takes_context=True)
def valve_state(context) -> dict:
    """Whether newcomers are held for a flood, and the button that ends it; for the desk."""
    told = {"policy": Policy.objects.current(), "held": valve.held_alone().count()}
    return {**told, "csrf_token": context.get("csrf_token")}

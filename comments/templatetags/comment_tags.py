from functools import partial

from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles import inserting
from articles.models import Article
from comments import mould, staff, threads, valve
from comments.closing import APPROVAL, BY_VALVE, Terms
from comments.discussion import Discussion
from comments.forms import CommentForm
from comments.models import Comment, Policy, statements
from comments.models.queries import page_address

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


@register.simple_tag(takes_context=True)
def discussion(context, article: Article) -> SafeString:
    """The page of the article's threads that the address asks for (`?order=new&comments=2`), and the form."""
    request = context["request"]
    asked, moderation = request.GET, for_moderators(request)
    page = Discussion(
        request, article, asked.get("order", ""), asked.get("comments", "1"), for_moderators=bool(moderation)
    )
    terms = Terms(context["policy"], article)
    around = partial(surroundings, page, str(terms.closed_reason))
    parts = {"form": form_below(article, terms) if terms.is_open else "", **pinned_on(page)}
    if moderation:
        rows = {"rows": page.rows, "is_open": terms.is_open}
        return render_to_string("comments/_discussion.html", around(article) | parts | rows | moderation, request)
    if page.rows:
        parts["joined"] = inserting.later(request, mould.Page(article, is_open=terms.is_open).join(page.rows))
    shape = (page.number, len(page.pages), page.order, len(page.tree_ids) > 1, str(terms.closed_reason))
    return mould.discussion(request, article, shape, around, parts)


def surroundings(page: Discussion, closed_reason: str, article: Article) -> dict:
    """What stands around the comments of a page, of which there is one `shape`."""
    order = page.order
    return {
        "article": article,
        "page": page.number,
        "pages": [(n, page_address(article, n, order=order)) for n in range(1, len(page.pages) + 1)],
        "order": order,
        "orders": [(value, page_address(article, 1, order=value), name) for value, name in ORDER_NAMES.items()],
        "has_threads": len(page.pages) > 1 or len(page.tree_ids) > 1,
        "closed_reason": closed_reason,
    }


def pinned_on(page: Discussion) -> dict[str, SafeString]:
    """The pinned comment out of its place, and where that is."""
    pinned = page.pinned()
    if pinned is None:
        return {}
    copy = mould.Page(page.article, is_bare=True).comment(threads.Row(pinned, 0, None))
    return {"pinned": copy, "pinned_place": escape(page.place_of(pinned))}


@register.simple_tag(takes_context=True)
def joined_comment(context, row: threads.Row) -> SafeString:
    """The comment without the lists around it."""
    return mould.Page(context["article"], is_open=context["is_open"]).comment(row)


def form_below(article: Article, terms: Terms) -> SafeString:
    """The form for a new comment below an article."""
    if terms.closes_at is None and not terms.approval:
        return mould.form(article)
    form = {"article": article, "terms": terms, "form": CommentForm(), "heading": "h3"}
    return render_to_string("comments/_comment_form.html", form)


@register.filter
def held_because(comment: Comment) -> str | Promise:
    """Why a comment waits, in one sentence for its author."""
    known = (HELD_BECAUSE[code] for code in comment.hold_reasons.split() if code in HELD_BECAUSE)
    return next(known, HELD_BY_CHECK if comment.hold_reasons else "")


def for_moderators(request) -> dict:
    """What the owner has on the page beside what readers have; nothing for them."""
    if not staff.moderator(request):
        return {}
    return {"moderates": True, "here": request.get_full_path(), "messages": get_messages(request)}


@register.simple_tag
def down_votes() -> bool:
    """Whether readers may vote against a comment here."""
    return settings.DOWN_VOTES


@register.simple_tag
def latest_comments(limit: int = 5) -> SafeString:
    """What was said last, wherever."""
    return mould.latest(statements.latest(limit))


@register.inclusion_tag("comments/_trackbacks.html")
def trackbacks(article: Article) -> dict:
    """Who else links here, or the sentence that nobody does."""
    return {"trackbacks": article.trackbacks.filter(is_published=True)}


@register.inclusion_tag("admin/comments/_valve.html", takes_context=True)
def valve_state(context) -> dict:
    """Whether newcomers are held for a flood, and the button that ends it; for the desk."""
    told = {"policy": Policy.objects.current(), "held": valve.held_alone().count()}
    return {**told, "csrf_token": context.get("csrf_token")}

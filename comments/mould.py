"""The comments of a page, joined without running a template for each of them.

`_comment.html` and the two parts around it are the one source of the markup.
Comments differ in a few things that decide which elements there are (their
shape: edited or not, with a trip or not …) and in values. Of each shape that is met,
the template is rendered once per process and language with marks in place of the
values; what comes out, with places for the values, is its mould. A comment
is then its mould filled in, which takes a twentieth of the time, and stays ready
(`comments/ready.py`) for as long as nothing of it changes.

What the template asks of a comment must be in its shape or have a mark here;
tests/comments/test_mould.py compares the two for comments of every kind.
"""

from collections.abc import Callable, Hashable, Iterable
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from sys import getsizeof
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles import dates, marking
from articles.keeping import kept
from articles.models import Addendum, Article
from comments import stamp
from comments.forms import CommentForm
from comments.models import Comment, statements
from comments.models.ballot import Cast
from comments.models.shown import CommentRow
from comments.ready import READY
from comments.threads import Row

# Some kilobytes each. A page has some dozens of the thousands that there could be.
MOST_MOULDS = 1_000

# As many names of those who cite a comment are shown.
CITERS = 10

# Digits, because some of the values are numbers, and more of them than any number of a template has.
MARKS = marking.marks(
    *("pk", "number", "name", "trip", "public_id", "html", "moved", "parent", "upvotes", "downvotes", "score"),
    *("article", "slug", "addendum", "rest", "replies", "stamp"),
    *(f"citer{n}" for n in range(CITERS)),
)
# Of what stands around them.
AROUND = marking.marks(
    *("comments", "joined", "form", "pinned", "pinned_place"), *("number", "parent", "pk", "secret", "scheme", "host")
)
NO_VALUES: dict[str, int] = {}
# Another day than any comment can have.
MOMENT = datetime(9190, 2, 3, 4, 5, 6, tzinfo=UTC)


class Shape(NamedTuple):
    """What decides which elements the markup of a comment has. Numbers: as far as they make a difference."""

    # Of a placeholder: status, whether it is suspended, reason; None where the comment is shown.
    hidden: tuple[str, bool, str] | None = None
    is_locked: bool = False
    is_named: bool = False
    has_trip: bool = False
    has_staff_mark: bool = False
    has_id: bool = False
    # The kind of the addendum that it was written before, and that of the article where the way there needs it.
    before: str = ""
    kind: str = Article.Kind.ARTICLE
    is_edited: bool = False
    is_moved: bool = False
    is_moved_from: bool = False
    has_parent: bool = False
    citers: int = 0
    has_down_votes: bool = False
    upvotes: bool = False
    downvotes: bool = False
    score: bool = False
    takes_replies: bool = False
    is_bare: bool = False


class Page:
    """What the comments of a page have in common."""

    def __init__(
        self, article: Article, *, is_open: bool = False, is_bare: bool = False, since: datetime | None = None
    ):
        """`since`: of comments that are no older than that. What was added before them is not asked for."""
        self.article, self.is_open, self.is_bare = article, is_open, is_bare
        self.language = get_language()
        self.zone = timezone.get_current_timezone()
        is_later = since is not None and (article.last_addendum_at is None or since >= article.last_addendum_at)
        self.addendum = addendum = None if is_later else article.last_addendum
        self.values = {
            "article": article.pk,
            "slug": written(article.slug),
            "addendum": addendum.pk if addendum else "",
        }
        self.has_down_votes = settings.DOWN_VOTES
        self.shown = settings.TRIPS, settings.STAFF_MARKS, settings.PUBLIC_IDS
        # What the markup of each is made of beside the comment and its place.
        self.made_of = (
            *(self.language, self.zone, self.has_down_votes, self.shown, self.is_bare),
            *(article.pk, article.slug, article.kind),
            addendum and (addendum.pk, addendum.kind, addendum.added_at),
        )

    def join(self, rows: Iterable[Row]) -> bytes:
        """The items of a thread's lists, of comments as pages have them."""
        parts: list[bytes] = []
        for row in rows:
            parts.append(self._ready(row))
            parts.append(_ended(self.language, row.opens, row.replies, tuple(row.closes)))
        return b"".join(parts)

    def _ready(self, row: Row) -> bytes:
        comment: CommentRow = row.comment  # type: ignore[assignment]
        parent = row.parent.number if row.level > 3 and row.parent else None
        made_of = (self.made_of, comment.seen, row.rest, parent, row.cited_by, self.is_open and not row.is_locked)
        key = self.language, comment.pk
        if markup := READY.get(key, made_of):
            return markup
        markup = f"{self.beginning(row)}{self._comment(row)}".encode()
        READY.put(key, made_of, markup, getsizeof(markup) + getsizeof(comment.html))
        return markup

    def beginning(self, row: Row) -> str:
        values = {"number": row.comment.number}
        if row.rest:
            values |= {"rest": row.rest, "rest,": marking.with_commas(row.rest)}
        return _beginning(self.language, min(row.rest, 2)) % values

    def end(self, row: Row) -> str:
        return _ended(self.language, row.opens, row.replies, tuple(row.closes)).decode()

    def comment(self, row: Row) -> SafeString:
        """As `_comment.html` gives it to readers."""
        return mark_safe(self._comment(row))  # noqa: S308 the template has escaped, and this what it did not see

    def _comment(self, row: Row) -> str:
        comment = row.comment
        moment = comment.created_at.astimezone(self.zone)
        values = {
            **self.values,
            "pk": comment.pk,
            "number": comment.number,
            "name": comment.author_name and escape(comment.author_name),
            "trip": comment.trip and escape(comment.trip),
            "public_id": comment.public_id,
            # Safe: comments/text.py escapes all that was typed.
            "html": comment.html,
            "moved": comment.moved_from_number,
            "parent": row.parent.number if row.parent else "",
            "upvotes": comment.upvotes,
            "downvotes": comment.downvotes,
            "score": comment.score,
            "moment": dates.attribute(moment),
            "day": dates.day(moment, self.language),
        }
        if row.cited_by:
            values |= {f"citer{n}": number for n, number in enumerate(row.cited_by[:CITERS])}
        return _comment(self.language, self.shape(row)) % values

    def shape(self, row: Row) -> tuple:
        comment = row.comment
        if row.is_placeholder:
            hidden = (str(comment.status), comment.is_suspended, comment.reason)
            return Shape(hidden=hidden, is_locked=comment.is_locked)
        addendum = self.addendum
        before = addendum.kind if addendum and comment.created_at < addendum.added_at else ""
        has_trip, has_staff_mark, has_id = self.shown
        # As `Shape` names them; made of one, it would take as long as all the rest.
        return (
            None,
            comment.is_locked,
            bool(comment.author_name),
            has_trip and bool(comment.trip),
            has_staff_mark and comment.by_staff,
            has_id and bool(comment.public_id),
            before,
            self.article.kind if before and self.is_bare else Article.Kind.ARTICLE,
            comment.edited_at is not None,
            comment.moved_at is not None,
            comment.moved_from_number is not None,
            row.parent is not None and row.level > 3,
            min(len(row.cited_by), CITERS + 1),
            self.has_down_votes,
            bool(comment.upvotes),
            bool(comment.downvotes),
            bool(comment.score),
            self.is_open and not row.is_locked,
            self.is_bare,
        )


def discussion(
    request: HttpRequest, article: Article, shape: Hashable, around: Callable[[Article], dict], parts: dict[str, str]
) -> SafeString:
    """What `_discussion.html` makes of `around`, which differs by the shape alone, with the parts in it."""
    filled = tuple(name for name, part in parts.items() if part)
    key = ("discussion", get_language(), article.slug, article.is_public, article.comment_count == 1, shape, filled)

    def make() -> str:
        marked = copy(article)
        marked.comment_count = 1 if article.comment_count == 1 else AROUND["comments"]
        context = around(marked) | {name: AROUND[name] for name in filled}
        return marking.mould("comments/_discussion.html", context, AROUND)

    values = {**parts, "comments,": marking.with_commas(article.comment_count)}
    return mark_safe(kept(request, key, make) % values)  # noqa: S308 see above


def posted(request: HttpRequest, comment: Comment) -> SafeString:
    """The answer to a script that has just posted the comment, as `_posted.html` gives it."""
    article, parent = comment.article, comment.parent
    values = {
        "number": comment.number,
        "parent": parent.number if parent else "",
        "pk": comment.pk,
        "secret": comment.receipt_secret,
        "scheme": request.scheme,
        "host": escape(request.get_host()),
        "comments,": marking.with_commas(article.comment_count),
        "joined": "",
    }
    if comment.is_published:
        # It was taken a moment ago, so replies to it are taken as well.
        values["joined"] = Page(article, is_open=True, since=comment.created_at).comment(
            Row(comment, comment.level, parent)
        )
    shape = comment.is_published, parent is not None, bool(comment.receipt_secret), article.comment_count == 1
    return mark_safe(_posted(get_language(), *shape) % values)  # noqa: S308 see `join`


def latest(rows: list[statements.Row]) -> SafeString:
    """The comments that were said last, as `_latest.html` gives them."""
    key = "latest", get_language()
    markup = READY.get(key, rows)
    if markup is None:
        markup = render_to_string("comments/_latest.html", {"comments": statements.said(rows)}).encode()
        READY.put(key, rows, markup, getsizeof(markup) + sum(getsizeof(value) for row in rows for value in row))
    return mark_safe(markup.decode())  # noqa: S308 a template made it


def vote(comment: Cast, own_vote: int) -> SafeString:
    """The buttons of a comment with what the reader has voted, as `_vote.html` gives them."""
    shape = bool(comment.upvotes), bool(comment.downvotes), bool(comment.score)
    names = ("pk", "number", "upvotes", "downvotes", "score")
    values = {name: getattr(comment, name) for name in names}
    return mark_safe(_vote(get_language(), settings.DOWN_VOTES, own_vote, *shape) % values)  # noqa: S308 only numbers


def form(article: Article) -> SafeString:
    """The form below an article of which there is nothing to say, as `_comment_form.html` gives it."""
    values = {"slug": written(article.slug), "stamp": stamp.make()}
    return mark_safe(_form(get_language(), settings.TRIPS) % values)  # noqa: S308 see above


def written(slug: str) -> str:
    """As the tag `url` writes it."""
    return escape(quote(slug, safe="!$&'()*+,;=:@/~"))


# The moulds


@lru_cache(maxsize=MOST_MOULDS)
def _comment(language: str, given: tuple) -> str:
    shape = Shape(*given)
    context = {
        "row": _marked_row(shape),
        "article": _marked_article(shape),
        "is_open": shape.takes_replies,
        "bare": shape.is_bare,
    }
    return _mould("comments/_comment.html", context)


@lru_cache
def _posted(language: str, is_published: bool, has_parent: bool, has_receipt: bool, is_only_one: bool) -> str:
    status = Comment.Status.PUBLISHED if is_published else Comment.Status.PENDING
    comment = Comment(pk=AROUND["pk"], number=AROUND["number"], status=status)
    comment.receipt_secret = str(AROUND["secret"]) if has_receipt else ""
    row = Row(comment, 0, Comment(number=AROUND["parent"]) if has_parent else None)
    article = Article(comment_count=1 if is_only_one else AROUND["comments"])
    asked = {"scheme": AROUND["scheme"], "get_host": AROUND["host"]}
    context = {"row": row, "article": article, "request": asked, "joined": AROUND["joined"]}
    return marking.mould("comments/_posted.html", context, AROUND)


@lru_cache
def _vote(language: str, has_down_votes: bool, own_vote: int, upvotes: bool, downvotes: bool, score: bool) -> str:
    shape = Shape(has_down_votes=has_down_votes, upvotes=upvotes, downvotes=downvotes, score=score)
    return _mould("comments/_vote.html", {"comment": _marked_row(shape).comment, "own_vote": own_vote})


@lru_cache
def _form(language: str, has_trips: bool) -> str:
    form = CommentForm(initial={"stamp": MARKS["stamp"]})
    context = {"article": Article(slug=str(MARKS["slug"])), "form": form, "heading": "h3"}
    return _mould("comments/_comment_form.html", context)


@lru_cache
def _beginning(language: str, rest: int) -> str:
    row = {"rest": MARKS["rest"] if rest > 1 else rest, "comment": Comment(number=MARKS["number"])}
    return _mould("comments/_row_begins.html", {"row": row})


@lru_cache(maxsize=MOST_MOULDS)
def _ended(language: str, opens: bool, replies: int, closes: tuple[bool, ...]) -> bytes:
    values = {"replies": replies, "replies,": marking.with_commas(replies)} if replies else NO_VALUES
    return (_end(language, opens, min(replies, 2), closes) % values).encode()


@lru_cache(maxsize=MOST_MOULDS)
def _end(language: str, opens: bool, replies: int, closes: tuple[bool, ...]) -> str:
    row = {"opens": opens, "replies": MARKS["replies"] if replies > 1 else replies, "closes": closes}
    return _mould("comments/_row_ends.html", {"row": row})


def _mould(template: str, context: dict) -> str:
    local = timezone.localtime(MOMENT)
    return marking.mould(template, context, MARKS, moment=dates.attribute(local), day=dates.day(local, get_language()))


def _marked_row(shape: Shape) -> Row:
    status, is_suspended, reason = shape.hidden or (Comment.Status.PUBLISHED, False, "")
    comment = Comment(
        pk=MARKS["pk"],
        number=MARKS["number"],
        status=status,
        reason=reason,
        hold_reasons="reports" if is_suspended else "",
        is_locked=shape.is_locked,
        author_name=str(MARKS["name"]) if shape.is_named else "",
        trip=str(MARKS["trip"]) if shape.has_trip else "",
        by_staff=shape.has_staff_mark,
        public_id=str(MARKS["public_id"]) if shape.has_id else "",
        html=str(MARKS["html"]),
        created_at=MOMENT,
        edited_at=MOMENT if shape.is_edited else None,
        moved_at=MOMENT if shape.is_moved else None,
        moved_from=Comment(number=MARKS["moved"]) if shape.is_moved_from else None,
        upvotes=MARKS["upvotes"] * shape.upvotes,
        downvotes=MARKS["downvotes"] * shape.downvotes,
        score=MARKS["score"] * shape.score,
    )
    parent = Comment(number=MARKS["parent"]) if shape.has_parent else None
    # One more than are shown says that there are more.
    citers = [MARKS[f"citer{min(n, CITERS - 1)}"] for n in range(shape.citers)]
    return Row(comment, 4, parent, cited_by=citers)


def _marked_article(shape: Shape) -> Article:
    article = Article(pk=MARKS["article"], slug=str(MARKS["slug"]), kind=shape.kind)
    later = MOMENT + timedelta(days=1)
    # In place of the cached property, which would ask the database.
    article.last_addendum = Addendum(pk=MARKS["addendum"], kind=shape.before, added_at=later) if shape.before else None
    return article

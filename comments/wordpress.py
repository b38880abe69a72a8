"""A whole WordPress export with its comments, in one transaction.

Some items at a time are read, taken in and then forgotten. Addresses of
networks and mail are not among the records, and so never reach the database.
"""

import hashlib
import re
from collections.abc import Callable, Set
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import wxr
from articles.body import plain_text
from articles.import_sheet import Sheet
from articles.importing import ArticleImport, source_ref
from articles.models import Article
from comments import names
from comments import text as comment_text
from comments.html_to_text import plain
from comments.importing import (
    CommentRecord,
    CommentReport,
    TrackbackRecord,
    import_discussions,
    import_trackbacks,
)
from comments.models import Comment, Trackback

STATUSES = {
    "1": Comment.Status.PUBLISHED,
    "approve": Comment.Status.PUBLISHED,
    "approved": Comment.Status.PUBLISHED,
    "spam": Comment.Status.SPAM,
    "trash": Comment.Status.REMOVED,
    "post-trashed": Comment.Status.REMOVED,
}
COMMENT_TYPES = {"", "comment"}
NAME_LENGTH = Comment._meta.get_field("author_name").max_length

# wpDiscuz [sic]: a PHP array such as a:2:{s:4:"like";i:5;s:7:"dislike";i:2;}
SEPARATE_VOTES = re.compile(r'"(like|dislike)";(?:i:|s:\d+:")(\d+)')
MOST_VOTES = 1_000_000_000

# What is taken in at once: a statement takes as long as the reading of ten comments. More would only
# take memory, and so would fewer texts that are longer.
ITEMS = 50
CHARACTERS = 300_000

is_address = URLValidator(schemes=["http", "https"])


@transaction.atomic
def import_export(path: str | Path, progress: Callable[[int], None]) -> Sheet:
    """Take in the file; `progress` hears how many items were read.

    Raises wxr.WxrError, and then nothing of the file is in the database.
    """
    faults = wxr.Faults()
    sheet = Sheet()
    records = wxr.read(path, faults)
    site = cast(wxr.Site, next(records))
    taken = _Import(site, sheet)
    items = 0
    for record in records:
        match record:
            case wxr.Author():
                taken.take_author(record)
            case wxr.Term():
                taken.articles.take_term(record)
            case wxr.Item():
                taken.take_item(record)
                items += 1
                progress(items)
    taken.finish()
    _note_faults(sheet, faults)
    return sheet


def _note_faults(sheet: Sheet, faults: wxr.Faults) -> None:
    if faults.control_characters:
        sheet.note(_("control characters dropped from the file"), count=faults.control_characters)
    if faults.unreadable_characters:
        sheet.note(_("characters of the file that cannot be read (now U+FFFD)"), count=faults.unreadable_characters)


class _Import:
    """The records of one export in their order; items wait until there are enough of them."""

    def __init__(self, site: wxr.Site, sheet: Sheet):
        self.source = site.source
        self.sheet = sheet
        self.articles = ArticleImport(site, sheet)
        # The file names those who write articles there, before the articles; readers with an account are not among them.
        self.staff: set[str] = set()
        self.items: list[wxr.Item] = []
        self.characters = 0

    def take_author(self, author: wxr.Author) -> None:
        self.articles.take_author(author)
        self.staff |= {author.id} - {"", "0"}

    def take_item(self, item: wxr.Item) -> None:
        self.items.append(item)
        self.characters += len(item.content) + sum(len(comment.content) for comment in item.comments)
        if len(self.items) >= ITEMS or self.characters >= CHARACTERS:
            self._write()

    def finish(self) -> None:
        self._write()
        self.articles.finish_categories()

    def _write(self) -> None:
        articles = self.articles.take_items(self.items)
        found: dict[Article, _Discussion] = {}
        for article, item in zip(articles, self.items, strict=True):
            discussion = _Discussion(self.source, item, article, self.sheet, self.staff)
            if article:
                # The same item twice in one file: the second one's comments may answer the first one's.
                if article in found:
                    self._write_comments(found)
                found[article] = discussion
        self._write_comments(found)
        self.items, self.characters = [], 0

    def _write_comments(self, found: dict[Article, "_Discussion"]) -> None:
        arriving = [(article, discussion.comments) for article, discussion in found.items() if discussion.comments]
        for report in import_discussions(arriving):
            self._count_comments(report)
        for article, discussion in found.items():
            self._take_trackbacks(article, discussion.trackbacks)
        found.clear()

    def _take_trackbacks(self, article: Article, trackbacks: list[TrackbackRecord]) -> None:
        if trackbacks:
            new = import_trackbacks(article, trackbacks)
            self.sheet.came_in["trackback"] += new
            self.sheet.already_there["trackback"] += len(trackbacks) - new

    def _count_comments(self, report: CommentReport) -> None:
        sheet = self.sheet
        sheet.came_in["comment"] += report.new
        sheet.came_in["upvote"] += report.upvotes
        sheet.came_in["downvote"] += report.downvotes
        sheet.already_there["comment"] += report.already_there
        if report.new:
            sheet.deepest_comment = max(report.deepest, sheet.deepest_comment or 0)
        for ref in report.orphans:
            sheet.note(_("comments whose parent is missing: top-level now"), _number_in(ref))
        for ref in report.cut:
            sheet.note(_("comments that answered each other in a circle: top-level now"), _number_in(ref))


class _Discussion:
    """The comments and trackbacks of one item, as records; what is left out is counted."""

    def __init__(self, source: str, item: wxr.Item, article: Article | None, sheet: Sheet, staff: Set[str]):
        self.source = source
        self.item = item
        self.article = article
        self.sheet = sheet
        self.staff = staff
        self.comments: list[CommentRecord] = []
        self.trackbacks: list[TrackbackRecord] = []
        for comment in item.comments:
            self._take(comment)

    def _take(self, comment: wxr.Comment) -> None:
        text = plain(comment.content) if comment.type in COMMENT_TYPES else ""
        if reason := _reason_to_leave_out(self.article, comment, text):
            self.sheet.left_out[reason] += 1
        elif comment.type in COMMENT_TYPES:
            self.comments.append(self._comment(comment, text))
        else:
            self.trackbacks.append(self._trackback(comment))

    def _ref(self, comment: wxr.Comment) -> str:
        words = f"{self.item.guid}\n{comment.author}\n{comment.created_at}\n{comment.content}"
        name = comment.id or ":" + hashlib.sha256(words.encode()).hexdigest()[:32]
        return source_ref(self.source, "comment", name)

    def _moment(self, comment: wxr.Comment) -> datetime:
        if comment.created_at is None:
            self.sheet.note(_("comments without a date: dated like their article"), comment.id)
        return comment.created_at or self.item.published_at or timezone.now()

    def _comment(self, comment: wxr.Comment, text: str) -> CommentRecord:
        upvotes, downvotes = votes(comment.meta)
        has_parent = comment.parent not in {"", "0"}
        return CommentRecord(
            ref=self._ref(comment),
            parent_ref=source_ref(self.source, "comment", comment.parent) if has_parent else None,
            author_name=author_name(comment.author),
            text=text,
            created_at=self._moment(comment),
            status=STATUSES.get(comment.approved, Comment.Status.PENDING),
            upvotes=upvotes,
            downvotes=downvotes,
            by_staff=comment.user_id in self.staff,
        )

    def _trackback(self, comment: wxr.Comment) -> TrackbackRecord:
        name = plain_text(comment.author)[:300]
        # A trackback sends its title, which WordPress puts in front of the excerpt; a pingback's author is the title.
        title = re.match(r"\s*<strong>(.*?)</strong>(.*)", comment.content, re.DOTALL)
        return TrackbackRecord(
            ref=self._ref(comment),
            kind=comment.type,
            title=plain_text(title[1])[:300] if title else name,
            url=unescape(comment.url),
            excerpt=plain(title[2] if title else comment.content),
            blog_name=name if comment.type == Trackback.Kind.TRACKBACK else "",
            created_at=self._moment(comment),
            is_published=comment.approved == "1",
        )


def _number_in(ref: str) -> str:
    return ref.rpartition("#comment")[2]


def _reason_to_leave_out(article: Article | None, comment: wxr.Comment, text: str) -> str:
    if article is None:
        return _("comments and trackbacks of what was left out")
    if comment.type in COMMENT_TYPES:
        return _("comments without text") if comment_text.is_blank(text) else ""
    if comment.type not in Trackback.Kind.values:
        return _("comments of the type “%(type)s”") % {"type": comment.type}
    if STATUSES.get(comment.approved) in {Comment.Status.SPAM, Comment.Status.REMOVED}:
        return _("trackbacks that are spam or in the bin")
    try:
        is_address(unescape(comment.url))
    except ValidationError:
        return _("trackbacks without an address")
    return "" if len(comment.url) <= 1000 else _("trackbacks whose address is too long")


def author_name(name: str) -> str:
    """The name as a comment shows it, "" for 匿名, which is what no name shows as."""
    name = names.without_mark(" ".join(unescape(name).split()))[:NAME_LENGTH]
    return "" if name == "匿名" else name


def votes(meta: dict[str, str]) -> tuple[int, int]:
    """Votes for and against, as the usual plugins keep them.

    `cld_*` is Comments Like Dislike. wpDiscuz keeps the difference in
    `wpdiscuz_votes`, and both sums beside it in newer versions. A site that
    changed from one to the other has both; the first that has votes counts,
    because plugins take over each other's sums.
    """
    # As most comments are.
    if not meta:
        return 0, 0
    separate = {name: _votes(count) for name, count in SEPARATE_VOTES.findall(meta.get("wpdiscuz_votes_seperate", ""))}
    difference = _votes(meta.get("wpdiscuz_votes", ""))
    candidates = [
        (_votes(meta.get("cld_like_count", "")), _votes(meta.get("cld_dislike_count", ""))),
        (separate.get("like", 0), separate.get("dislike", 0)),
        (difference, -difference),
    ]
    up, down = next(filter(any, candidates), (0, 0))
    return max(up, 0), max(down, 0)


def _votes(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,12}", text):
        return 0
    return max(-MOST_VOTES, min(int(text), MOST_VOTES))

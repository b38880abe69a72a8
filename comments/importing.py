"""Comments and trackbacks from elsewhere, many at once.

`Comment.objects.post` and django-mptt's insert renumber a thread for each
reply. Here whole threads are numbered first, from their parent links, and
those of several articles are written in one statement. What is in the database
already keeps its number and its text: only its place in a thread may shift.
`tick` makes them searchable.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import chain, count
from typing import Any

from django.db import connection, transaction

from articles.models import Article
from articles.parent_links import circles, parents_first
from comments import ranking
from comments import text as comment_text
from comments.bulk import Table
from comments.models import Citation, Comment, Trackback
from comments.models.queries import TREE_ID_SEQUENCE
from comments.nested_sets import number_tree

# Parameters in one statement: SQLite takes 999 in its oldest builds.
BATCH = 500


@dataclass(frozen=True)
class CommentRecord:
    """A comment elsewhere. `text` is plain and normalised, refs are unique over all sources."""

    ref: str
    parent_ref: str | None
    author_name: str
    text: str
    created_at: datetime
    status: str = Comment.Status.PUBLISHED
    upvotes: int = 0
    downvotes: int = 0
    # What readers see of its author beside the name.
    public_id: str = ""
    trip: str = ""
    by_staff: bool = False


@dataclass(frozen=True)
class TrackbackRecord:
    ref: str
    kind: str
    title: str
    url: str
    excerpt: str
    blog_name: str
    created_at: datetime
    is_published: bool = True


@dataclass
class CommentReport:
    """`orphans`: refs whose parent was missing; `cut`: refs at which a circle was cut. Both are top-level now.

    `deepest` (the level of a root is 0) and the votes are those of the new comments.
    """

    new: int = 0
    already_there: int = 0
    orphans: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    deepest: int = 0
    upvotes: int = 0
    downvotes: int = 0


def import_comments(article: Article, records: Iterable[CommentRecord]) -> CommentReport:
    """Take in those comments that are not there yet, identity being `ref`.

    Numbers go on after the article's last one, by (created_at, ref), a parent
    always before its reply. A parent under another article counts as missing.
    The row of the article is written; the instance passed in is not.
    """
    (report,) = import_discussions([(article, records)])
    return report


@transaction.atomic
def import_discussions(arriving: Iterable[tuple[Article, Iterable[CommentRecord]]]) -> list[CommentReport]:
    """The same for several articles, each of which comes once, in hardly more statements than for one."""
    by_article: dict[int, dict[str, CommentRecord]] = {}
    for article, records in arriving:
        by_ref = by_article[article.pk] = {}
        for record in records:
            by_ref.setdefault(record.ref, record)
    articles = Article.objects.lock_all(by_article.keys())
    known = _known(Comment, list(chain.from_iterable(by_article.values())))
    reports, discussions = [], []
    for pk, by_ref in by_article.items():
        new = {ref: record for ref, record in by_ref.items() if ref not in known}
        known |= new.keys()
        reports.append(CommentReport(already_there=len(by_ref) - len(new)))
        if new:
            discussions.append(_Discussion(articles[pk], new, reports[-1]))
    if discussions:
        _write(discussions)
    return reports


def _known(model: type[Comment] | type[Trackback], refs: Sequence[str]) -> set[str]:
    found = (model.objects.filter(import_ref__in=batch) for batch in _batches(refs))
    return {ref for rows in found for ref in rows.values_list("import_ref", flat=True) if ref}


def _batches(items: Sequence) -> Iterator[Sequence]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _age(record: CommentRecord) -> tuple[datetime, int, str]:
    # Refs of one source differ only in their number, and the shorter number is the smaller one.
    return record.created_at, len(record.ref), record.ref


# A new comment by the names of its columns.
Row = dict[str, Any]


@cache
def _table() -> Table:
    return Table(Comment)


class _Discussion:
    """The comments of one article as parent links between numbers; the caller holds the lock."""

    def __init__(self, article: Article, records: dict[str, CommentRecord], report: CommentReport):
        self.article = article
        self.report = report
        self.stored: dict[int, Comment] = {}
        if article.last_comment_number:
            names = ("number", "parent_id", "tree_id", "lft", "rght", "level", "status", "import_ref")
            self.stored = {row.number: row for row in Comment.objects.filter(article=article).only(*names)}
        number_of = {comment.pk: number for number, comment in self.stored.items()}
        self.parents = {number: number_of.get(comment.parent_id) for number, comment in self.stored.items()}
        self.numbers = {comment.import_ref: number for number, comment in self.stored.items() if comment.import_ref}
        # The new comments by their numbers, which are in `parents` too.
        self.rows = self._number(records)
        self.roots = self._roots()

    def _number(self, records: dict[str, CommentRecord]) -> dict[int, Row]:
        links = self._parent_links(records)
        last = max([self.article.last_comment_number, *self.stored])
        rows: dict[int, Row] = {}
        for number, ref in zip(
            count(last + 1), parents_first(links, rank=lambda ref: _age(records[ref])), strict=False
        ):
            parent_ref = links[ref]
            self.numbers[ref] = number
            self.parents[number] = self.numbers[parent_ref] if parent_ref else None
            rows[number] = self._comment(records[ref], number)
        return rows

    def _parent_links(self, records: dict[str, CommentRecord]) -> dict[str, str | None]:
        links: dict[str, str | None] = {}
        for ref, record in records.items():
            links[ref] = record.parent_ref or None
            if record.parent_ref and record.parent_ref not in records and record.parent_ref not in self.numbers:
                links[ref] = None
                self.report.orphans.append(ref)
        for circle in circles(links):
            lowest = min(circle, key=lambda ref: (len(ref), ref))
            links[lowest] = None
            self.report.cut.append(lowest)
        return links

    def _comment(self, record: CommentRecord, number: int) -> Row:
        return {
            "article_id": self.article.pk,
            "number": number,
            "author_name": record.author_name,
            "text": record.text,
            "html": comment_text.render(record.text, self.article.pk),
            "status": record.status,
            "created_at": record.created_at,
            "score": record.upvotes - record.downvotes,
            "upvotes": record.upvotes,
            "downvotes": record.downvotes,
            "rank": ranking.lower_bound(record.upvotes, record.downvotes),
            "imported_upvotes": record.upvotes,
            "imported_downvotes": record.downvotes,
            "public_id": record.public_id,
            "trip": record.trip,
            "by_staff": record.by_staff,
            "import_ref": record.ref,
        }

    def _roots(self) -> list[int]:
        """The roots of the threads that the new comments stand in; parents come before their replies."""
        root_of: dict[int, int] = {}
        for number in self.rows:
            root = number
            while root not in root_of and (parent := self.parents[root]) is not None:
                root = parent
            root_of[number] = root_of.get(root, root)
        return list(dict.fromkeys(root_of.values()))

    @property
    def new_threads(self) -> int:
        return sum(root in self.rows for root in self.roots)

    def place(self, new_trees: Iterator[int]) -> list[Comment]:
        """Set the four tree fields of each new comment; returns the stored ones that had to shift."""
        children = defaultdict(list)
        for number, parent in sorted(self.parents.items()):
            if parent is not None:
                children[parent].append(number)
        changed = []
        for root in self.roots:
            tree_id = next(new_trees) if root in self.rows else self.stored[root].tree_id
            for number, place in number_tree(children, root).items():
                if row := self.rows.get(number):
                    row["lft"], row["rght"], row["level"] = place
                    row["tree_id"] = tree_id
                    continue
                comment = self.stored[number]
                if (comment.lft, comment.rght, comment.level) != place:
                    comment.lft, comment.rght, comment.level = place
                    changed.append(comment)
        return changed

    def link(self, keys: Iterator[int]) -> None:
        """Give each new comment a key, and that of its parent."""
        for row in self.rows.values():
            row["id"] = next(keys)
        for number, row in self.rows.items():
            if (parent := self.parents[number]) is not None:
                row["parent_id"] = self.rows[parent]["id"] if parent in self.rows else self.stored[parent].pk

    def citations(self) -> Iterator[Citation]:
        """Whom the new comments name; what was there already stays as it was written."""
        for number, row in self.rows.items():
            for named in comment_text.cited_numbers(row["text"]):
                if named in self.parents and named != number:
                    target = self.rows[named]["id"] if named in self.rows else self.stored[named].pk
                    yield Citation(source_id=row["id"], target_id=target)

    def count(self) -> None:
        """For the article and the report."""
        statuses = [comment.status for comment in self.stored.values()]
        statuses += [row["status"] for row in self.rows.values()]
        self.article.comment_count = statuses.count(Comment.Status.PUBLISHED)
        self.article.last_comment_number = max(self.parents)
        self.article.discussion_version += 1
        self.report.new = len(self.rows)
        self.report.deepest = max(row["level"] for row in self.rows.values())
        self.report.upvotes = sum(row["upvotes"] for row in self.rows.values())
        self.report.downvotes = sum(row["downvotes"] for row in self.rows.values())


def _write(discussions: list[_Discussion]) -> None:
    new_trees = _next_tree_ids(sum(discussion.new_threads for discussion in discussions))
    changed = [comment for discussion in discussions for comment in discussion.place(new_trees)]
    # All keys first: a reply needs that of its parent.
    keys = iter(_table().keys(sum(len(discussion.rows) for discussion in discussions)))
    for discussion in discussions:
        discussion.link(keys)
        discussion.count()
    _table().write(row for discussion in discussions for row in discussion.rows.values())
    citations = chain.from_iterable(discussion.citations() for discussion in discussions)
    Citation.objects.bulk_create(citations, batch_size=BATCH)
    for batch in _batches(changed):
        Comment.objects.bulk_update(batch, ["lft", "rght", "level"])
    Article.save_discussions(discussion.article for discussion in discussions)


def _next_tree_ids(wanted: int) -> Iterator[int]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [TREE_ID_SEQUENCE, wanted])
            return iter([tree_id for (tree_id,) in cursor.fetchall()])
    # max + 1, which stays the same until the first of them is inserted; no one else can write meanwhile.
    return count(Comment.objects._get_next_tree_id())


@transaction.atomic
def import_trackbacks(article: Article, records: Iterable[TrackbackRecord]) -> int:
    """Take in those trackbacks that are not there yet, identity being `ref`; returns how many."""
    article = Article.objects.lock(article.pk)
    by_ref = {record.ref: record for record in records}
    known = _known(Trackback, list(by_ref))
    new = [_trackback(article, record) for ref, record in by_ref.items() if ref not in known]
    Trackback.objects.bulk_create(new, batch_size=BATCH)
    if new:
        article.discussion_version += 1
        article.save_discussion()
    return len(new)


def _trackback(article: Article, record: TrackbackRecord) -> Trackback:
    return Trackback(
        article=article,
        kind=record.kind,
        title=record.title,
        url=record.url,
        excerpt=record.excerpt,
        blog_name=record.blog_name,
        created_at=record.created_at,
        is_published=record.is_published,
        import_ref=record.ref,
    )

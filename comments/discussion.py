"""What a page shows of an article's discussion, asked for in as few queries as it takes.

Most discussions fit on one page: then one query brings them, and what else is
to be known (the pages, their order, the pinned comment) is seen in the rows.
The article's own row says whether there is anything to ask for at all.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

from django.http import Http404, HttpRequest

from articles.keeping import kept_newest
from articles.models import Article
from comments import threads
from comments.models import Comment, statements
from comments.models.queries import page_address
from comments.models.shown import CommentRow

# As `queries.ORDERS` has them for the database.
ROOT_ORDERS: dict[str, Callable] = {
    "": lambda root: root.number,
    "new": lambda root: -root.number,
    "best": lambda root: (-root.rank, root.number),
}


class Discussion:
    """One page of the threads in one of the orders. Raises Http404 for what does not exist, because such an address is wrong."""

    def __init__(self, request: HttpRequest, article: Article, order: str, asked: str, *, for_moderators: bool = False):
        if order not in ROOT_ORDERS:
            raise Http404
        self.request, self.article, self.order, self.for_moderators = request, article, order, for_moderators
        # Numbers are never given twice, so there are at most so many comments.
        self.is_whole = article.last_comment_number <= threads.PAGE_SIZE
        self.pages = self._pages()
        self.number = page_number(asked, len(self.pages))
        self.tree_ids = self.pages[self.number - 1]

    @cached_property
    def _all(self) -> list[Comment] | list[CommentRow]:
        if not self.article.last_comment_number:
            return []
        # Moderators' verbs need the whole comment.
        if self.for_moderators:
            return list(Comment.objects.filter(article=self.article).select_related("moved_from").order_by("number"))
        return statements.rows_under(self.article.pk)

    def _in_threads(self) -> list[Comment] | list[CommentRow]:
        if self.for_moderators:
            return list(Comment.objects.in_threads(self.tree_ids))
        return statements.rows_in(self.tree_ids)

    def _pages(self) -> Sequence[Sequence[int]]:
        if not self.is_whole:
            return self._threads[0]
        roots = sorted((comment for comment in self._all if comment.parent_id is None), key=ROOT_ORDERS[self.order])
        sizes = Counter(comment.tree_id for comment in self._all)
        return threads.paginate((root.tree_id, sizes[root.tree_id]) for root in roots)

    @cached_property
    def _threads(self) -> tuple[list[array], bool]:
        """Of thousands of threads, most of which are not on the page that is asked for; and whether a comment is pinned."""
        key = ("threads", self.article.pk, self.order)
        by_votes = self.order == "best"
        version = self.article.discussion_version if by_votes else self.article.threads_version
        return kept_newest(self.request, key, version, self._threads_now)

    def _threads_now(self) -> tuple[list[array], bool]:
        pages, has_pinned = Comment.objects.threads_of(self.article, self.order)
        # An eighth of what the same numbers take in a list.
        return [array("q", trees) for trees in pages], has_pinned

    @cached_property
    def rows(self) -> list[threads.Row]:
        rows = threads.arrange(self._comments(), self.tree_ids)
        if self.for_moderators:
            citers = Comment.objects.citers_of([row.comment.pk for row in rows])
            for row in rows:
                row.cited_by = citers.get(row.comment.pk, ())
            return rows
        for row in rows:
            if row.comment.citers:
                row.cited_by = sorted(map(int, row.comment.citers.split()))
        return rows

    def _comments(self) -> list:
        if not self.is_whole:
            return self._in_threads()
        if len(self.pages) == 1:
            return self._all
        here = set(self.tree_ids)
        return [comment for comment in self._all if comment.tree_id in here]

    def pinned(self) -> Comment | CommentRow | None:
        """The comment that stands on top of the first page, whatever the order."""
        if self.number > 1:
            return None
        if not self.is_whole:
            return Comment.objects.pinned(self.article.pk) if self._threads[1] else None
        found = (comment for comment in self._all if comment.pinned_at and comment.is_published)
        return max(found, key=lambda comment: (comment.pinned_at, comment.pk), default=None)

    def place_of(self, comment: Comment | CommentRow) -> str:
        """Its address as seen from this page, on the first of which it is a mere anchor, so that going there loads nothing."""
        page = next((n for n, trees in enumerate(self.pages, start=1) if comment.tree_id in trees), 1)
        return f"#{comment.anchor}" if page == 1 else page_address(self.article, page, comment.anchor, self.order)


def page_number(asked: str, last: int) -> int:
    """The number of a page that exists. Raises Http404."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 7 and 1 <= int(asked) <= last):
        raise Http404
    return int(asked)

"""A comment, how it is born, and what its author and the moderator may do with it.

Two rules hold in every method that changes rows here. First the row of the
article is locked and only then are comments read, because django-mptt locks
nothing: two replies at once would both renumber the same thread. And a tree
is never deleted from: a removed comment keeps its row and its number, so its
replies do not seem to answer whoever stands above.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from django.db import connections, models, transaction
from django.db.models import Deferrable, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from articles.models import Article
from comments import placement, ranking, threads
from comments import text as comment_text
from comments.models.citation import Citation
from comments.models.misplacement import MisplacementReport
from comments.models.moderation import ModerationEvent
from comments.models.receipt import Receipt
from comments.models.vote import Vote

TREE_ID_SEQUENCE = "comments_comment_tree_id"

# A reply renumbers the rows to its right in its thread: 41 ms in the worst
# place of 1,000 comments, 390 ms of 10,000. Imports may bring longer threads.
MAX_THREAD = 1_000

# A double click, or a second try on a bad line, shows the first comment.
REPEAT_WINDOW = timedelta(minutes=10)

# Long enough to mend a slip, too short to change what people have read and voted for.
EDIT_WINDOW = timedelta(minutes=15)


# 古い順, 新着順 and 評価順 of threads, as an address names them. Each ends in the
# number, so nothing swaps places on a reload; replies stay in time order in all of them.
ORDERS = {"": ("number",), "new": ("-number",), "best": ("-rank", "number")}


class Refusal(Exception):
    """An act on a discussion that cannot be taken; `code` names the reason, one of the class's constants."""

    CLOSED = "closed"
    PARENT_MISSING = "parent_missing"
    PARENT_REMOVED = "parent_removed"
    THREAD_FULL = "thread_full"
    HIDDEN = "hidden"
    ANSWERED = "answered"
    TOO_LATE = "too_late"
    LOOP = "loop"

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def page_address(article: Article, page: int, anchor: str = "comments", order: str = "") -> str:
    """Where a page of an article's discussion is; the first of the usual order is the article's own address."""
    asked = {"order": order, "comments": page if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{article.get_absolute_url()}{query and '?'}{query}#{anchor}"


class CommentQuerySet(TreeQuerySet):
    def visible(self) -> Self:
        """What a reader may see: published, under an article that is public itself."""
        return self.filter(
            status=Comment.Status.PUBLISHED,
            article__status=Article.Status.PUBLISHED,
            article__published_at__lte=timezone.now(),
        )

    def in_moderation(self) -> Self:
        return self.filter(status=Comment.Status.PENDING)

    def misplaced(self) -> Self:
        """What readers can see and enough of them say to answer another comment."""
        return self.filter(status=Comment.Status.PUBLISHED, pk__in=MisplacementReport.objects.enough())

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def roots_of(self, article: Article, order: str = "") -> Self:
        """The beginnings of the article's threads in one of ORDERS, whatever their status."""
        return self.filter(article=article, parent=None).order_by(*ORDERS[order])

    def replies_to(self, comment: "Comment") -> Self:
        """What answers the comment itself and may be seen, newest first."""
        return self.visible().filter(parent=comment).select_related("article").order_by("-number")

    def pages_of(self, article: Article, order: str = "") -> list[list[int]]:
        """The article's threads, as tree_ids, page by page."""
        places = self.roots_of(article, order).values_list("tree_id", "lft", "rght")
        return threads.paginate((tree_id, (rght - lft + 1) // 2) for tree_id, lft, rght in places)

    def in_threads(self, tree_ids: list[int]) -> Self:
        """All comments of these threads, removed ones too, by number; `threads.arrange` puts them in order."""
        return self.filter(tree_id__in=tree_ids).select_related("moved_from").order_by("number")

    def citers_in(self, tree_ids: list[int]) -> dict[int, list[int]]:
        """The numbers of the published comments that name a comment of these threads, by its primary key."""
        citations = Citation.objects.filter(target__tree_id__in=tree_ids, source__status=Comment.Status.PUBLISHED)
        citers = defaultdict(list)
        for target, number in citations.order_by("source__number").values_list("target_id", "source__number"):
            citers[target].append(number)
        return citers

    def repeated(self, article: Article, parent: "Comment | None", text: str, visitor_key: str) -> "Comment | None":
        """The same words of the same visitor in the same place a moment ago."""
        since = timezone.now() - REPEAT_WINDOW
        rows = self.filter(article=article, parent=parent, visitor_key=visitor_key, created_at__gte=since)
        return rows.filter(text=text).order_by("number").first()

    def meant_by(self, article: Article, text: str, hinted: int | None = None) -> "Comment | None":
        """The visible comment that a text sent without a parent seems to answer (`placement`).

        `hinted` is the number of one to which a reply was begun. Two queries at most.
        """
        here = self.visible().filter(article=article)
        numbers = [placement.named(text)]
        if passages := placement.quotations(text):
            newest = here.order_by("-number").values_list("number", "text")[: placement.QUOTED_AMONG]
            numbers.append(placement.quoted(passages, newest))
        numbers = [number for number in [*numbers, hinted] if number]
        found = {comment.number: comment for comment in here.filter(number__in=numbers)} if numbers else {}
        return next((found[number] for number in numbers if number in found), None)


class CommentManager(TreeManager.from_queryset(CommentQuerySet)):  # type: ignore[misc]
    def _get_next_tree_id(self) -> int:
        # django-mptt takes max + 1 over the whole table, but the lock is only
        # on one article: two articles would start threads with one number.
        connection = connections[self.db]
        if connection.vendor != "postgresql":
            # SQLite: BEGIN IMMEDIATE lets only one transaction write at all.
            return super()._get_next_tree_id()
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s)", [TREE_ID_SEQUENCE])
            return cursor.fetchone()[0]

    @transaction.atomic
    def post(
        self,
        article_id: int,
        *,
        text: str,
        visitor_key: str,
        author_name: str = "",
        parent_id: int | None = None,
    ) -> "Comment":
        """Take a comment in, or give back the one that it repeats.

        The only way a comment is born outside a bulk import. `text` and
        `author_name` have passed the form. A fresh comment carries the
        `receipt_secret` of its author, which is kept nowhere else. Raises
        Refusal, and Article.DoesNotExist for an article that is gone.
        """
        article = Article.objects.lock(article_id)
        parent = self._parent_to_answer(article, parent_id)
        if not article.accepts_comments:
            raise Refusal(Refusal.CLOSED)
        if repeated := self.repeated(article, parent, text, visitor_key):
            return repeated
        comment = self.model(
            article=article,
            parent=parent,
            number=article.last_comment_number + 1,
            author_name=author_name,
            text=text,
            html=comment_text.render(text, article.pk),
            status=Comment.Status.PENDING
            if article.comments == Article.Comments.MODERATED
            else Comment.Status.PUBLISHED,
            visitor_key=visitor_key,
        )
        comment.save(force_insert=True)
        Citation.objects.write(comment)
        comment.receipt_secret = Receipt.objects.issue(comment)
        article.last_comment_number = comment.number
        article.comment_count += comment.is_published
        article.discussion_version += 1
        article.save_discussion()
        return comment

    def _parent_to_answer(self, article: Article, parent_id: int | None) -> "Comment | None":
        """The parent as it is under the lock."""
        if parent_id is None:
            return None
        parent = self.filter(pk=parent_id, article=article).first()
        if parent is None:
            raise Refusal(Refusal.PARENT_MISSING)
        if not parent.is_published:
            raise Refusal(Refusal.PARENT_REMOVED)
        thread_size = self.filter(tree_id=parent.tree_id).count()
        if thread_size >= MAX_THREAD:
            raise Refusal(Refusal.THREAD_FULL)
        return parent


class Comment(MPTTModel):
    class Status(models.TextChoices):
        PENDING = "pending", _("awaiting approval")
        PUBLISHED = "published", _("published")
        SPAM = "spam", _("spam")
        REMOVED = "removed", _("removed")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")

    article = models.ForeignKey(
        Article, models.PROTECT, db_index=False, related_name="discussion", verbose_name=_("article")
    )
    parent = TreeForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("in reply to")
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    author_name = models.CharField(_("name"), max_length=40, blank=True)
    text = models.TextField(_("comment"))
    html = models.TextField(editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PUBLISHED, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    # Where it stood before it was last moved; None with a moved_at means on its own.
    moved_from = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")
    moved_at = models.DateTimeField(_("moved"), null=True, editable=False)

    score = models.IntegerField(_("votes"), default=0, editable=False)
    upvotes = models.PositiveIntegerField(default=0, editable=False)
    downvotes = models.PositiveIntegerField(default=0, editable=False)
    imported_upvotes = models.PositiveIntegerField(default=0, editable=False)
    imported_downvotes = models.PositiveIntegerField(default=0, editable=False)

    # For the order by votes, kept with them (`ranking.lower_bound`).
    rank = models.FloatField(default=0, editable=False)

    visitor_key = models.CharField(max_length=32, blank=True, editable=False)
    import_ref = models.CharField(max_length=200, null=True, unique=True, editable=False)
    # Declared without django-mptt's own index on it alone: (tree_id, lft) serves.
    tree_id = models.PositiveIntegerField(editable=False)

    # Set on the instance that `post` has just made, and on no other.
    receipt_secret = ""

    objects = CommentManager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["article", "tree_id"], condition=Q(parent__isnull=True), name="comment_roots"),
            models.Index(fields=["tree_id", "lft"], name="comment_tree"),
            models.Index(fields=["status", "-created_at", "-id"], name="comment_queue"),
            models.Index(fields=["-created_at", "-id"], name="comment_newest"),
            models.Index(fields=["visitor_key", "-id"], condition=~Q(visitor_key=""), name="comment_of_visitor"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="comment_number"),
            # An alarm, not a lock: a code path that forgets the lock ends here.
            # Deferred, because one reply shifts many lft; SQLite has no such constraint.
            models.UniqueConstraint(fields=["tree_id", "lft"], deferrable=Deferrable.DEFERRED, name="comment_place"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.text[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("comments:comment", args=[self.pk])

    @property
    def anchor(self) -> str:
        return f"c{self.number}"

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    def place(self) -> str:
        """The address at which readers find this comment: its article, the right page, its anchor."""
        pages = Comment.objects.pages_of(self.article)
        page = next((n for n, trees in enumerate(pages, start=1) if self.tree_id in trees), 1)
        return page_address(self.article, page, self.anchor)

    def ancestry(self) -> list["Comment"]:
        """This comment and all that it hangs from, the root first, by parent links."""
        rows = {row.pk: row for row in Comment.objects.in_threads([self.tree_id])}
        chain, node = [], rows.get(self.pk)
        while node is not None:
            chain.append(node)
            node = rows.get(node.parent_id)
        return chain[::-1]

    # The author's verbs

    @property
    def edit_until(self) -> datetime:
        return self.created_at + EDIT_WINDOW

    @property
    def is_hidden(self) -> bool:
        """Taken down, by whomever; what awaits approval is not."""
        return self.status not in {self.Status.PENDING, self.Status.PUBLISHED}

    @property
    def is_editable(self) -> bool:
        """Whether its author sees the form; `edit` asks again under the lock."""
        in_time = timezone.now() < self.edit_until
        return in_time and not self.is_hidden and not Comment.objects.filter(parent=self.pk).exists()

    @property
    def is_movable(self) -> bool:
        """Whether its author sees the form; `move_to` asks again under the lock."""
        return not self.is_hidden and self.article.accepts_comments

    @transaction.atomic
    def edit(self, text: str, author_name: str | None = None) -> bool:
        """Say it in other words; False when they are the same.

        Both have passed the form. Refused when anybody has replied, even in a
        comment that is hidden now: what was answered must stay as it was.
        Raises Refusal.
        """
        article = Article.objects.lock(self.article_id)
        self._read_again()
        self._refuse_if_hidden()
        if timezone.now() >= self.edit_until:
            raise Refusal(Refusal.TOO_LATE)
        if Comment.objects.filter(parent=self.pk).exists():
            raise Refusal(Refusal.ANSWERED)
        author_name = self.author_name if author_name is None else author_name
        if (text, author_name) == (self.text, self.author_name):
            return False
        self.text, self.author_name = text, author_name
        self.html, self.edited_at = comment_text.render(text, self.article_id), timezone.now()
        self.save(update_fields=["text", "author_name", "html", "edited_at"])
        Citation.objects.rewrite(self)
        article.discussion_version += 1
        article.save_discussion()
        return True

    @transaction.atomic
    def withdraw(self) -> None:
        """Hide the comment at its author's wish; while it has replies a placeholder stands in its place.

        Raises Refusal when it is hidden already.
        """
        article = Article.objects.lock(self.article_id)
        self._read_again()
        self._refuse_if_hidden()
        article.comment_count -= self.is_published
        self.status = self.Status.WITHDRAWN
        Comment.objects.filter(pk=self.pk).update(status=self.status)
        article.discussion_version += 1
        article.save_discussion()

    @transaction.atomic
    def move_to(self, parent: "Comment | None", *, by=None) -> bool:
        """Make this, with all its replies and votes, an answer to `parent`, or with None a thread of its own.

        False when it stands there already. Without `by` it is the author who
        moves. Takes the place of django-mptt's method of this name, which
        locks nothing. Raises Refusal.
        """
        article = Article.objects.lock(self.article_id)
        self._read_again()
        if by is None:
            self._refuse_if_hidden()
            if not article.accepts_comments:
                raise Refusal(Refusal.CLOSED)
        target = self._target_of_move(article, parent.pk) if parent else None
        if self.parent_id == (target and target.pk):
            return False
        self.moved_from_id, self.moved_at = self.parent_id, timezone.now()
        # Saves this row with them. Never beside a root: that would renumber the trees of other articles.
        Comment.objects.move_node(self, target)
        article.discussion_version += 1
        article.save_discussion()
        self.misplacement_reports.all().delete()
        if by is not None:
            ModerationEvent.objects.create(
                comment=self, moderator=by, action=ModerationEvent.Action.MOVE, status_before=self.status
            )
        return True

    def _target_of_move(self, article: Article, pk: int) -> "Comment":
        target = Comment.objects.filter(pk=pk, article=article).first()
        if target is None:
            raise Refusal(Refusal.PARENT_MISSING)
        if self.tree_id == target.tree_id and self.lft <= target.lft <= self.rght:
            raise Refusal(Refusal.LOOP)
        if not target.is_published:
            raise Refusal(Refusal.PARENT_REMOVED)
        if self.tree_id != target.tree_id:
            joined = Comment.objects.filter(tree_id=target.tree_id).count() + (self.rght - self.lft + 1) // 2
            if joined > MAX_THREAD:
                raise Refusal(Refusal.THREAD_FULL)
        return target

    def _read_again(self) -> None:
        """This row as it is under the lock on its article."""
        fresh = Comment.objects.get(pk=self.pk)
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(fresh, field.attname))
        self._mptt_cached_fields = fresh._mptt_cached_fields

    def _refuse_if_hidden(self) -> None:
        if self.is_hidden:
            raise Refusal(Refusal.HIDDEN)

    # The moderator's verbs

    def approve(self, *, by) -> bool:
        """Publish what was held or taken for spam. False when there was nothing to approve."""
        return self._decide("approve", {self.Status.PENDING, self.Status.SPAM}, self.Status.PUBLISHED, by)

    def remove(self, *, by) -> bool:
        """Hide the comment; while it has replies a placeholder stands in its place."""
        return self._decide("remove", {self.Status.PENDING, self.Status.PUBLISHED}, self.Status.REMOVED, by)

    def restore(self, *, by) -> bool:
        """Show a removed comment again."""
        return self._decide("restore", {self.Status.REMOVED}, self.Status.PUBLISHED, by)

    def mark_spam(self, *, by) -> bool:
        """Hide the comment as spam, from whatever state."""
        others = {self.Status.PENDING, self.Status.PUBLISHED, self.Status.REMOVED}
        return self._decide("mark_spam", others, self.Status.SPAM, by)

    @transaction.atomic
    def _decide(self, action: str, allowed: set[Status], status: Status, by) -> bool:
        article = Article.objects.lock(self.article_id)
        before = Comment.objects.values_list("status", flat=True).get(pk=self.pk)
        if before not in allowed:
            return False
        self.status = status
        Comment.objects.filter(pk=self.pk).update(status=status)
        article.comment_count += (status == self.Status.PUBLISHED) - (before == self.Status.PUBLISHED)
        article.discussion_version += 1
        article.save_discussion()
        ModerationEvent.objects.create(comment=self, moderator=by, action=action, status_before=before)
        return True

    # Votes

    @transaction.atomic
    def cast_vote(self, visitor_key: str, value: int) -> bool:
        """Set this visitor's vote to +1, or take it back with 0. False when it was so already.

        Counts are derived from the rows and from what was imported. The lock
        on the article makes the count see every vote that came before.
        Raises Refusal when the comment cannot be seen.
        """
        article = Article.objects.lock(self.article_id)
        if not article.is_public or not Comment.objects.visible().filter(pk=self.pk).exists():
            raise Refusal(Refusal.PARENT_REMOVED)
        if not Vote.objects.set_value(self, visitor_key, value):
            return False
        self.recount()
        article.discussion_version += 1
        article.save_discussion()
        return True

    def recount(self) -> None:
        """Derive the counts again; the caller holds the lock on the article."""
        up, down = self.votes.counts()
        Comment.objects.filter(pk=self.pk).update(
            upvotes=F("imported_upvotes") + up,
            downvotes=F("imported_downvotes") + down,
            score=F("imported_upvotes") + up - F("imported_downvotes") - down,
        )
        self.refresh_from_db(fields=["upvotes", "downvotes", "score"])
        self.rank = ranking.lower_bound(self.upvotes, self.downvotes)
        Comment.objects.filter(pk=self.pk).update(rank=self.rank)

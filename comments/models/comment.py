"""A comment, how it is born, and what its author and the moderator may do with it.

Two rules hold in every method that changes rows here. First the row of the
article is locked and only then are comments read, because django-mptt locks
nothing: two replies at once would both renumber the same thread. And a tree
is never deleted from: a removed comment keeps its row and its number, so its
replies do not seem to answer whoever stands above.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from articles.models import Article
from comments import names
from comments import text as comment_text
from comments.models import ballot, moderation, queries
from comments.models.appeal import Appeal
from comments.models.citation import Citation
from comments.models.comment_text import CommentText
from comments.models.misplacement import QUORUM
from comments.models.moderation import ModerationEvent, Reason
from comments.models.notice import Notice
from comments.models.policy import Policy
from comments.models.queries import CommentManager, page_address
from comments.models.receipt import Receipt
from comments.models.refusal import Refusal
from comments.models.report import Report
from comments.models.shown import Shown, Status

if TYPE_CHECKING:
    from comments.verdict import Verdict

# What a comment says of its author, and in whose words.
PERSONAL_FIELDS = [
    "author_name",
    "text",
    "html",
    "visitor_key",
    "network_key",
    "public_id",
    "trip",
    "by_staff",
    "address",
    "edited_at",
    "fingerprint",
    "hold_reasons",
]

# Long enough to mend a slip, too short to change what people have read and voted for.
EDIT_WINDOW = timedelta(minutes=15)


class Comment(Shown, MPTTModel):
    Status = Status

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
    moved_from = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+", db_index=False)
    moved_at = models.DateTimeField(_("moved"), null=True, editable=False)

    score = models.IntegerField(_("votes"), default=0, editable=False)
    upvotes = models.PositiveIntegerField(default=0, editable=False)
    downvotes = models.PositiveIntegerField(default=0, editable=False)
    imported_upvotes = models.PositiveIntegerField(default=0, editable=False)
    imported_downvotes = models.PositiveIntegerField(default=0, editable=False)

    # What the valid votes weigh (`ranking.weight_of`); sums of powers of two, so nothing is lost by adding one.
    upvote_weight = models.FloatField(default=0, db_default=0, editable=False)
    downvote_weight = models.FloatField(default=0, db_default=0, editable=False)
    # For the order by votes, kept with them (`ranking.lower_bound`).
    rank = models.FloatField(default=0, editable=False)

    # Who wrote it (`comments/identity.py`): the keys are for the site alone, what readers see is the rest.
    visitor_key = models.CharField(max_length=32, blank=True, editable=False)
    network_key = models.CharField(max_length=32, blank=True, editable=False)
    public_id = models.CharField(_("ID"), max_length=8, blank=True, editable=False)
    trip = models.CharField(max_length=10, blank=True, editable=False)
    by_staff = models.BooleanField(default=False, editable=False)
    # Dropped after the retention period, unless the owner keeps it for a legal claim.
    address = models.GenericIPAddressField(_("IP address"), null=True, editable=False)
    on_legal_hold = models.BooleanField(_("kept for a legal claim"), default=False, editable=False)

    # Why it is hidden (moderation.Reason), and why the verdict held it (verdict.Reason, as codes).
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True, editable=False)
    hold_reasons = models.CharField(max_length=200, blank=True, editable=False)
    # Of the folded text (`text.fingerprint`), by which repetitions in other places are found.
    fingerprint = models.CharField(max_length=16, blank=True, editable=False)
    # The owner has neither decided on it nor looked at it among the unread.
    is_unread = models.BooleanField(default=False, editable=False)
    # The one of its article that was pinned last stands on top.
    pinned_at = models.DateTimeField(null=True, editable=False)
    # Takes no more replies, nor does anything below it.
    is_locked = models.BooleanField(default=False, editable=False)
    # Open ones, derived from their rows under the lock.
    report_count = models.PositiveIntegerField(default=0, editable=False)
    misplacement_count = models.PositiveIntegerField(default=0, editable=False)

    import_ref = models.CharField(max_length=200, null=True, editable=False)
    # Declared anew, because django-mptt's own has an index that Meta names here.
    tree_id = models.PositiveIntegerField(editable=False)

    # Set on the instance that `post` has just made, and on no other.
    receipt_secret = ""

    objects = CommentManager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["article", "tree_id"], condition=Q(parent__isnull=True), name="comment_roots"),
            # Without lft, which a reply changes in all rows to its right: a row that no index knows of is written
            # in place (PostgreSQL, 73.7 heap-only tuples). A thread has at most MAX_THREAD rows.
            models.Index(fields=["tree_id"], name="comment_thread"),
            models.Index(fields=["status", "-created_at", "-id"], name="comment_queue"),
            models.Index(fields=["-created_at", "-id"], name="comment_newest"),
            models.Index(
                fields=["created_at"],
                condition=Q(address__isnull=False, on_legal_hold=False),
                name="comment_address",
            ),
            models.Index(fields=["visitor_key", "-id"], condition=~Q(visitor_key=""), name="comment_of_visitor"),
            models.Index(
                fields=["network_key", "-created_at"], condition=~Q(network_key=""), name="comment_of_network"
            ),
            models.Index(
                fields=["fingerprint", "-created_at"], condition=~Q(fingerprint=""), name="comment_fingerprint"
            ),
            models.Index(fields=["-created_at", "-id"], condition=Q(is_unread=True), name="comment_unread"),
            models.Index(fields=["article", "-pinned_at"], condition=Q(pinned_at__isnull=False), name="comment_pinned"),
            # Only of those that were: a reply writes the rows to its right anew, into each index that they are in.
            models.Index(fields=["moved_from"], condition=Q(moved_from__isnull=False), name="comment_moved"),
            models.Index(fields=["tree_id"], condition=Q(is_locked=True), name="comment_locked"),
            models.Index(fields=["-report_count", "-id"], condition=Q(report_count__gt=0), name="comment_reported"),
            models.Index(
                fields=["-misplacement_count", "-id"],
                condition=Q(misplacement_count__gte=QUORUM),
                name="comment_misplaced",
            ),
        ]
        constraints = [
            # Also an alarm: whoever adds a comment without the lock on the article ends here.
            models.UniqueConstraint(fields=["article", "number"], name="comment_number"),
            models.UniqueConstraint(
                fields=["import_ref"], condition=Q(import_ref__isnull=False), name="comment_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.text[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("comments:comment", args=[self.pk])

    @property
    def moved_from_number(self) -> int | None:
        return self.moved_from.number if self.moved_from else None

    @property
    def signature(self) -> str:
        """Name, trip and staff mark in one line of plain text."""
        signature = names.signed(self.author_name or str(_("Anonymous")), self.shown_trip)
        mark = _("Staff")
        return f"{signature} [{mark}]" if self.has_staff_mark else signature

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
    def is_appealable(self) -> bool:
        """Whether others have hidden it, so that its author may ask the owner to look again."""
        return self.status not in {self.Status.PUBLISHED, self.Status.WITHDRAWN}

    @property
    def is_editable(self) -> bool:
        """Whether its author sees the form; `edit` asks again under the lock."""
        in_time = timezone.now() < self.edit_until
        may_change = not self.is_hidden and not self.on_legal_hold
        return in_time and may_change and not Comment.objects.filter(parent=self.pk).exists()

    @property
    def is_movable(self) -> bool:
        """Whether its author sees the form; `move_to` asks again under the lock."""
        return not self.is_hidden and Policy.objects.current().accepts(self.article)

    @property
    def is_in_locked_thread(self) -> bool:
        """Whether it or something above takes no more replies."""
        above = Comment.objects.filter(tree_id=self.tree_id, lft__lte=self.lft, rght__gte=self.rght)
        return above.filter(is_locked=True).exists()

    @transaction.atomic
    def edit(self, text: str, author_name: str | None = None, trip: str = "", verdict: "Verdict | None" = None) -> bool:
        """Say it in other words; False when they are the same.

        All have passed the form, and the `verdict` on them is not to refuse; without a new trip the old one stays.
        What the verdict holds may not take the place of what readers see already. Refused when anybody has replied, even in a
        comment that is hidden now: what was answered must stay as it was.
        Raises Refusal.
        """
        article = Article.objects.lock(self.article_id)
        self._read_again()
        self._refuse_if_hidden()
        if self.on_legal_hold:
            raise Refusal(Refusal.HELD)
        if timezone.now() >= self.edit_until:
            raise Refusal(Refusal.TOO_LATE)
        if Comment.objects.filter(parent=self.pk).exists():
            raise Refusal(Refusal.ANSWERED)
        if verdict is not None:
            text = verdict.text
        author_name = self.author_name if author_name is None else author_name
        trip = trip or self.trip
        if (text, author_name, trip) == (self.text, self.author_name, self.trip):
            return False
        if verdict is not None and verdict.holds and self.is_published:
            raise Refusal(Refusal.WOULD_BE_HELD)
        self.text, self.author_name, self.trip = text, author_name, trip
        self.html, self.edited_at = comment_text.render(text, self.article_id), timezone.now()
        self.fingerprint, self.is_unread = comment_text.fingerprint(text), not self.by_staff
        if verdict is not None and self.status == self.Status.PENDING and not self.is_suspended:
            # Else what was held for nothing but the valve would be let through with other words.
            self.hold_reasons = verdict.hold_reasons or self.hold_reasons
        changed = ["text", "author_name", "trip", "html", "edited_at", "fingerprint", "is_unread", "hold_reasons"]
        self.save(update_fields=changed)
        Citation.objects.rewrite(self)
        CommentText.objects.write([self])
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
    def erase(self, *, by=None) -> None:
        """Forget what was written and who wrote it. The row stays, so that its replies keep their place.

        Without `by` it is the author who erases. Raises Refusal when the
        comment is kept for a legal claim.
        """
        article = Article.objects.lock(self.article_id)
        self._read_again()
        if self.on_legal_hold:
            raise Refusal(Refusal.HELD)
        article.comment_count -= self.is_published
        before, self.status = self.status, self.Status.WITHDRAWN
        for name in PERSONAL_FIELDS:
            setattr(self, name, self._meta.get_field(name).get_default())
        self.save(update_fields=["status", *PERSONAL_FIELDS])
        Citation.objects.filter(source=self).delete()
        CommentText.objects.filter(comment=self).delete()
        Receipt.objects.filter(comment=self).delete()
        self.misplacement_reports.all().delete()
        Appeal.objects.filter(comment=self).delete()
        Report.objects.filter(comment=self).delete()
        Comment.objects.recount_reports([self.pk])
        article.discussion_version += 1
        article.save_discussion()
        self._log(ModerationEvent.Action.ERASE, by, before)

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
            if not Policy.objects.current().accepts(article):
                raise Refusal(Refusal.CLOSED)
        target = self._target_of_move(article, parent.pk) if parent else None
        if self.parent_id == (target and target.pk):
            return False
        place = {"parent_id": target and target.pk, "moved_from_id": self.parent_id, "moved_at": timezone.now()}
        if by is not None:
            event = self._log(ModerationEvent.Action.MOVE, by, self.status)
            moderation.keep(event, [self], place)
        self.moved_from_id, self.moved_at = place["moved_from_id"], place["moved_at"]
        # Saves this row with them. Never beside a root: that would renumber the trees of other articles.
        Comment.objects.move_node(self, target)
        article.discussion_version += 1
        article.save_discussion()
        if by is None:
            self.misplacement_reports.all().delete()
        else:
            self.misplacement_reports.open().update(settled_by=event)
        Comment.objects.recount_reports([self.pk])
        return True

    def _target_of_move(self, article: Article, pk: int) -> "Comment":
        target = Comment.objects.filter(pk=pk, article=article).first()
        if target is None:
            raise Refusal(Refusal.PARENT_MISSING)
        if self.tree_id == target.tree_id and self.lft <= target.lft <= self.rght:
            raise Refusal(Refusal.LOOP)
        if not target.is_published:
            raise Refusal(Refusal.PARENT_REMOVED)
        if target.is_in_locked_thread:
            raise Refusal(Refusal.LOCKED)
        if self.tree_id != target.tree_id:
            joined = Comment.objects.filter(tree_id=target.tree_id).count() + (self.rght - self.lft + 1) // 2
            if joined > queries.MAX_THREAD:
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
        return self.decide(ModerationEvent.Action.APPROVE, by=by) is not None

    def remove(self, *, by, reason: str = "") -> bool:
        """Hide the comment; while it has replies a placeholder stands in its place."""
        return self.decide(ModerationEvent.Action.REMOVE, by=by, reason=reason) is not None

    def restore(self, *, by) -> bool:
        """Show a removed comment again."""
        return self.decide(ModerationEvent.Action.RESTORE, by=by) is not None

    def mark_spam(self, *, by) -> bool:
        """Hide the comment as spam, from whatever state."""
        return self.decide(ModerationEvent.Action.MARK_SPAM, by=by) is not None

    def decide(self, action: str, *, by, **told) -> ModerationEvent | None:
        """One of the decisions on this comment alone (`Decision.carry_out`). None when its status does not allow it."""
        from comments.models.decision import Decision

        event = Decision.on(self, action).carry_out(by=by, **told)
        if event:
            self.refresh_from_db(fields=["status", "reason", "hold_reasons", "is_unread", "report_count"])
        return event

    def pin(self, *, by) -> bool:
        """Let it stand on top of the discussion, in place of another. False when it is not published or pinned already."""
        return self._mark(ModerationEvent.Action.PIN, by, pinned_at=timezone.now())

    def unpin(self, *, by) -> bool:
        """Pin nothing any more. False when nothing was pinned."""
        return self._mark(ModerationEvent.Action.UNPIN, by, pinned_at=None)

    def lock_thread(self, *, by) -> bool:
        """Take no more replies to it and to anything below. False when it is locked already."""
        return self._mark(ModerationEvent.Action.LOCK, by, is_locked=True)

    def unlock_thread(self, *, by) -> bool:
        return self._mark(ModerationEvent.Action.UNLOCK, by, is_locked=False)

    @transaction.atomic
    def _mark(self, action: str, by, **values) -> bool:
        article = Article.objects.lock(self.article_id)
        self._read_again()
        marked = [self]
        if action == ModerationEvent.Action.PIN and (not self.is_published or self.is_pinned):
            return False
        if action == ModerationEvent.Action.UNPIN:
            # All of the article, else one that was pinned before would be on top again.
            marked = list(Comment.objects.filter(article=article, pinned_at__isnull=False).order_by("pk"))
        changed = [comment for comment in marked if any(getattr(comment, f) != v for f, v in values.items())]
        if not changed:
            return False
        event = self._log(action, by, self.status)
        moderation.change(event, changed, **values)
        for field, value in values.items():
            setattr(self, field, value)
        article.discussion_version += 1
        article.save_discussion()
        return True

    @property
    def is_pinned(self) -> bool:
        """Whether it is the one that stands on top."""
        return self.pinned_at is not None and Comment.objects.pinned(self.article_id) == self

    @transaction.atomic
    def report(self, visitor_key: str, network_key: str, reason: str) -> bool:
        """Take a reader's word that it should not stand here; False when the reader has reported it before.

        Reports from so many networks as the policy says hide it until it is
        reviewed. The lock on the article makes the count see every report
        before. Raises Refusal when the comment cannot be seen.
        """
        Article.objects.lock(self.article_id)
        self._read_again()
        if not self.is_published:
            raise Refusal(Refusal.HIDDEN)
        _report, is_new = Report.objects.get_or_create(
            comment=self, visitor_key=visitor_key, defaults={"network_key": network_key, "reason": reason}
        )
        if not is_new:
            return False
        Comment.objects.recount_reports([self.pk])
        if self._suspend_if_reported() or self.reports.open().count() == 1:
            Notice.objects.tell(Notice.Kind.REPORTED, self)
        return True

    def _suspend_if_reported(self) -> bool:
        quorum = Policy.objects.current().hide_after_reports
        networks = self.reports.open().aggregate(n=Count("network_key", distinct=True))["n"]
        if quorum and networks >= quorum and not self.by_staff:
            action, source = ModerationEvent.Action.SUSPEND, ModerationEvent.Source.REPORTS
            return self.decide(action, by=None, source=source, hold_reasons=f"reports:{networks}") is not None
        return False

    # What a decision changes, as it is kept in the log (`moderation.change`)

    def as_text(self, field: str) -> str:
        return moderation.as_text(getattr(self, field))

    def from_text(self, field: str, text: str) -> object:
        """The value that `as_text` made a text of."""
        kind = self._meta.get_field(field.removesuffix("_id"))
        if isinstance(kind, models.BooleanField):
            return bool(text)
        if isinstance(kind, models.DateTimeField):
            return datetime.fromisoformat(text) if text else None
        if isinstance(kind, models.ForeignKey):
            return int(text) if text else None
        return text

    def put_under(self, parent_id: int | None) -> None:
        """Move it there and nothing more; the caller holds the lock on the article. Raises Refusal."""
        self._read_again()
        target = Comment.objects.get(pk=parent_id) if parent_id else None
        if target and self.tree_id == target.tree_id and self.lft <= target.lft <= self.rght:
            raise Refusal(Refusal.LOOP)
        Comment.objects.move_node(self, target)

    def hold(self, *, by) -> bool:
        """Keep the comment and its address for a legal claim, whatever the retention period. False when it is kept."""
        return self._set_hold(True, ModerationEvent.Action.HOLD, by)

    def release(self, *, by) -> bool:
        """Keep it no longer; False when it was not kept. An address that is past its time goes with the next tick."""
        return self._set_hold(False, ModerationEvent.Action.RELEASE, by)

    def disclose(self, *, by, note: str) -> ModerationEvent:
        """Log that somebody was given what is known of it, and what for. Nothing changes, so nothing is locked."""
        event = self._log(ModerationEvent.Action.DISCLOSE, by, self.status)
        event.note = note
        event.save(update_fields=["note"])
        return event

    @transaction.atomic
    def _set_hold(self, on_hold: bool, action: str, by) -> bool:
        Article.objects.lock(self.article_id)
        rows = Comment.objects.filter(pk=self.pk, on_legal_hold=not on_hold)
        # Of an erased comment there is nothing left to keep.
        if not rows.exclude(text="").update(on_legal_hold=on_hold):
            return False
        self.on_legal_hold = on_hold
        self._log(action, by, self.status)
        return True

    def _log(self, action: str, by, status_before: str) -> ModerationEvent:
        return ModerationEvent.objects.create(
            comment=self,
            article_id=self.article_id,
            moderator=by,
            action=action,
            status_before=status_before,
            comment_count=1,
            vote_count=self.upvotes + self.downvotes,
        )

    # Votes

    def cast_vote(self, visitor_key: str, value: int, **who: Any) -> bool:
        """Set this visitor's vote as `ballot.cast` does, which tells more. False when it was so already."""
        cast = ballot.cast(self.pk, visitor_key, value, **who)
        self.upvotes, self.downvotes, self.score = cast.upvotes, cast.downvotes, cast.score
        return cast.is_changed

    def recount(self) -> None:
        """Derive the counts again; the caller holds the lock on the article."""
        for name, value in ballot.recount(self).items():
            setattr(self, name, value)


# django-mptt adds an index with lft to each model.
Comment._meta.indexes = [index for index in Comment._meta.indexes if "lft" not in index.fields]

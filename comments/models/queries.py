"""Questions about comments, and how one is born."""

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from articles.models import Article
from comments import placement, threads
from comments import text as comment_text
from comments.models import posting, statements
from comments.models.citation import Citation
from comments.models.misplacement import QUORUM
from comments.models.notice import Notice
from comments.models.policy import Policy
from comments.models.rate_limit import Acts, RateLimit
from comments.models.refusal import Refusal

if TYPE_CHECKING:
    from comments.models.comment import Comment
    from comments.verdict import Verdict

TREE_ID_SEQUENCE = "comments_comment_tree_id"

# A reply renumbers the rows to its right in its thread: 41 ms in the worst
# place of 1,000 comments, 390 ms of 10,000. Imports may bring longer threads.
MAX_THREAD = 1_000

# A double click, or a second try on a bad line, shows the first comment.
REPEAT_WINDOW = timedelta(minutes=10)

# 古い順, 新着順 and 評価順 of threads, as an address names them. Each ends in the
# number, so nothing swaps places on a reload; replies stay in time order in all of them.
ORDERS = {"": "number", "new": "number DESC", "best": "rank DESC, number"}


def page_address(article: Article, page: int, anchor: str = "comments", order: str = "") -> str:
    """Where a page of an article's discussion is; the first of the usual order is the article's own address."""
    asked = {"order": order, "comments": page if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{article.get_absolute_url()}{query and '?'}{query}#{anchor}"


class CommentQuerySet(TreeQuerySet):
    def visible(self) -> Self:
        """What a reader may see: published, under an article that is public itself."""
        return self.filter(
            status=self.model.Status.PUBLISHED,
            article__status=Article.Status.PUBLISHED,
            article__published_at__lte=timezone.now(),
        )

    def in_moderation(self) -> Self:
        return self.filter(status=self.model.Status.PENDING)

    def misplaced(self) -> Self:
        """What readers can see and enough of them say to answer another comment."""
        return self.filter(status=self.model.Status.PUBLISHED, misplacement_count__gte=QUORUM)

    def reported(self) -> Self:
        """What readers have reported and nobody has decided on yet."""
        return self.filter(report_count__gt=0)

    def unread(self) -> Self:
        """What readers see and the owner has not looked at."""
        return self.filter(status=self.model.Status.PUBLISHED, is_unread=True)

    def pinned(self, article_id: int) -> "Comment | None":
        """The one that stands on top of the article's discussion."""
        rows = self.filter(article=article_id, pinned_at__isnull=False).order_by("-pinned_at", "-pk")
        return rows.filter(status=self.model.Status.PUBLISHED).select_related("moved_from").first()

    def recount_reports(self, pks: list[int]) -> None:
        """Derive how many readers' words are open on these comments; the caller holds the locks on their articles."""
        reports = self.model.reports.rel.related_model, self.model.misplacement_reports.rel.related_model
        counts = [
            Coalesce(
                Subquery(
                    model.objects.open()
                    .filter(comment=OuterRef("pk"))
                    .order_by()
                    .values("comment")
                    .annotate(n=Count("pk"))
                    .values("n")
                ),
                0,
            )
            for model in reports
        ]
        self.filter(pk__in=pks).order_by().update(report_count=counts[0], misplacement_count=counts[1])

    def with_expired_address(self) -> Self:
        """Those whose address is past the retention period and is not kept for a legal claim."""
        begin = timezone.now() - settings.ADDRESS_RETENTION
        return self.filter(address__isnull=False, on_legal_hold=False, created_at__lte=begin).order_by("created_at")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def by_public_id(self, article: Article, public_id: str) -> Self:
        """What one person wrote under the article and may be seen, newest first; the article's comments are walked."""
        return self.visible().filter(article=article, public_id=public_id).order_by("-number")

    def replies_to(self, comment: "Comment") -> Self:
        """What answers the comment itself and may be seen, newest first."""
        return self.visible().filter(parent=comment).select_related("article").order_by("-number")

    def pages_of(self, article: Article, order: str = "") -> list[list[int]]:
        """The article's threads, as tree_ids, page by page."""
        return self.threads_of(article, order)[0]

    def threads_of(self, article: Article, order: str = "") -> tuple[list[list[int]], bool]:
        """The same, and whether anything is pinned there."""
        rows = statements.threads(article.pk, ORDERS[order])
        pages = threads.paginate((tree_id, size) for tree_id, size, _has_pinned in rows)
        return pages, bool(rows and rows[0][-1])

    def in_threads(self, tree_ids: list[int]) -> Self:
        """All comments of these threads, removed ones too, by number; `threads.arrange` puts them in order."""
        return self.filter(tree_id__in=tree_ids).select_related("moved_from").order_by("number")

    def in_locked_threads(self, comments: list["Comment"]) -> set[int]:
        """The keys of those of these comments that take no replies. One query, which finds nearly always nothing."""
        locked = self.filter(is_locked=True, tree_id__in={comment.tree_id for comment in comments})
        places = list(locked.order_by("pk").values_list("tree_id", "lft", "rght"))
        return {
            comment.pk
            for comment in comments
            if any(tree == comment.tree_id and lft <= comment.lft <= rght for tree, lft, rght in places)
        }

    def citers_of(self, pks: list[int]) -> dict[int, list[int]]:
        """The numbers of the published comments that name one of these, by its primary key."""
        citations = Citation.objects.filter(target__in=pks, source__status=self.model.Status.PUBLISHED)
        citers = defaultdict(list)
        for target, number in citations.order_by("source__number").values_list("target_id", "source__number"):
            citers[target].append(number)
        return citers

    def meant_by(self, article: Article, text: str, hinted: int | None = None) -> "Comment | None":
        """The visible comment that a text sent without a parent seems to answer (`placement`).

        `hinted` is the number of one to which a reply was begun. Two queries at most.
        """
        numbers, passages = [placement.named(text)], placement.quotations(text)
        if not (passages or hinted or numbers[0]):
            return None
        here = self.visible().filter(article=article)
        if passages:
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

    def thread_to_answer(self, known: statements.Known, parent_id: int | None) -> int | None:
        """The tree_id that a comment would go into, None for a new one. Raises Refusal as `post` does, which asks again.

        Without the lock: what is sure to be refused is not to use up anybody's limits.
        """
        parent = self._parent_to_answer(known.answered, parent_id)
        if not known.policy.accepts(known.article):
            raise Refusal(Refusal.CLOSED)
        return parent.tree_id if parent else None

    @transaction.atomic
    def post(
        self,
        article_id: int,
        *,
        text: str,
        visitor_key: str,
        author_name: str = "",
        parent_id: int | None = None,
        verdict: "Verdict | None" = None,
        acts: Acts = (),
        **traces: object,
    ) -> "Comment":
        """Take a comment in, or give back the one that it repeats.

        The only way a comment is born outside a bulk import. `text` and
        `author_name` have passed the form, and the `verdict` on them, which may hold it, is
        not to refuse. `traces` are further columns about
        its author: network_key, address, public_id, trip, by_staff. A fresh comment carries the
        `receipt_secret` of its author, which is kept nowhere else. `acts`: what it counts as under the limits. Raises
        Refusal, LimitReached, and Article.DoesNotExist for an article that is gone.
        """
        if verdict is not None:
            text = verdict.text
        since = timezone.now() - REPEAT_WINDOW
        limited, values = RateLimit.reached(acts)
        place = statements.place(
            article_id, limited, parent=parent_id, visitor=visitor_key, text=text, since=since, **values
        )
        article, policy = place.article, place.policy
        parent = self._parent_to_answer(place.answered, parent_id)
        if not policy.accepts(article):
            raise Refusal(Refusal.CLOSED)
        if place.is_limited:
            RateLimit.refuse(acts)
        if place.repeated:
            # A second try is an act too, or the same words could be sent without an end.
            RateLimit.note(acts)
            return self.get(pk=place.repeated)
        hold_reasons = verdict.hold_reasons if verdict else ""
        # Decided again under the lock: the owner may have changed it since the verdict.
        if policy.premoderation_of(article) == Policy.Premoderation.ALL and not traces.get("by_staff"):
            hold_reasons = hold_reasons or "premoderation:all"
        comment = self.model(
            pk=place.pk,
            article=article,
            parent=parent,
            number=article.last_comment_number + 1,
            author_name=author_name,
            text=text,
            html=comment_text.render(text, article.pk),
            status=self.model.Status.PENDING if hold_reasons else self.model.Status.PUBLISHED,
            hold_reasons=hold_reasons,
            fingerprint=comment_text.fingerprint(text),
            is_unread=not traces.get("by_staff"),
            visitor_key=visitor_key,
            **traces,
        )
        posting.put_last(comment, parent, place.tree_id)
        if hold_reasons:
            Notice.objects.tell(Notice.Kind.HELD, comment)
        posting.write(comment, acts)
        return comment

    def _parent_to_answer(self, answered: statements.Answered | None, parent_id: int | None) -> "Comment | None":
        """The parent as the statement has found it. Raises Refusal where it takes no reply."""
        if parent_id is None:
            return None
        if answered is None:
            raise Refusal(Refusal.PARENT_MISSING)
        if not answered.comment.is_published:
            raise Refusal(Refusal.PARENT_REMOVED)
        if answered.is_locked:
            raise Refusal(Refusal.LOCKED)
        if answered.thread_size >= MAX_THREAD:
            raise Refusal(Refusal.THREAD_FULL)
        return answered.comment

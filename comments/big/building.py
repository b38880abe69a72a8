"""Writes a large site, article by article and then comment by comment in the order of time.

Everything in one transaction, so a failure leaves nothing. What is held in
memory does not grow with the comments, and only a little with the articles.
"""

import random
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from articles import rendering, search
from articles.models import (
    Addendum,
    Article,
    ArticleText,
    Category,
    Picture,
    RelatedArticle,
    SearchText,
    Series,
    Source,
    Tag,
)
from articles.slugs import fold_title
from comments import bulk, popularity, ranking
from comments import text as comment_text
from comments.big import loading, shapes
from comments.big.words import Writer
from comments.demo import pictures
from comments.identity import PUBLIC_ID_LENGTH
from comments.models import (
    Citation,
    Comment,
    CommentText,
    HourlyCount,
    ModerationChange,
    ModerationEvent,
    Receipt,
    Report,
    Vote,
)

BATCH = 2_000
TOLD_EACH = 100_000

# The rest came from another site: votes without names, and no receipts.
NATIVE_SHARE = 0.3

NAMES = ("通りすがり", "名無し三等兵", "ミリオタ", "半分の月", "にわか", "くらうん", "折口", "無能", "四凶", "けい2020")
CITING = 0.1

# What became of comments, of ten thousand.
FATES = {"published": 9_480, "spam": 280, "removed": 150, "withdrawn": 90}
LATELY = timedelta(days=2)

CATEGORIES, SUBCATEGORIES, TAGS, AUTHORS, PICTURES, PARTS = 4, 5, 300, 3, ("harbour", "dome", "route-map"), 20

Tell = Callable[[str, int], None]

# What is written together, in this order.
OF_ARTICLES: tuple[type[models.Model], ...] = (
    Picture,
    Article,
    ArticleText,
    Article.tags.through,
    Source,
    Addendum,
    RelatedArticle,
)
OF_COMMENTS: tuple[type[models.Model], ...] = (
    Comment,
    CommentText,
    Citation,
    Receipt,
    Vote,
    ModerationEvent,
    ModerationChange,
    Report,
)


@dataclass
class Size:
    articles: int
    comments: int
    seed: int = 35
    with_search: bool = True


def is_empty() -> bool:
    return not any(model.objects.exists() for model in (Article, Category, Picture, Comment))


def build_big_site(size: Size, now: datetime, tell: Tell) -> dict[str, Article]:
    """Make it, and `tell` of each kind of rows how many there are now; the particular articles by their names."""
    site = _BigSite(size, now, tell)
    with transaction.atomic(), loading.quickly():
        site.write_articles()
        site.write_comments()
        site.count()
    # What `tick` would do in its first minutes.
    popularity.measure()
    HourlyCount.objects.count_up()
    loading.tidy()
    return {name: Article.objects.get(pk=site.first_article + n) for name, n in site.sizes.particular.items()}


def batched(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


class _BigSite:
    def __init__(self, size: Size, now: datetime, tell: Tell):
        self.size, self.now, self.tell = size, now, tell
        self.draw = random.Random(size.seed)  # noqa: S311 nothing here is secret
        self.writer = Writer(self.draw)
        self.sizes = shapes.sizes(self.draw, size.articles, size.comments)
        self.begin = now - timedelta(hours=1) - shapes.PACE * (size.articles - 1)
        self.native_from = now - (now - self.begin) * NATIVE_SHARE
        self.visitors = max(size.comments // 12, 100)
        self.first_article = loading.first_free(Article)

    def published_at(self, n: int) -> datetime:
        return self.begin + shapes.PACE * n

    # Articles

    def write_articles(self) -> None:
        self.authors = [
            User.objects.get_or_create(username=f"big-{n}", defaults={"password": "!", "last_name": name})[0].pk
            for n, name in enumerate(("航空", "世界", "海軍")[:AUTHORS])
        ]
        self.categories = [self._category(n) for n in range(CATEGORIES * (1 + SUBCATEGORIES))]
        self.tags = [
            Tag.objects.get_or_create(slug=f"big-{n}", defaults={"name": self.writer.line(4 + n % 5)})[0].pk
            for n in range(TAGS)
        ]
        self.series = [
            Series.objects.get_or_create(slug=f"big-{n}", defaults={"title": self.writer.line(12)})[0].pk
            for n in range(max(self.size.articles // (10 * PARTS), 1))
        ]
        self.pile = _Pile(OF_ARTICLES, self.tell)
        self.pictures = self._draw_pictures()
        for numbers in batched(range(self.size.articles)):
            for n in numbers:
                self._add_article(n)
            self.pile.write()
        self.pile.end()

    def _category(self, n: int) -> int:
        parent = self._category(n // (1 + SUBCATEGORIES) * (1 + SUBCATEGORIES)) if n % (1 + SUBCATEGORIES) else None
        told = {"name": f"{self.writer.line(4)}関連", "parent_id": parent, "position": n}
        return Category.objects.get_or_create(slug=f"big-{n}", defaults=told)[0].pk

    def _draw_pictures(self) -> list[dict[str, Any]]:
        """What the rows say of a few files: looked at is the number of rows."""
        drawn = []
        for name in PICTURES:
            picture = Picture()
            picture.file.save(f"{name}.jpg", ContentFile(pictures.draw(name), name=f"{name}.jpg"), save=False)
            sizes = {key: getattr(picture, key) for key in ("width", "height", "widths")}
            drawn.append({"file": picture.file.name, **sizes})
        return drawn

    def _add_article(self, n: int) -> None:
        published_at, title, lead = (
            self.published_at(n),
            self.writer.line(self.draw.randint(20, 40)),
            self.writer.line(80),
        )
        lines = [self.writer.line(self.draw.randint(90, 210)) for _ in range(10)]
        body = "\n".join(f"<p>{line}</p>" for line in lines)
        added = self.writer.line(60) if n % 7 == 0 else ""
        lifted_at = published_at + timedelta(minutes=30 if added else 0)
        picture = self.pile.add(
            Picture,
            **self.pictures[n % len(self.pictures)],
            alt=self.writer.line(12),
            author=self.writer.line(8),
            licence="CC BY-SA 4.0",
            created_at=published_at,
        )
        article = self.pile.add(
            Article,
            title=title,
            title_key=fold_title(title),
            slug=f"big-{self.first_article + n}",
            category_id=self.draw.choice(self.categories),
            # The owner writes nearly all.
            author_id=self.authors[0] if n % 20 else self.draw.choice(self.authors),
            lead=lead,
            body=body,
            body_source=body,
            # Of such a body the renderer makes the same.
            html=body,
            headings=[],
            characters=len("\n".join(lines)),
            rendering_version=rendering.VERSION,
            eye_catch_id=picture,
            series_id=None if n % 10 else self.series[n // 10 // PARTS % len(self.series)],
            series_position=n // 10 % PARTS,
            status=Article.Status.PUBLISHED,
            published_at=published_at,
            lifted_at=lifted_at,
            last_addendum_at=lifted_at if added else None,
            # Not all at once are due again.
            related_at=self.now - timedelta(minutes=n % 10_000),
            updated_at=lifted_at,
        )
        if added:
            html = f"<p>{added}</p>"
            self.pile.add(Addendum, article_id=article, kind="addendum", added_at=lifted_at, body=html, html=html)
        if self.size.with_search:
            head, *parts = map(search.searchable, [title, lead, "\n".join(lines), *filter(None, [added])])
            text = "\n".join([head, *parts])
            self.pile.add(ArticleText, article_id=article, head=head, text=text, tokens=search.tokens(head, text))
        self._add_beside(article, n)

    def _add_beside(self, article: int, n: int) -> None:
        for tag in sorted(set(self.draw.choices(self.tags, [1 / (place + 5) for place in range(len(self.tags))], k=3))):
            self.pile.add(Article.tags.through, article_id=article, tag_id=tag)
        for position in range(1 + n % 2):
            # Nowhere (RFC 2606), and asked for just now, so that `tick` does not ask for all.
            self.pile.add(
                Source,
                article_id=article,
                title=self.writer.line(25),
                publisher=self.writer.line(6),
                url=f"https://news.example/{n}/{position}",
                position=position,
                checked_at=self.now - timedelta(minutes=n % 10_000),
            )
        # Nearly what `related.find` would find, at sixty milliseconds each.
        for score, target in enumerate(range(max(n - 12, 0), n), start=1):
            why = {"score": score / 2, "reasons": {"text": score / 2}}
            self.pile.add(RelatedArticle, article_id=article, target_id=self.first_article + target, **why)

    # Comments

    def write_comments(self) -> None:
        self.pile = _Pile(OF_COMMENTS, self.tell)
        next_tree = loading.first_free_tree()
        particular = {self.first_article + n for n in self.sizes.particular.values()}
        for places in batched(shapes.in_order(self._discussions())):
            for place in places:
                if place.parent is None:
                    place.tree_id, next_tree = next_tree, next_tree + 1
                else:
                    place.tree_id = place.parent.tree_id
                self._add(place, is_plain=place.article in particular)
            self.pile.write()
        self.pile.end()
        loading.set_tree_sequence(next_tree - 1)

    def _discussions(self) -> Iterator[tuple[datetime, list[shapes.Place]]]:
        for n, comments in enumerate(self.sizes.comments):
            in_one = n == self.sizes.particular["thread"]
            links = (shapes.parents_in_one_thread if in_one else shapes.parents)(self.draw, comments)
            published_at = self.published_at(n)
            yield published_at, shapes.discussion(self.draw, self.first_article + n, published_at, self.now, links)

    def _add(self, place: shapes.Place, *, is_plain: bool) -> None:
        draw = self.draw
        said = self.writer.text(shapes.length(draw))
        # Readers name what they answer more often than anything else.
        cited = place.parent if draw.random() < CITING else None
        text, folded = (f">>{cited.number}\n{said.text}", f">>{cited.number} {said.folded}") if cited else said
        name = draw.choice(NAMES) if draw.random() < 0.15 else ""
        up, down = shapes.votes(draw)
        is_native = place.created_at >= self.native_from
        is_late = place.created_at >= self.now - LATELY
        fate = "published" if is_plain else draw.choices(list(FATES), list(FATES.values()))[0]
        if is_late and fate == "removed":
            fate = "pending"
        # Few write most.
        visitor = int(self.visitors * draw.random() ** 2)
        reports = 1 + draw.randrange(3) if is_late and fate == "published" and draw.random() < 0.02 else 0
        place.pk = self.pile.add(
            Comment,
            article_id=place.article,
            parent_id=place.parent and place.parent.pk,
            number=place.number,
            author_name=name,
            text=text,
            html=comment_text.render(text, place.article),
            fingerprint=comment_text.fingerprint(text),
            status=fate,
            created_at=place.created_at,
            score=up - down,
            upvotes=up,
            downvotes=down,
            imported_upvotes=0 if is_native else up,
            imported_downvotes=0 if is_native else down,
            upvote_weight=up if is_native else 0,
            downvote_weight=down if is_native else 0,
            rank=ranking.lower_bound(up, down),
            visitor_key=self._key("visitor", visitor) if is_native else "",
            network_key=self._key("network", visitor // 3) if is_native else "",
            public_id=self._public_id(place.article, visitor),
            is_unread=is_late and fate == "published",
            hold_reasons="links" if fate == "pending" else "",
            reason="other" if fate in {"removed", "spam"} else "",
            report_count=reports,
            tree_id=place.tree_id,
            lft=place.lft,
            rght=place.rght,
            level=place.level,
        )
        if self.size.with_search:
            head = search.searchable(name)
            tokens = search.tokens(head, folded)
            self.pile.add(CommentText, comment_id=place.pk, head=head, text=folded, tokens=tokens)
        if cited is not None:
            self.pile.add(Citation, source_id=place.pk, target_id=cited.pk)
        if is_native:
            self.pile.add(Receipt, comment_id=place.pk, secret_hash=secrets.token_hex(32))
            self._add_votes(place, up, down)
        if fate in {"removed", "spam"}:
            self._add_decision(place, fate)
        for voice in draw.sample(range(self.visitors), reports):
            keys = {"visitor_key": self._key("visitor", voice), "network_key": self._key("network", voice // 3)}
            self.pile.add(Report, comment_id=place.pk, reason="insult", created_at=self._after(place), **keys)

    def _add_votes(self, place: shapes.Place, up: int, down: int) -> None:
        for n, voter in enumerate(self.draw.sample(range(self.visitors), up + down)):
            self.pile.add(
                Vote,
                comment_id=place.pk,
                visitor_key=self._key("visitor", voter),
                network_key=self._key("network", voter // 3),
                value=1 if n < up else -1,
                from_new_visitor=self.draw.random() < 0.05,
                created_at=self._after(place),
            )

    def _add_decision(self, place: shapes.Place, status: str) -> None:
        event = self.pile.add(
            ModerationEvent,
            comment_id=place.pk,
            article_id=place.article,
            action="remove" if status == "removed" else "mark_spam",
            scope="comment",
            reason="other",
            status_before="published",
            comment_count=1,
            created_at=self._after(place),
        )
        field = {"field": "status", "before": "published", "after": status}
        self.pile.add(ModerationChange, event_id=event, comment_id=place.pk, **field)

    def _after(self, place: shapes.Place) -> datetime:
        later = timedelta(hours=self.draw.expovariate(1 / 5))
        age = self.now - place.created_at
        return place.created_at + (later if later < age else age * self.draw.random())

    def _key(self, kind: str, n: int) -> str:
        return sha256(f"{kind}/{self.size.seed}/{n}".encode()).hexdigest()[:32]

    def _public_id(self, article: int, visitor: int) -> str:
        digest = sha256(f"{self.size.seed}/{article}/{visitor}".encode()).digest()
        return urlsafe_b64encode(digest).decode()[:PUBLIC_ID_LENGTH]

    def count(self) -> None:
        """What articles keep of their discussions, derived from the rows."""
        rows = Comment.objects.filter(article=OuterRef("pk")).order_by().values("article")
        shown = rows.annotate(n=Count("pk", filter=Q(status=Comment.Status.PUBLISHED))).values("n")
        last = rows.annotate(n=Max("number")).values("n")
        Article.objects.filter(pk__gte=self.first_article).update(
            comment_count=Coalesce(Subquery(shown), 0),
            last_comment_number=Coalesce(Subquery(last), 0),
            discussion_version=Coalesce(Subquery(last), 0),
        )


class _Pile:
    """Rows of several tables that are written together, those first that others name."""

    def __init__(self, made: Iterable[type[models.Model]], tell: Tell):
        self.tell = tell
        self.rows: dict[type[models.Model], list[dict[str, Any]]] = {model: [] for model in made}
        self.tables = {model: bulk.Table(model) for model in made}
        self.next = {model: loading.first_free(model) for model in made}
        self.written = dict.fromkeys(self.rows, 0)

    def add(self, model: type[models.Model], **values: Any) -> int:
        """The key that the row will have, where it has one of its own."""
        key = self.next[model]
        self.next[model] += 1
        self.rows[model].append({"id": key, **values})
        return key

    def write(self) -> None:
        for model, rows in self.rows.items():
            self.tables[model].write(rows)
            self.written[model] += len(rows)
            rows.clear()
        if self.written.get(Comment, 1) % TOLD_EACH == 0:
            self.tell(str(Comment._meta.verbose_name_plural), self.written[Comment])

    def end(self) -> None:
        loading.set_sequences(model for model in self.rows if not issubclass(model, SearchText))
        for model, count in self.written.items():
            self.tell(str(model._meta.verbose_name_plural), count)

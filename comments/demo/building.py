"""Fills an empty site with what `site.toml` and `articles/*.toml` describe.

Times in the files are distances: hours before now for an article, minutes
after its publication for what is said about it, days from it for `{date:+9}`
in a text. So the site looks as fresh in a year as today.
"""

import hashlib
import re
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from textwrap import dedent

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html

from articles import related
from articles.models import Addendum, Article, Category, Picture, RelatedLink, Series, Source, Tag
from comments import popularity
from comments import text as comment_text
from comments.demo import pictures
from comments.identity import PUBLIC_ID_LENGTH
from comments.importing import CommentRecord, TrackbackRecord, import_comments, import_trackbacks
from comments.models import Comment, CommentText, MisplacementReport

FOLDER = Path(__file__).parent


def read_site() -> dict:
    """Categories, tags, pictures and pages, as `site.toml` has them."""
    return tomllib.loads((FOLDER / "site.toml").read_text(encoding="utf-8"))


def read_articles() -> dict[str, dict]:
    """The articles by slug, which is the name of the file."""
    files = sorted((FOLDER / "articles").glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def build_demo_site(now: datetime, author: User | None = None) -> bool:
    """Make everything, or nothing when the site is not empty: then False.

    A failure leaves neither rows nor files behind.
    """
    site = _DemoSite(now, author)
    try:
        with transaction.atomic():
            # An owner who has deleted the examples does not want them back.
            if any(model.objects.exists() for model in (Article, Category, Picture)):
                return False
            site.build()
    except BaseException:
        # The database forgets what was not committed; a folder does not.
        for picture in site.pictures.values():
            picture.file.delete(save=False)
        raise
    finish()
    return True


def finish() -> None:
    """What `tick` would do in its first minutes, so that the site is complete at once."""
    for article in related.with_texts(Article.objects.published().listed()):
        related.find(article)
    popularity.measure()
    CommentText.objects.write_missing()


class _DemoSite:
    def __init__(self, now: datetime, author: User | None):
        self.now = now
        self.author = author
        self.categories: dict[str, Category] = {}
        self.tags: dict[str, Tag] = {}
        self.series: dict[str, Series] = {}
        self.pictures: dict[str, Picture] = {}
        self.articles: dict[str, Article] = {}

    def build(self) -> None:
        site, articles = read_site(), read_articles()
        self._name_author(site["author"])
        self._add_categories(site["categories"])
        for told in site["series"]:
            self.series[told["slug"]] = Series.objects.create(**told)
        for slug, name in site["tags"].items():
            self.tags[slug], _ = Tag.objects.get_or_create(slug=slug, defaults={"name": name})
        for name, about in site["pictures"].items():
            self._add_picture(name, site["picture_credit"] | about)
        for page in site["pages"]:
            self._add_page(page)
        # The oldest first, so that ids rise with time as on a site that has grown.
        for slug, told in sorted(articles.items(), key=lambda item: -item[1].get("hours_ago", 0)):
            self.articles[slug] = self._add_article(slug, told)
        for slug, told in articles.items():
            self._add_related(self.articles[slug], told)
            self._add_discussion(self.articles[slug], told)
        Comment.objects.filter(created_at__gte=self._hours_before_now(48)).update(is_unread=True)

    def _name_author(self, name: str) -> None:
        if self.author and not self.author.get_full_name():
            self.author.first_name = name
            self.author.save(update_fields=["first_name"])

    def _add_categories(self, nodes: list[dict], parent: Category | None = None) -> None:
        for position, node in enumerate(nodes):
            told = {"name": node["name"], "description": node.get("description", ""), "position": position}
            category, _ = Category.objects.get_or_create(slug=node["slug"], defaults=told | {"parent": parent})
            self.categories[category.slug] = category
            self._add_categories(node.get("children", []), category)

    def _add_picture(self, name: str, about: dict) -> None:
        picture = Picture(**about, created_at=self.now)
        self.pictures[name] = picture
        # Django measures the content only when it has a name of its own.
        drawn = ContentFile(pictures.draw(name), name=f"{name}.jpg")
        picture.file.save(f"{name}.jpg", drawn, save=False)
        picture.save()

    def _add_page(self, told: dict) -> None:
        long_ago = self._hours_before_now(24 * 90)
        page = Article(
            kind=Article.Kind.PAGE,
            slug=told["slug"],
            title=told["title"],
            author=self.author,
            body=told["body"].strip(),
            body_source=told["body"].strip(),
            status=Article.Status.PUBLISHED,
            published_at=long_ago,
            comments=Article.Comments.CLOSED,
        )
        page.save()
        _set_changed(page, long_ago)

    def _add_article(self, slug: str, told: dict) -> Article:
        published_at = self._hours_before_now(told["hours_ago"]) if "hours_ago" in told else None
        body = self._complete(told["body"], published_at)
        article = Article(
            slug=slug,
            title=told["title"],
            category=self.categories[told["category"]],
            author=self.author,
            lead=self._complete(told["lead"], published_at),
            body=body,
            body_source=body,
            eye_catch=self.pictures[told["eye_catch"]],
            status=told.get("status", Article.Status.PUBLISHED),
            published_at=published_at,
            comments=told.get("commenting", Article.Comments.OPEN),
            series=self.series[told["series"]] if "series" in told else None,
            series_position=told.get("series_position", 0),
        )
        article.save()
        article.tags.set([self.tags[tag] for tag in told["tags"]])
        self._add_sources(article, told.get("sources", []))
        self._add_addenda(article, told.get("addenda", []))
        return article

    def _add_sources(self, article: Article, sources: list[dict]) -> None:
        day = timezone.localdate(article.published_at or self.now)
        for position, source in enumerate(sources):
            Source.objects.create(
                article=article,
                title=source["title"],
                publisher=source["publisher"],
                url=source["url"],
                language=source.get("language", ""),
                seen_on=day - timedelta(days=source.get("seen_days_before", 0)),
                position=position,
            )

    def _add_addenda(self, article: Article, addenda: list[dict]) -> None:
        changed = article.published_at or self.now
        for addendum in addenda:
            changed = _minutes_after(article, addendum)
            kind = addendum.get("kind", Addendum.Kind.ADDENDUM)
            Addendum.objects.create(article=article, kind=kind, added_at=changed, body=addendum["body"])
        _set_changed(article, min(changed, self.now))

    def _add_related(self, article: Article, told: dict) -> None:
        for position, link in enumerate(told.get("related", [])):
            target = self.articles[link["article"]] if "article" in link else None
            RelatedLink.objects.create(
                article=article,
                target=target,
                url=link.get("url", ""),
                title=link.get("title", ""),
                position=position,
            )

    def _add_discussion(self, article: Article, told: dict) -> None:
        comments = told.get("comments", [])
        import_comments(article, _comment_records(article, comments))
        for words in comments:
            self._add_words(article, words)
        import_trackbacks(article, _trackback_records(article, told.get("trackbacks", [])))

    def _add_words(self, article: Article, told: dict) -> None:
        """Why it is hidden or held, and what readers have said about it."""
        comment = Comment.objects.filter(import_ref=_ref(article, told["id"]))
        comment.update(reason=told.get("reason", ""), hold_reasons=told.get("hold_reasons", ""))
        for number, reason in enumerate(told.get("reports", [])):
            comment.get().report(f"demo-reader-{number}", f"demo-network-{number}", reason)
        for number in range(told.get("misplaced_says", 0)):
            MisplacementReport.objects.report(comment.get(), f"demo-reader-{number}")

    def _hours_before_now(self, hours: int) -> datetime:
        """A moment people would choose: on a full ten minutes."""
        moment = self.now - timedelta(hours=hours)
        return moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)

    def _complete(self, text: str, published_at: datetime | None) -> str:
        """The text with `{picture:NAME}` and `{date:DAYS}` filled in."""
        day = timezone.localdate(published_at or self.now)
        text = re.sub(r"\{date:([+-]?\d+)\}", lambda found: _date(day + timedelta(days=int(found[1]))), text)
        return re.sub(r"\{picture:([a-z-]+)\}", lambda found: _figure(self.pictures[found[1]]), text).strip()


def _date(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _figure(picture: Picture) -> str:
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}"><figcaption>{} 出典:{}</figcaption></figure>',
        *(picture.file.url, picture.alt, picture.width, picture.height, picture.caption, picture.credit),
    )


def _minutes_after(article: Article, told: dict) -> datetime:
    if article.published_at is None:
        raise ValueError(f"{article.slug} is a draft, so nothing can come after its publication")
    return article.published_at + timedelta(minutes=told["after_minutes"])


def _set_changed(article: Article, moment: datetime) -> None:
    """`save` sets "changed" to the time of the clock, by which even the oldest article would be new."""
    Article.objects.filter(pk=article.pk).update(updated_at=moment)


def _comment_records(article: Article, comments: list[dict]) -> Iterator[CommentRecord]:
    for told in comments:
        yield CommentRecord(
            ref=_ref(article, told["id"]),
            parent_ref=_ref(article, told["parent"]) if "parent" in told else None,
            author_name=told.get("name", ""),
            # Indented in the file as deep as the reply stands.
            text=comment_text.normalise(dedent(told["text"])),
            created_at=_minutes_after(article, told),
            status=told.get("status", "published"),
            upvotes=told.get("votes", 0),
            public_id=_public_id(article, told),
            trip=told.get("trip", ""),
            by_staff=told.get("by_staff", False),
        )


def _public_id(article: Article, told: dict) -> str:
    """As if by `identity`; whoever has no `person` in the file wrote one comment only."""
    person = told.get("person", told["id"])
    digest = hashlib.sha256(f"{article.slug}/{person}".encode()).digest()
    return urlsafe_b64encode(digest).decode()[:PUBLIC_ID_LENGTH]


def _trackback_records(article: Article, trackbacks: list[dict]) -> Iterator[TrackbackRecord]:
    for number, told in enumerate(trackbacks, start=1):
        about = {name: told[name] for name in ("kind", "title", "url", "excerpt", "blog_name")}
        yield TrackbackRecord(
            ref=_ref(article, f"trackback-{number}"), created_at=_minutes_after(article, told), **about
        )


def _ref(article: Article, name: int | str) -> str:
    return f"demo#{article.slug}/{name}"

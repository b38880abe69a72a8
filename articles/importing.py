"""Articles and all that belongs to them but comments, from the records of a WordPress export.

Identity is what the source calls a thing, kept in `import_ref`, so a second
import changes nothing: what is there was perhaps edited here and is not touched.
The caller holds the transaction. Articles are asked for and written many at a
time, because a statement takes as long as the reading of ten comments.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.redirects.models import Redirect
from django.utils.encoding import escape_uri_path, iri_to_uri, repercent_broken_unicode
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles import wxr
from articles.body import BodyTooLong, plain_text
from articles.import_sheet import Sheet
from articles.models import SLUG_LENGTH, Article, Category, Tag
from articles.models.article import TEXTS
from articles.old_addresses import PATH_LENGTH, stored_path
from articles.parent_links import circles, parents_first
from articles.wordpress_markup import Converted, convert

KINDS = {"post": Article.Kind.ARTICLE, "page": Article.Kind.PAGE, "": Article.Kind.ARTICLE}
# The column of every import_ref.
REF_LENGTH = 200
PICTURE_ELSEWHERE = re.compile(r"""<img\b[^>]*\bsrc="(?:https?:)?//""")


def source_ref(source: str, kind: str, name: str) -> str:
    """`example.jp#post123`; what is too long for the column ends in a hash."""
    ref = f"{source}#{kind}{name}"
    return ref if len(ref) <= REF_LENGTH else f"{ref[: REF_LENGTH - 33]}:{_hash(ref)}"


def _hash(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


def slug_from(encoded: str) -> str:
    """A slug as it can be read: percent signs decoded, broken ones dropped, letters, digits, - and _ kept."""
    text = unicodedata.normalize("NFC", unquote(encoded, errors="ignore"))
    return re.sub(r"[^\w-]", "", text)[:SLUG_LENGTH]


def path_from(link: str) -> str:
    """The path and query of an address as `request.get_full_path()` will give them."""
    parts = urlsplit(link)
    path = escape_uri_path(repercent_broken_unicode(unquote_to_bytes(parts.path)).decode()) or "/"
    return f"{path}?{iri_to_uri(parts.query)}" if parts.query else path


@dataclass
class _Known:
    """What there is of what some items bring: in the database, and of themselves what is about to be written there."""

    articles: dict[str, Article] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    # Old paths that lead on.
    redirects: set[str] = field(default_factory=set)
    # Each with the keys of its tags.
    new_articles: list[tuple[Article, set[int]]] = field(default_factory=list)
    new_redirects: list[Redirect] = field(default_factory=list)


class ArticleImport:
    """One export on its way in: the caller hands over its records in their order."""

    def __init__(self, site: wxr.Site, sheet: Sheet):
        self.source = site.source
        self.sheet = sheet
        self.users: dict[str, int] = {}
        # Primary keys by taxonomy and name in the source.
        self.terms: dict[tuple[str, str], int] = {}
        self.waiting: dict[str, wxr.Term] = {}
        self.known = _Known()

    # Authors

    def take_author(self, author: wxr.Author) -> int | None:
        """The primary key of the user of that name: one who is there, else a new one who cannot sign in."""
        user_model = get_user_model()
        username = author.login[:150]
        if not username:
            return None
        if username not in self.users:
            user = user_model.objects.filter(username=username).first()
            self._count("author", is_new=user is None)
            if user is None:
                user = user_model(username=username, first_name=author.display_name[:150], is_active=False)
                user.set_unusable_password()
                user.save()
            self.users[username] = user.pk
        return self.users[username]

    # Categories and tags

    def take_term(self, term: wxr.Term) -> None:
        if term.taxonomy == "category":
            # Its parent may still come, so categories wait for the end of the head.
            self.waiting.setdefault(_term_name(term), term)
        elif term.taxonomy == "post_tag":
            self._tag(term)
        elif term.taxonomy == "nav_menu":
            self.sheet.left_out[_("menus")] += 1
        else:
            self.sheet.left_out[_("terms of the kind “%(kind)s”") % {"kind": term.taxonomy}] += 1

    def finish_categories(self) -> None:
        """Make the categories that were waiting, parents first."""
        waiting, self.waiting = self.waiting, {}
        parents = {name: _decoded(term.parent) or None for name, term in waiting.items()}
        for circle in circles(parents):
            parents[circle[0]] = None
            self.sheet.note(_("categories that were each other's parents: one is at the top now"), circle[0])
        order = {name: position for position, name in enumerate(parents)}
        for name in parents_first(parents, rank=order.__getitem__):
            self._category(waiting[name], parents[name])

    def _category(self, term: wxr.Term, parent_name: str | None = None) -> int:
        parent_pk = self.terms.get(("category", parent_name)) if parent_name else None
        if parent_name and not parent_pk:
            self.sheet.note(_("categories whose parent is not in the file: at the top now"), term.name)
        return self._term(
            Category,
            "category",
            term,
            # django-mptt counts with the parent's numbers, which earlier inserts have changed.
            parent=Category.objects.get(pk=parent_pk) if parent_pk else None,
            description=plain_text(term.description),
        )

    def _tag(self, term: wxr.Term) -> int:
        return self._term(Tag, "tag", term)

    def _term(self, model: type[Category] | type[Tag], kind: str, term: wxr.Term, **fields) -> int:
        name = _term_name(term)
        if (kind, name) not in self.terms:
            ref = source_ref(self.source, kind, f":{name}")
            slug = slug_from(term.slug) or slugify(term.name, allow_unicode=True)[:SLUG_LENGTH] or _hash(name)
            found = model.objects.filter(import_ref=ref).first() or self._same_elsewhere(model, slug)
            self._count(kind, is_new=found is None)
            if found is None:
                if model.objects.filter(slug=slug).exists():
                    slug = f"{slug[: SLUG_LENGTH - 33]}-{_hash(name)}"
                title = plain_text(term.name)[:100] or slug[:100]
                found = model.objects.create(name=title, slug=slug, import_ref=ref, **fields)
            self.terms[kind, name] = found.pk
        return self.terms[kind, name]

    def _same_elsewhere(self, model: type[Category] | type[Tag], slug: str) -> Category | Tag | None:
        """The owner's own category of that address, or another source's, is taken for the same."""
        return model.objects.filter(slug=slug).exclude(import_ref__startswith=f"{self.source}#").first()

    # Articles

    def take_items(self, items: Sequence[wxr.Item]) -> list[Article | None]:
        """The article of each, new or as it is already; None for an item that is left out.

        On SQLite at most 200 at once.
        """
        self._look_up([item for item in items if not _reason_to_leave_out(item)])
        articles = [self._take(item) for item in items]
        self._write()
        return articles

    def _look_up(self, items: list[wxr.Item]) -> None:
        there = Article.objects.filter(import_ref__in=map(self._item_ref, items)).defer(*TEXTS)
        slugs = Article.objects.filter(slug__in=[slug_from(item.slug) for item in items])
        self.known = _Known(
            articles={str(article.import_ref): article for article in there},
            slugs=set(slugs.values_list("slug", flat=True)),
            redirects=_redirects_from(path for item in items for path in self._old_paths(item)),
        )

    def _take(self, item: wxr.Item) -> Article | None:
        if reason := _reason_to_leave_out(item):
            self.sheet.left_out[reason] += 1
            return None
        self.finish_categories()
        ref = self._item_ref(item)
        if article := self.known.articles.get(ref):
            self.sheet.already_there[_row(article)] += 1
            self.sheet.already_there["redirect"] += len(self.known.redirects.intersection(self._old_paths(item)))
            return article
        article = self.known.articles[ref] = self._make(item, ref)
        self._keep_old_addresses(item, article)
        self.sheet.came_in[_row(article)] += 1
        return article

    def _write(self) -> None:
        new, self.known.new_articles = self.known.new_articles, []
        # Without a revision: its first change makes one of what came here.
        Article.objects.bulk_create(article for article, _tags in new)
        tagged = Article.tags.through
        tagged.objects.bulk_create(
            tagged(article_id=article.pk, tag_id=tag) for article, tags in new for tag in sorted(tags)
        )
        redirects, self.known.new_redirects = self.known.new_redirects, []
        # Unique: of two imports at once the later one finds it there.
        Redirect.objects.bulk_create(redirects, ignore_conflicts=True)

    def _item_ref(self, item: wxr.Item) -> str:
        name = item.id or ":" + _hash(item.guid or (item.title, item.published_at))
        return source_ref(self.source, "post", name)

    def _make(self, item: wxr.Item, ref: str) -> Article:
        title = plain_text(item.title[:3000])[:300]
        status = self._status(item, title)
        converted = self._body(item, title)
        if converted is None:
            status, converted = Article.Status.DRAFT, Converted("")
        article = Article(
            kind=KINDS[item.type],
            title=title,
            slug=self._free_slug(item, title),
            category_id=self._category_of(item),
            author_id=self.take_author(wxr.Author(item.author, "")),
            lead=plain_text(item.excerpt),
            body=converted.html,
            body_source=item.content,
            status=status,
            published_at=item.published_at,
            comments=Article.Comments.OPEN if item.comment_status == "open" else Article.Comments.CLOSED,
            import_ref=ref,
        )
        article.complete()
        tags = {self._tag(term) for term in item.terms if term.taxonomy == "post_tag"}
        self.known.new_articles.append((article, tags))
        self._note_losses(item, article, converted)
        return article

    def _status(self, item: wxr.Item, title: str) -> str:
        if item.password:
            self.sheet.note(_("protected by a password in WordPress: drafts now"), title)
            return Article.Status.DRAFT
        return Article.Status.PUBLISHED if item.status in {"publish", "future"} else Article.Status.DRAFT

    def _body(self, item: wxr.Item, title: str) -> Converted | None:
        try:
            return convert(item.content)
        except BodyTooLong:
            self.sheet.note(_("too long: drafts now, with an empty body beside the original"), title)
            return None

    def _category_of(self, item: wxr.Item) -> int | None:
        categories = [self._category(term) for term in item.terms if term.taxonomy == "category"]
        if len(categories) > 1:
            self.sheet.note(_("further categories (an article has one, the first)"), count=len(categories) - 1)
        return categories[0] if categories else None

    def _free_slug(self, item: wxr.Item, title: str) -> str:
        slug = slug_from(item.slug)
        if slug in self.known.slugs:
            slug = f"{slug[: SLUG_LENGTH - 33]}-{item.id or _hash(item.guid, title)}"
            if slug in self.known.slugs or Article.objects.filter(slug=slug).exists():
                slug = ""
        if not slug:
            # What waits to be written would not be seen.
            self._write()
            slug = Article.free_slug(title)
        self.known.slugs.add(slug)
        return slug

    def _note_losses(self, item: wxr.Item, article: Article, converted: Converted) -> None:
        for shortcode, count in converted.dropped.items():
            self.sheet.note(_("[%(name)s] dropped from bodies") % {"name": shortcode}, str(article), count)
        if pictures := len(PICTURE_ELSEWHERE.findall(article.body)):
            self.sheet.note(_("pictures in bodies that are still at another address"), count=pictures)
        if not article.title:
            self.sheet.note(_("without a title"), article.import_ref or "")
        if item.published_at is None and article.status == Article.Status.PUBLISHED:
            self.sheet.note(_("published without a date: dated today"), str(article))
        if item.meta.get("_thumbnail_id"):
            self.sheet.left_out[_("eye-catch pictures: the export holds no files")] += 1
        for taxonomy in {term.taxonomy for term in item.terms} - {"category", "post_tag"}:
            self.sheet.left_out[_("“%(kind)s” of an article") % {"kind": taxonomy}] += 1

    # Old addresses

    def _old_paths(self, item: wxr.Item) -> Iterator[str]:
        home = urlsplit(f"//{self.source}").path.rstrip("/") + "/"
        path = stored_path(path_from(item.link))
        # A link to the front page says nothing.
        if path not in {"/", home}:
            yield path
        if item.id:
            yield f"{home}?p={item.id}"
            if KINDS[item.type] == Article.Kind.PAGE:
                yield f"{home}?page_id={item.id}"

    def _keep_old_addresses(self, item: wxr.Item, article: Article) -> None:
        new_path = stored_path(article.get_absolute_url())
        for old_path in dict.fromkeys(self._old_paths(item)):
            if old_path == new_path:
                continue
            if max(len(old_path), len(new_path)) > PATH_LENGTH:
                self.sheet.note(_("old addresses too long for a redirect"), old_path)
                continue
            self._count("redirect", is_new=old_path not in self.known.redirects)
            if old_path not in self.known.redirects:
                self.known.redirects.add(old_path)
                redirect = Redirect(site_id=settings.SITE_ID, old_path=old_path, new_path=new_path)
                self.known.new_redirects.append(redirect)

    def _count(self, row: str, *, is_new: bool) -> None:
        (self.sheet.came_in if is_new else self.sheet.already_there)[row] += 1


def _redirects_from(paths: Iterable[str]) -> set[str]:
    """Those of the paths that lead on."""
    redirects = Redirect.objects.filter(site_id=settings.SITE_ID, old_path__in=set(paths))
    return set(redirects.values_list("old_path", flat=True))


def _decoded(name: str) -> str:
    return unquote(name, errors="ignore").lower()


def _term_name(term: wxr.Term) -> str:
    return _decoded(term.slug) or term.name


def _reason_to_leave_out(item: wxr.Item) -> str:
    if item.type == "attachment":
        return _("attachments: the export holds no files")
    if item.type == "nav_menu_item":
        return _("menu entries")
    if item.type not in KINDS:
        return _("items of the type “%(type)s”") % {"type": item.type}
    if item.status in {"trash", "auto-draft"}:
        return _("articles and pages with the status “%(status)s”") % {"status": item.status}
    return ""


def _row(article: Article) -> str:
    if article.kind == Article.Kind.PAGE:
        return "page"
    if article.status == Article.Status.DRAFT:
        return "draft"
    return "published" if article.is_public else "scheduled"

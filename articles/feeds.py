"""Articles as Atom: of the site, a category, a tag, an author; what was published or added to last comes first."""

from datetime import date
from hashlib import sha256
from urllib.parse import urljoin

import nh3
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from articles import body
from articles.atom import AtomFeed, for_xml
from articles.models import Article, Category, Tag
from articles.models.article import ArticleQuerySet
from articles.old_addresses import redirect_from

NEWEST = 20

# In the ids of entries. Not the day of publication, which the owner may move.
FIRST_DAY = date(2026, 1, 1)

# A feed reader shows what it gets without our styles and scripts, so it gets
# no more than a body may have, and pictures in several sizes.
TAGS = body.TAGS | {"picture", "source"}
ATTRIBUTES = body.ATTRIBUTES | {
    "img": body.ATTRIBUTES["img"] | {"srcset", "sizes"},
    "source": {"srcset", "sizes", "type"},
    "*": {"lang"},
}


def for_readers_elsewhere(html: str, address: str) -> str:
    """The HTML of a page at the address so that it can be shown anywhere: each address in it is whole."""

    def whole(tag: str, attribute: str, value: str) -> str:
        if attribute in {"href", "src", "cite"}:
            return urljoin(address, value)
        if attribute == "srcset":
            return ", ".join(urljoin(address, part.strip()) for part in value.split(", "))
        return value

    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=whole,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
        clean_content_tags={"script", "style"},
    )


class AtomWithContent(Atom1Feed):
    """Django's, with the whole text as an entry's `content` (RFC 4287, 4.1.3)."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})


class ArticleFeed(AtomFeed):
    feed_type = AtomWithContent
    language = settings.LANGUAGE_CODE

    def items(self):
        articles = self.entries.select_related("category", "author", "eye_catch").prefetch_related("tags")
        if settings.FEED_FULL_TEXT:
            return articles.prefetch_related("addenda").defer("body_source", "headings")[:NEWEST]
        return articles.defer("body_source", "html", "headings")[:NEWEST]

    def item_title(self, article: Article) -> str:
        return for_xml(str(article))

    def item_description(self, article: Article) -> str:
        return for_xml(escape(article.summary))

    def item_extra_kwargs(self, article: Article) -> dict:
        return {"content": self.content_of(article) if settings.FEED_FULL_TEXT else ""}

    def content_of(self, article: Article) -> str:
        html = render_to_string("articles/_feed_entry.html", {"article": article})
        return for_xml(for_readers_elsewhere(html, self.item_link(article)))

    def item_link(self, article: Article) -> str:
        return self.whole(article.get_absolute_url())

    def item_guid(self, article: Article) -> str:
        return self.tag_uri(FIRST_DAY, f"articles/{article.pk}")

    def item_author_name(self, article: Article) -> str:
        # Never the name somebody signs in with.
        return for_xml(article.author.get_full_name() if article.author else "") or settings.SITE_NAME

    def item_categories(self, article: Article) -> list[str]:
        names = [article.category.name] if article.category else []
        return [for_xml(name) for name in (*names, *(tag.name for tag in article.tags.all()))]

    def item_pubdate(self, article: Article):
        return article.published_at

    def item_updateddate(self, article: Article):
        return article.lifted_at


def answer(request: HttpRequest, articles: ArticleQuerySet, *, title: str, path: str) -> HttpResponse:
    """The feed, or 304 for whoever has it: feed readers ask each hour for what changes each day."""
    articles = articles.published().listed().lifted_first()
    # One query without the texts tells whether anything is new.
    state = list(articles.values_list("pk", "updated_at", "lifted_at")[:NEWEST])
    etag = quote_etag(sha256(repr((title, settings.FEED_FULL_TEXT, state)).encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    response = response or ArticleFeed(request, articles, title=title, path=path)(request)
    response["ETag"] = etag
    return response


@require_safe
def of_site(request: HttpRequest) -> HttpResponse:
    return answer(request, Article.objects.all(), title=settings.SITE_NAME, path=reverse("articles:home"))


@require_safe
def of_category(request: HttpRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category, slug=slug)
    return answer_of(request, Article.objects.in_category(category), category)


@require_safe
def of_tag(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    return answer_of(request, Article.objects.filter(tags=tag), tag)


def answer_of(request: HttpRequest, articles: ArticleQuerySet, listed: Category | Tag) -> HttpResponse:
    return answer(request, articles, title=f"{listed} – {settings.SITE_NAME}", path=listed.get_absolute_url())


@require_safe
def of_author(request: HttpRequest, pk: int) -> HttpResponse:
    author = get_object_or_404(get_user_model(), pk=pk) if pk < 2**63 else None
    name = author.get_full_name() if author else ""
    if not name or not Article.objects.published().listed().filter(author=author).exists():
        raise Http404
    title = f"{name} – {settings.SITE_NAME}"
    return answer(request, Article.objects.filter(author=author), title=title, path=f"/authors/{pk}/")


@require_safe
def wordpress_feed(request: HttpRequest, kind: str = "", slug: str = "") -> HttpResponse:
    """WordPress's addresses of feeds; what the owner has put into the table of redirects comes first."""
    new = reverse(f"articles:{kind}_feed", args=[slug]) if kind else reverse("articles:feed")
    return redirect_from(request) or redirect(new, permanent=True)

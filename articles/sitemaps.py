"""Sitemaps (sitemaps.org): an index and one for each kind of page, and the one of the last two days' news."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from articles.models import Article, Category, Series, Tag
from articles.site_address import whole

PAGE_SIZE = 1000

# What Google's news takes notice of, and how many in one file:
# https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
NEWS_AGE = timedelta(hours=48)
NEWS_MOST = 1000

XML = "application/xml; charset=utf-8"


class KeyRanges(Paginator):
    """Pages of rows by their keys, so that the last costs what the first costs; where rows were deleted one is shorter."""

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by("-pk").values_list("pk", flat=True).first() or 0

    def page(self, number) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page + 1
        rows = self.object_list.filter(pk__range=(first, first + self.per_page - 1)).order_by("pk")
        return Page(rows, number, self)


class Rows(Sitemap):
    """Of the pages of a model's rows. Addresses begin with the site's own, not with what the table of sites says."""

    limit = PAGE_SIZE

    def __init__(self, request: HttpRequest):
        self.protocol, self.domain = whole(request, "/").rstrip("/").split("://")

    def get_domain(self, site=None) -> str:
        return self.domain

    @property
    def paginator(self) -> Paginator:
        return KeyRanges(self.rows().order_by("pk"), self.limit)

    def rows(self) -> QuerySet:
        raise NotImplementedError


class Articles(Rows):
    def rows(self) -> QuerySet:
        return Article.objects.published().for_lists()

    def lastmod(self, article: Article):
        return max(article.updated_at, article.lifted_at or article.updated_at)


class Categories(Rows):
    def rows(self) -> QuerySet:
        return Category.objects.all()


class Tags(Rows):
    """Those under which there is something to read."""

    def rows(self) -> QuerySet:
        return Tag.objects.filter(Exists(Article.objects.published().listed().filter(tags=OuterRef("pk"))))


class AllSeries(Rows):
    def rows(self) -> QuerySet:
        return Series.objects.filter(Exists(Article.objects.published().listed().filter(series=OuterRef("pk"))))


class Lists(Rows):
    """The pages that lead to the others."""

    def items(self) -> list[str]:
        return ["articles:home", "articles:archive", "articles:categories"]

    def location(self, name: str) -> str:
        return reverse(name)

    @property
    def paginator(self) -> Paginator:
        return Paginator(self.items(), self.limit)


SECTIONS = {"articles": Articles, "categories": Categories, "tags": Tags, "series": AllSeries, "lists": Lists}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    addresses = []
    for name, section in SECTIONS.items():
        address = whole(request, reverse("articles:sitemap", args=[name]))
        pages = section(request).paginator.num_pages
        addresses += [address, *(f"{address}?p={page}" for page in range(2, pages + 1))]
    context = {"sitemaps": [{"location": address} for address in addresses]}
    return render(request, "sitemap_index.xml", context, content_type=XML)


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    sections: dict[str, type[Sitemap] | Sitemap] = {name: rows(request) for name, rows in SECTIONS.items()}
    answer = sitemap_views.sitemap(request, sections, section, "articles/sitemap.xml", XML)
    return answer.render()


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    since = timezone.now() - NEWS_AGE
    articles = Article.objects.published().listed().for_lists().newest_first()
    newest = articles.filter(published_at__gte=since)[:NEWS_MOST]
    context = {
        "entries": [(whole(request, article.get_absolute_url()), article) for article in newest],
        "publication": settings.SITE_NAME,
        "language": settings.LANGUAGE_CODE,
    }
    return render(request, "articles/news_sitemap.xml", context, content_type=XML)

from copy import copy
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.views.generic import DetailView, ListView, TemplateView
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.dates import MonthArchiveView, YearArchiveView

from articles import inserting, mould
from articles.keeping import kept
from articles.models import Article, Category, Popularity, Series, Tag
from articles.old_addresses import redirect_from
from articles.paging import KeysFirst

PAGE_SIZE = 20


class AroundResponse(TemplateResponse):
    """A page that stands as long as the site does, around what of it changes with the discussions."""

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]
        request, context = self._request, self.context_data or {}
        view, about = context["view"], {"article": context.get("article")}
        inserting.accept(request)
        parts = {name: render_to_string(template, about, request) for name, template in view.parts.items()}
        return inserting.complete(request, mould.page(request, view.template_name, context, parts))


class ArticleList(ListView):
    """The newest published articles of something, twenty on a page."""

    paginate_by = PAGE_SIZE
    paginator_class = KeysFirst
    response_class = AroundResponse
    # Templates of what is made anew each time, by the names that the page has for them.
    parts: dict[str, str] = {}
    # Django would look into the queryset for the name of the articles and of a template.
    context_object_name = "articles"

    def get_template_names(self):
        return [self.template_name]

    def get_queryset(self):
        # Most pages know their articles already, and to make the query takes a tenth of a page's time.
        return SimpleLazyObject(self.articles)

    def articles(self):
        return Article.objects.published().listed().for_lists().with_addenda().newest_first()

    def paginate_queryset(self, queryset, page_size):
        key = ("list", self.request.path, self.request.GET.get(self.page_kwarg, ""))
        paginator, page, articles, is_paginated = kept(self.request, key, partial(self._read, queryset, page_size))
        # Copies, because how much was said under them is true for this once.
        page, articles = copy(page), Article.objects.with_discussions(articles)
        page.object_list = articles
        return paginator, page, articles, is_paginated

    def _read(self, queryset, page_size):
        # A copy: what is kept must not hold the view, as the lazy one does.
        paginator, page, articles, is_paginated = super().paginate_queryset(queryset.all(), page_size)
        articles = list(articles)
        for article in articles:
            # Asked for now, and so only once.
            _ = article.last_addendum
        return paginator, page, articles, is_paginated


class Home(ArticleList):
    template_name = "articles/home.html"
    parts = {"latest": "comments/latest.html"}

    def get(self, request, *args, **kwargs):
        # WordPress's short addresses: /?p=123 has this page's own path, so the
        # middleware, which looks only after a 404, would never be asked.
        if request.GET.keys() & {"p", "page_id"} and (answer := redirect_from(request)):
            return answer
        return super().get(request, *args, **kwargs)

    def articles(self):
        return super().articles().lifted_first()


class CategoryList(ListView):
    """All categories in the order of their tree."""

    model = Category
    template_name = "articles/categories.html"


class CategoryPage(ArticleList):
    template_name = "articles/category.html"

    def get_queryset(self):
        self.category, self.branch = kept(self.request, ("category", self.kwargs["slug"]), self._read_category)
        return super().get_queryset()

    def articles(self):
        return super().articles().in_category(self.category)

    def _read_category(self) -> tuple[Category, dict]:
        category = get_object_or_404(Category, slug=self.kwargs["slug"])
        return category, {"parents": list(category.get_ancestors()), "children": category.children_with_newest()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(category=self.category, **self.branch, **kwargs)


class TagPage(ArticleList):
    template_name = "articles/tag.html"

    def get_queryset(self):
        self.tag = get_object_or_404(Tag, slug=self.kwargs["slug"])
        return super().get_queryset()

    def articles(self):
        return super().articles().filter(tags=self.tag)

    def get_context_data(self, **kwargs):
        return super().get_context_data(tag=self.tag, **kwargs)


class AuthorPage(ArticleList):
    """What somebody has written. Who has no name to show or nothing to read has no page."""

    template_name = "articles/author.html"
    allow_empty = False

    def get_queryset(self):
        self.author = get_object_or_404(get_user_model(), pk=self.kwargs["pk"])
        if not self.author.get_full_name():
            raise Http404
        return super().get_queryset()

    def articles(self):
        return super().articles().filter(author=self.author)

    def get_context_data(self, **kwargs):
        return super().get_context_data(author=self.author, author_name=self.author.get_full_name(), **kwargs)


class PopularPage(ArticleList):
    template_name = "articles/popular.html"

    def get_queryset(self):
        self.window = self.kwargs["window"]
        if self.window not in Popularity.WINDOWS:
            raise Http404
        return super().get_queryset()

    def articles(self):
        return Article.objects.for_lists().with_addenda().most_popular_first(self.window)

    def get_context_data(self, **kwargs):
        windows = Popularity.WINDOWS
        name = windows[self.window]
        return super().get_context_data(window=self.window, window_name=name, windows=windows.items(), **kwargs)


class SeriesList(ListView):
    """The affairs that were told in several articles, the one with the newest first."""

    template_name = "articles/series_list.html"
    paginate_by = PAGE_SIZE

    def get_queryset(self):
        return Series.objects.told()


class SeriesPage(ArticleList):
    """The whole affair from its beginning."""

    template_name = "articles/series.html"
    allow_empty = False

    def get_queryset(self):
        self.series = get_object_or_404(Series, slug=self.kwargs["slug"])
        return super().get_queryset()

    def articles(self):
        return super().articles().filter(series=self.series).in_series_order()

    def get_context_data(self, **kwargs):
        newest = self.articles().newest_first().first()
        return super().get_context_data(series=self.series, newest=newest, **kwargs)


class Archive(TemplateView):
    template_name = "articles/archive.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(months=Article.objects.published().listed().months(), **kwargs)


class _Dated(TemplateResponseMixin):
    date_field: str | None = "published_at"
    paginate_by: int | None = PAGE_SIZE
    paginator_class: type[Paginator] = KeysFirst
    # What lies ahead is cut off by published().
    allow_future = True
    get_queryset = ArticleList.articles
    response_class = AroundResponse
    parts: dict[str, str] = {}


class YearPage(_Dated, YearArchiveView):
    template_name = "articles/year.html"
    make_object_list = True

    def get_context_data(self, **kwargs):
        months = Article.objects.published().listed().filter(published_at__year=self.get_year()).months()
        return super().get_context_data(months=months, **kwargs)


class MonthPage(_Dated, MonthArchiveView):
    template_name = "articles/month.html"
    month_format = "%m"


class ArticlePage(DetailView):
    template_name = "articles/article.html"
    response_class = AroundResponse
    parts = {"discussion": "comments/discussion.html"}
    kind = Article.Kind.ARTICLE

    def get_queryset(self):
        return Article.objects.published().filter(kind=self.kind).with_all()

    def get_object(self, queryset=None) -> Article:
        kept_one = kept(self.request, ("article", self.kind, self.kwargs["slug"]), self._read)
        # A copy, because what the page finds out of its discussion is true for this once.
        # Of a page that is made anew that is known already.
        known = getattr(self.request, "discussions", {})
        for article in Article.objects.with_discussions([kept_one], known):
            return article
        raise Http404

    def _read(self) -> Article:
        article = super().get_object()
        # Asked for now, and so only once.
        _ = article.category_path
        return article

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        # The cookie first: for readers, who have none, the session is not even asked,
        # so their page says nothing of it and every cache may keep it.
        if settings.SESSION_COOKIE_NAME in self.request.COOKIES and self.request.user.is_staff:
            patch_cache_control(response, private=True, no_store=True)
        return response

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.generic import DetailView, ListView, TemplateView
from django.views.generic.dates import MonthArchiveView

from articles.models import Article, Category, Tag
from articles.old_addresses import redirect_from

PAGE_SIZE = 20


class ArticleList(ListView):
    """The newest published articles of something, twenty on a page."""

    paginate_by = PAGE_SIZE

    def get_queryset(self):
        return Article.objects.published().listed().for_lists().newest_first()


class Home(ArticleList):
    template_name = "articles/home.html"

    def get(self, request, *args, **kwargs):
        # WordPress's short addresses: /?p=123 has this page's own path, so the
        # middleware, which looks only after a 404, would never be asked.
        if request.GET.keys() & {"p", "page_id"} and (answer := redirect_from(request)):
            return answer
        return super().get(request, *args, **kwargs)


class CategoryList(ListView):
    """All categories in the order of their tree."""

    model = Category
    template_name = "articles/categories.html"


class CategoryPage(ArticleList):
    template_name = "articles/category.html"

    def get_queryset(self):
        self.category = get_object_or_404(Category, slug=self.kwargs["slug"])
        return super().get_queryset().in_category(self.category)

    def get_context_data(self, **kwargs):
        parents = self.category.get_ancestors()
        children = self.category.get_children()
        return super().get_context_data(category=self.category, parents=parents, children=children, **kwargs)


class TagPage(ArticleList):
    template_name = "articles/tag.html"

    def get_queryset(self):
        self.tag = get_object_or_404(Tag, slug=self.kwargs["slug"])
        return super().get_queryset().filter(tags=self.tag)

    def get_context_data(self, **kwargs):
        return super().get_context_data(tag=self.tag, **kwargs)


class Archive(TemplateView):
    template_name = "articles/archive.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(months=Article.objects.published().listed().months(), **kwargs)


class MonthPage(MonthArchiveView):
    template_name = "articles/month.html"
    date_field = "published_at"
    month_format = "%m"
    paginate_by = PAGE_SIZE
    # What lies ahead in this month is cut off by published().
    allow_future = True

    def get_queryset(self):
        return Article.objects.published().listed().for_lists().newest_first()


class ArticlePage(DetailView):
    template_name = "articles/article.html"
    kind = Article.Kind.ARTICLE

    def get_queryset(self):
        return Article.objects.published().filter(kind=self.kind).with_all()

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        # The cookie first: for readers, who have none, the session is not even asked,
        # so their page says nothing of it and every cache may keep it.
        if settings.SESSION_COOKIE_NAME in self.request.COOKIES and self.request.user.is_staff:
            patch_cache_control(response, private=True, no_store=True)
        return response

"""What the head of a page tells search engines and whoever shows a link to it."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from articles import atom, site_address, structured_data
from articles.models import Article, Category

register = template.Library()

register.filter("for_xml", lambda value: atom.for_xml(str(value)))
register.simple_tag(structured_data.moment, name="moment")

LOGO = "icons/512.png"

# As Open Graph writes them.
LOCALES = {"ja": "ja_JP", "en": "en_US"}


@register.simple_tag(takes_context=True)
def whole(context, path: str) -> str:
    """The address with scheme and host."""
    return site_address.whole(context["request"], path)


@register.inclusion_tag("articles/_head.html", takes_context=True)
def article_head(context, article: Article) -> dict:
    """Of the page of an article or a page; a draft is for its authors alone."""
    if not article.is_public:
        return {"is_hidden": True}
    site, graph = site_data(context), []
    steps = [(str(article), article.get_absolute_url())]
    if article.kind == Article.Kind.ARTICLE:
        graph = [site.news_article(article)]
        steps = [*named(article.category_path), *steps]
    return {
        **common(context, article.get_absolute_url()),
        "article": article,
        "structured_data": structured_data.script(*graph, site.breadcrumbs(steps)),
    }


@register.inclusion_tag("articles/_head_list.html", takes_context=True)
def list_head(context, title: str = "", of=None, feed: str = "") -> dict:
    """Of a list of articles: `of` a category, a tag, a series or whatever has an address, with the address of its feed."""
    page, path = context.get("page_obj"), of.get_absolute_url() if of else context["request"].path
    number = page.number if page else 1
    return {
        **common(context, numbered(path, number)),
        "title": title or (str(of) if of else ""),
        "previous": numbered(path, number - 1) if page and page.has_previous() else "",
        "next": numbered(path, number + 1) if page and page.has_next() else "",
        "feed": feed,
        "structured_data": list_data(context, of, number),
    }


def list_data(context, of, number: int) -> SafeString | str:
    site = site_data(context)
    if of is not None:
        is_category = isinstance(of, Category)
        steps = named([*context["parents"], of]) if is_category else [(str(of), of.get_absolute_url())]
        return structured_data.script(site.breadcrumbs(steps))
    if context["request"].path == "/" and number == 1:
        return structured_data.script(site.web_site("/search/?q={q}"))
    return ""


def common(context, path: str) -> dict:
    """The page's own address, without what others append to it, and what all pages share."""
    return {
        "request": context["request"],
        "canonical": site_address.whole(context["request"], path),
        "site_name": settings.SITE_NAME,
        "og_locale": LOCALES.get(get_language() or "", "ja_JP"),
        "logo": site_address.whole(context["request"], static(LOGO)),
    }


def site_data(context) -> structured_data.SiteData:
    request = context["request"]
    whole = lambda path: site_address.whole(request, path)  # noqa: E731
    return structured_data.SiteData(settings.SITE_NAME, settings.LANGUAGE_CODE, static(LOGO), whole)


def named(categories: Iterable[Category]) -> list[tuple[str, str]]:
    return [(category.name, category.get_absolute_url()) for category in categories]


def numbered(path: str, number: int) -> str:
    """The address of a page of a list; the first has the plain one."""
    return f"{path}?page={number}" if number > 1 else path

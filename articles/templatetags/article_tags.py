from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import dates
from articles.models import Article, Category

register = template.Library()
register.simple_tag(dates.element, name="day")

# As many as fit below a page; a WordPress export can bring dozens.
SITE_PAGES = 6

# Affairs on the first page, and among how many of their newest parts they are looked for.
SERIES_SHOWN = 4
PARTS_LOOKED_AT = 40

# As many as fit above a page on a phone; the list of all is one step further.
MENU_CATEGORIES = 6


@register.inclusion_tag("articles/_category_menu.html")
def category_menu() -> dict:
    """The first categories at the top of the tree, in the owner's order."""
    return {"categories": Category.objects.filter(parent=None)[:MENU_CATEGORIES]}


@register.inclusion_tag("articles/_popular.html")
def popular_articles(limit: int = 5) -> dict:
    return {"articles": Article.objects.for_lists().popular(limit)}


@register.inclusion_tag("articles/_series_news.html")
def series_news() -> dict:
    """Of the affairs that were told on lately, each with its newest part."""
    parts = Article.objects.published().listed().for_lists().serial()[:PARTS_LOOKED_AT]
    newest: dict[int | None, Article] = {}
    for part in parts:
        newest.setdefault(part.series_id, part)
    return {"parts": list(newest.values())[:SERIES_SHOWN]}


@register.inclusion_tag("articles/_article_summary.html")
def summary(article: Article, is_lead: bool = False, is_first: bool = False) -> dict:
    """An article in a list, `is_lead` the large one on top, `is_first` one that is seen at once."""
    return {"article": article, "is_lead": is_lead, "is_first": is_first}


@register.simple_tag(takes_context=True)
def list_title(context, name: str) -> str:
    """What a list's page is called in the browser: its name, the number of a later page, the site."""
    page = context.get("page_obj")
    number = _("page %(number)s") % {"number": page.number} if page and page.number > 1 else ""
    return " – ".join(filter(None, [str(name), number, context["site_name"]]))


@register.inclusion_tag("articles/_site_pages.html")
def site_pages() -> dict:
    """The pages (about, guide …) for the foot of the site; a site with many shows the oldest few."""
    pages = Article.objects.published().filter(kind=Article.Kind.PAGE).order_by("published_at", "pk")
    return {"pages": pages.only("slug", "title", "kind")[:SITE_PAGES]}


@register.simple_tag(takes_context=True)
def page_query(context, number: int) -> str:
    """The query of another page of the same list; the first page has the plain address."""
    return f"?page={number}" if number > 1 else context["request"].path


@register.simple_tag
def content_lang() -> str:
    """The attribute for what the owner wrote, where the page itself speaks another language than the site."""
    if get_language() == settings.LANGUAGE_CODE:
        return ""
    return format_html(' lang="{}"', settings.LANGUAGE_CODE)

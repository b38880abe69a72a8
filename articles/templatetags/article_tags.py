from django import template

from articles.models import Article, Category

register = template.Library()

# As many as fit below a page; a WordPress export can bring dozens.
SITE_PAGES = 6

# As many as fit above a page on a phone; the list of all is one step further.
MENU_CATEGORIES = 6


@register.inclusion_tag("articles/_category_menu.html")
def category_menu() -> dict:
    """The first categories at the top of the tree, in the owner's order."""
    return {"categories": Category.objects.filter(parent=None)[:MENU_CATEGORIES]}


@register.inclusion_tag("articles/_popular.html")
def popular_articles(limit: int = 5) -> dict:
    return {"articles": Article.objects.for_lists().popular(limit)}


@register.inclusion_tag("articles/_site_pages.html")
def site_pages() -> dict:
    """The pages (about, guide …) for the foot of the site; a site with many shows the oldest few."""
    pages = Article.objects.published().filter(kind=Article.Kind.PAGE).order_by("published_at", "pk")
    return {"pages": pages.only("slug", "title", "kind")[:SITE_PAGES]}


@register.simple_tag(takes_context=True)
def page_query(context, number: int) -> str:
    """The query of another page of the same list; the first page has the plain address."""
    return f"?page={number}" if number > 1 else context["request"].path

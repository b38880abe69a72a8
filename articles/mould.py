"""Pages of readers, made once for as long as the site does not change.

The templates run with marks in place of what changes with the discussions;
then only that is filled in.
"""

from copy import copy

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from articles import marking, site_address
from articles.keeping import kept
from articles.models import Article

# As many articles as a page may show.
MOST = 50

# Of a page: where it is, what others have made of a discussion, and the numbers of each article.
MARKS = marking.marks(
    *("here", "discussion", "latest"),
    *(f"{name}{n}" for n in range(MOST) for name in ("comments", "number")),
)


def page(request: HttpRequest, template: str, context: dict, parts: dict[str, SafeString]) -> str:
    """What the template makes of the context, around the parts.

    Of the context its `article` or those of its `page_obj` may differ in what they keep of their discussions,
    and nothing else as long as the address and the version of the site are the same.
    """
    listed = context.get("page_obj")
    # A page without articles is false.
    articles: list[Article] = [context["article"]] if listed is None else [*listed.object_list]
    number = 1 if listed is None else listed.number
    key = ("page", get_language(), site_address.whole(request, request.path), number, *map(shape, articles))

    def make() -> str:
        copies = [marked(one, n) for n, one in enumerate(articles)]
        told = {**context, **{name: MARKS[name] for name in parts}, "here": MARKS["here"]}
        if listed is None:
            told["article"] = copies[0]
        else:
            told["page_obj"] = copy(listed)
            told["page_obj"].object_list = copies
        return marking.mould(template, told, MARKS, request)

    filled: dict[str, int | str] = {"here": escape(request.get_full_path()), **parts}
    for n, one in enumerate(articles):
        filled |= values(one, n)
    return kept(request, key, make) % filled


def shape(article: Article) -> tuple:
    """What of an article on a page decides which words there are."""
    addendum = article.fresh_addendum
    return article.pk, addendum and addendum.pk, article.comment_count == 1


def marked(article: Article, n: int) -> Article:
    """A copy of which the numbers of its discussion are marks; one comment is told in words of its own."""
    article = copy(article)
    article.comment_count = 1 if article.comment_count == 1 else MARKS[f"comments{n}"]
    article.last_comment_number = MARKS[f"number{n}"]
    return article


def values(article: Article, n: int) -> dict[str, int | str]:
    count = article.comment_count
    return {
        f"comments{n}": count,
        f"comments{n},": marking.with_commas(count),
        f"number{n}": article.last_comment_number,
    }

from django import template
from django.http import Http404

from articles.models import Article
from comments import threads
from comments.forms import CommentForm
from comments.models import Comment

register = template.Library()


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context, article: Article) -> dict:
    """The page of the article's threads that the address asks for (`?comments=2`), and the form."""
    pages = Comment.objects.pages_of(article)
    number = page_number(context["request"].GET.get("comments", "1"), len(pages))
    tree_ids = pages[number - 1]
    rows = threads.arrange(Comment.objects.in_threads(tree_ids))
    citers = Comment.objects.citers_in(tree_ids)
    for row in rows:
        row.cited_by = citers.get(row.comment.pk, ())
    return {
        "article": article,
        "rows": rows,
        "page": number,
        "pages": range(1, len(pages) + 1),
        "form": CommentForm(),
    }


def page_number(asked: str, last: int) -> int:
    """The number of a page that exists. Raises Http404, because an address without a page is wrong."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 7 and 1 <= int(asked) <= last):
        raise Http404
    return int(asked)


@register.inclusion_tag("comments/_trackbacks.html")
def trackbacks(article: Article) -> dict:
    """Who else links here, or the sentence that nobody does."""
    return {"trackbacks": article.trackbacks.filter(is_published=True)}

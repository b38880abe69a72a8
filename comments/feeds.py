"""Comments as Atom (RFC 4287), newest first: of the site, of one article, the replies to one comment.

An entry's id is a tag URI (RFC 4151) made of the comment's own key and day,
so that it survives moving the comment and renaming the article.
"""

import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.models import Comment, Receipt
from comments.receipts import with_receipt
from comments.views import public_article

NEWEST = 50

# What may be typed but not written in XML 1.0 (2.2), not even escaped.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def for_xml(text: str) -> str:
    return NOT_IN_XML.sub("", text)


class CommentFeed(Feed):
    """One instance for one request: what it shows is given by the views below.

    Every address is whole, because Django would take the host from the table
    of sites, which nobody here fills in.
    """

    feed_type = Atom1Feed

    def __init__(self, request: HttpRequest, comments, *, title: str, path: str):
        self.request = request
        self.comments = comments
        self.title = title
        self.link = request.build_absolute_uri(path)
        self.feed_url = self.feed_guid = request.build_absolute_uri(request.path)
        self.host = re.sub(r"^\w+://|:[0-9]+$", "", settings.SITE_URL or f"http://{request.get_host()}")

    def items(self):
        return self.comments.select_related("article")[:NEWEST]

    def item_title(self, comment: Comment) -> str:
        return for_xml(f"{comment.article} #{comment.number}")

    def item_description(self, comment: Comment) -> str:
        return for_xml(comment.html)

    def item_link(self, comment: Comment) -> str:
        return self.request.build_absolute_uri(comment.get_absolute_url())

    def item_guid(self, comment: Comment) -> str:
        return f"tag:{self.host},{comment.created_at:%Y-%m-%d}:comments/{comment.pk}"

    def item_author_name(self, comment: Comment) -> str:
        return for_xml(comment.signature)

    def item_pubdate(self, comment: Comment):
        return comment.created_at

    def item_updateddate(self, comment: Comment):
        return comment.edited_at or comment.created_at


@require_safe
def of_site(request: HttpRequest) -> HttpResponse:
    title = _("Comments – %(name)s") % {"name": settings.SITE_NAME}
    comments = Comment.objects.visible().newest_first()
    return CommentFeed(request, comments, title=title, path=reverse("articles:home"))(request)


@require_safe
def of_article(request: HttpRequest, slug: str) -> HttpResponse:
    article = public_article(slug)
    if article is None:
        raise Http404
    title = _("Comments – %(name)s") % {"name": for_xml(str(article))}
    # By number, which the unique key on (article, number) serves.
    comments = Comment.objects.visible().filter(article=article).order_by("-number")
    return CommentFeed(request, comments, title=title, path=article.get_absolute_url())(request)


@require_safe
@with_receipt
def of_replies(request: HttpRequest, receipt: Receipt, secret: str) -> HttpResponse:
    comment = receipt.comment
    title = _("Replies to your comment %(number)d") % {"number": comment.number}
    path = reverse("comments:receipt", args=[secret])
    return CommentFeed(request, Comment.objects.replies_to(comment), title=title, path=path)(request)

"""Comments as Atom, newest first: of the site, of one article, the replies to one comment."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.atom import AtomFeed, for_xml
from comments.models import Comment, Receipt
from comments.receipts import with_receipt
from comments.views import public_article

NEWEST = 50


class CommentFeed(AtomFeed):
    def items(self):
        return self.entries.select_related("article")[:NEWEST]

    def item_title(self, comment: Comment) -> str:
        return for_xml(f"{comment.article} #{comment.number}")

    def item_description(self, comment: Comment) -> str:
        return for_xml(comment.html)

    def item_link(self, comment: Comment) -> str:
        return self.whole(comment.get_absolute_url())

    def item_guid(self, comment: Comment) -> str:
        return self.tag_uri(comment.created_at, f"comments/{comment.pk}")

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
    title = _("Comments – %(name)s") % {"name": article}
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

"""Builders: what a test does not state has a default."""

from itertools import count

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles.models import Article, Category, Picture, Tag
from comments.models import Comment, CommentText

_numbers = count(1)

# The smallest GIF there is: one white pixel.
PIXEL = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")


def make_user(**kwargs):
    kwargs.setdefault("username", f"user{next(_numbers)}")
    return get_user_model().objects.create_user(**kwargs)


def make_owner(**kwargs):
    return make_user(is_staff=True, is_superuser=True, **kwargs)


def make_category(**kwargs) -> Category:
    n = next(_numbers)
    kwargs.setdefault("name", f"分類{n}")
    kwargs.setdefault("slug", f"category-{n}")
    return Category.objects.create(**kwargs)


def make_tag(**kwargs) -> Tag:
    n = next(_numbers)
    kwargs.setdefault("name", f"札{n}")
    kwargs.setdefault("slug", f"tag-{n}")
    return Tag.objects.create(**kwargs)


def make_picture(**kwargs) -> Picture:
    kwargs.setdefault("file", SimpleUploadedFile("pixel.gif", PIXEL, content_type="image/gif"))
    kwargs.setdefault("alt", "白い点")
    return Picture.objects.create(**kwargs)


def make_article(*, tags=(), **kwargs) -> Article:
    n = next(_numbers)
    kwargs.setdefault("title", f"記事{n}")
    kwargs.setdefault("slug", f"article-{n}")
    kwargs.setdefault("body", "<p>本文です。</p>")
    kwargs.setdefault("status", Article.Status.PUBLISHED)
    kwargs.setdefault("published_at", timezone.now())
    article = Article.objects.create(**kwargs)
    article.tags.set(tags)
    return article


def make_comment(*, article: Article | None = None, parent: Comment | None = None, **kwargs) -> Comment:
    """A comment born the way every comment is; `status` and other columns are set afterwards."""
    n = next(_numbers)
    if article is None:
        article = parent.article if parent else make_article()
    comment = Comment.objects.post(
        article.pk,
        text=kwargs.pop("text", f"コメント{n}"),
        author_name=kwargs.pop("author_name", ""),
        visitor_key=kwargs.pop("visitor_key", f"visitor{n}"),
        parent_id=parent.pk if parent else None,
    )
    if kwargs:
        Comment.objects.filter(pk=comment.pk).update(**kwargs)
        comment.refresh_from_db()
    if {"imported_upvotes", "imported_downvotes"} & kwargs.keys():
        # As an import leaves it.
        comment.recount()
    # As `tick` does within a minute.
    CommentText.objects.write([comment])
    article.refresh_from_db()
    return comment

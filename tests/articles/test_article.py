from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, RelatedLink
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def test_publishing_without_a_moment_publishes_now():
    article = make_article(published_at=None)
    assert article.published_at <= timezone.now()


def test_the_body_is_cleaned_at_every_save():
    article = make_article(body="<p>前<script>alert(1)</script>後</p>")
    assert article.body == "<p>前後</p>"


def test_a_slug_is_made_from_the_title():
    assert make_article(title="港の朝 2026", slug="").slug == "港の朝-2026"


def test_two_articles_of_one_title_have_two_slugs():
    assert make_article(title="続報", slug="").slug != make_article(title="続報", slug="").slug


def test_a_title_without_letters_still_gives_a_slug():
    assert make_article(title="!?", slug="").slug


def test_the_database_takes_no_published_article_without_a_moment():
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(published_at=None)


def test_saving_an_article_read_earlier_does_not_touch_its_discussion():
    article = make_article()
    stale = Article.objects.get(pk=article.pk)
    make_comment(article=article)
    stale.title = "新しい題名"
    stale.save()
    make_comment(article=article)
    article.refresh_from_db()
    assert (article.title, article.comment_count, article.last_comment_number) == ("新しい題名", 2, 2)


def test_saving_a_part_of_an_article_leaves_what_was_not_loaded():
    article = Article.objects.defer("body", "body_source").get(pk=make_article(body="<p>残る</p>").pk)
    article.title = "新しい題名"
    article.save()
    assert Article.objects.get().body == "<p>残る</p>"


@pytest.mark.parametrize("field", ["published_at", "comments_close_at"])
def test_it_refuses_a_moment_before_print(field):
    article = make_article(**{field: datetime(1, 1, 1, tzinfo=UTC)})
    with pytest.raises(ValidationError) as refused:
        article.full_clean()
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    "target",
    [
        {},  # neither
        {"url": "https://example.com/"},  # an address without a title
        {"url": "https://example.com/", "title": "外", "own": True},  # both
    ],
)
def test_the_database_takes_no_link_without_one_clear_target(target):
    own = make_article() if target.pop("own", False) else None
    with pytest.raises(IntegrityError), transaction.atomic():
        RelatedLink.objects.create(article=make_article(), target=own, **target)


def test_the_database_takes_no_link_to_the_article_itself():
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        RelatedLink.objects.create(article=article, target=article)


@pytest.mark.parametrize(
    ("lead", "summary"), [("短いリード", "短いリード"), ("", "本文です。"), ("あ" * 130, "あ" * 119 + "…")]
)
def test_the_summary_is_the_lead_or_the_beginning(lead, summary):
    assert make_article(lead=lead).summary == summary

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from tests.factories import make_article, make_category, make_comment

pytestmark = pytest.mark.django_db


def test_published_leaves_out_drafts_and_what_is_scheduled():
    shown = make_article()
    make_article(status=Article.Status.DRAFT)
    make_article(published_at=timezone.now() + timedelta(minutes=1))
    assert list(Article.objects.published()) == [shown]


def test_a_scheduled_article_appears_when_its_time_has_come(time_machine):
    article = make_article(published_at=timezone.now() + timedelta(hours=1))
    time_machine.move_to(timezone.now() + timedelta(hours=1, seconds=1))
    assert article in Article.objects.published()


def test_listed_leaves_out_pages():
    make_article(kind=Article.Kind.PAGE)
    assert not Article.objects.listed().exists()


def test_in_category_takes_sub_categories_in():
    parent = make_category()
    child = make_category(parent=parent)
    inside = {make_article(category=parent), make_article(category=child)}
    make_article(category=make_category())
    assert set(Article.objects.in_category(Article.objects.first().category.get_root())) == inside


def test_newest_first_is_settled_for_the_same_moment():
    moment = timezone.now()
    first, second = make_article(published_at=moment), make_article(published_at=moment)
    assert list(Article.objects.newest_first()) == [second, first]


def test_popular_is_what_is_talked_about():
    quiet, loud = make_article(), make_article()
    make_comment(article=loud)
    make_article(status=Article.Status.DRAFT)
    assert list(Article.objects.all().popular(2)) == [loud, quiet]

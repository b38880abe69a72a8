import pytest

from articles.models import Article
from tests.factories import make_article, make_category, make_tag

pytestmark = pytest.mark.django_db


def targets(article):
    return [link.target or link.url for link in article.related()]


def test_the_owners_choice_comes_first_in_the_owners_order():
    article, first, second = make_article(), make_article(), make_article()
    article.related_links.create(target=second, position=2)
    article.related_links.create(url="https://example.com/", title="外のページ", position=1)
    article.related_links.create(target=first, position=3)
    assert targets(article)[:3] == ["https://example.com/", second, first]


def test_it_is_topped_up_to_six_by_tag_then_category_then_age():
    tag, category = make_tag(), make_category()
    article = make_article(tags=[tag], category=category)
    tagged = make_article(tags=[tag])
    sibling = make_article(category=category)
    others = [make_article() for _ in range(8)]
    assert targets(article) == [tagged, sibling, *others[:-5:-1]]


def test_a_chosen_article_is_not_repeated():
    tag = make_tag()
    article, other = make_article(tags=[tag]), make_article(tags=[tag])
    article.related_links.create(target=other)
    assert targets(article) == [other]


def test_more_than_six_chosen_ones_all_stay():
    article = make_article()
    for _ in range(7):
        article.related_links.create(target=make_article())
    assert len(article.related()) == 7


def test_a_chosen_draft_is_left_out():
    article = make_article()
    article.related_links.create(target=make_article(status=Article.Status.DRAFT))
    assert targets(article) == []

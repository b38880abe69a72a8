from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Addendum
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WORDS = "追記前のコメント"


@pytest.fixture
def article():
    return make_article(published_at=timezone.now() - 9 * HOUR)


def comment(article, hours_ago, **kwargs):
    return make_comment(article=article, created_at=timezone.now() - hours_ago * HOUR, **kwargs)


def add(article, hours_ago, **kwargs) -> Addendum:
    return article.addenda.create(body="<p>続き</p>", added_at=timezone.now() - hours_ago * HOUR, **kwargs)


def text(response) -> str:
    return response.content.decode()


def test_each_comment_before_the_last_addendum_says_so_and_leads_to_it(client, article):
    for hours_ago in (7, 5, 1):
        comment(article, hours_ago)
    add(article, 6)
    last = add(article, 3)
    page = text(client.get(article.get_absolute_url()))
    assert page.count(WORDS) == 2
    assert f'<a class="comment__before" href="#addendum-{last.pk}">{WORDS}</a>' in page
    assert WORDS not in page[page.index('id="c3"') :]


def test_without_an_addendum_nothing_is_said(client, article):
    comment(article, 5)
    assert "comment__before" not in text(client.get(article.get_absolute_url()))
    addendum = add(article, 3)
    addendum.delete()
    assert "comment__before" not in text(client.get(article.get_absolute_url()))


def test_a_correction_is_called_one(client, article):
    comment(article, 5)
    add(article, 4)
    add(article, 3, kind=Addendum.Kind.CORRECTION)
    page = text(client.get(article.get_absolute_url()))
    assert "訂正前のコメント" in page and WORDS not in page


def test_what_a_script_gets_says_it_too(client, script, article):
    early = comment(article, 5)
    addendum = add(article, 3)
    place = f'href="{article.get_absolute_url()}#addendum-{addendum.pk}"'
    assert place in text(script.get(f"/comments/in/{article.pk}/{early.number}/"))
    assert WORDS in text(script.get(f"/articles/{article.slug}/comments/since/0/"))
    assert place in text(client.get(f"/comments/{early.pk}/reply/"))


def test_it_costs_one_query_at_most_however_many_comments(client, article):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as done:
            assert client.get(f"/articles/{article.slug}/comments/since/0/").status_code == 200
        return len(done)

    comment(article, 5)
    without = queries()
    add(article, 3)
    assert queries() == without + 1
    for _ in range(5):
        comment(article, 5)
    assert queries() == without + 1

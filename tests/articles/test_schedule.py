from datetime import UTC, datetime

import pytest

from articles import schedule
from articles.models import Article
from tests.articles.typed import ADD, change, filled, typed
from tests.factories import make_article

SEVEN = {"published_at_0": "2026-10-04", "published_at_1": "07:00"}


@pytest.fixture(autouse=True)
def saturday_evening(time_machine):
    """22:00 on 3 October in Japan."""
    time_machine.move_to("2026-10-03T13:00:00Z", tick=False)


def test_a_scheduled_article_appears_by_itself(client, owner, time_machine):
    client.post(ADD, filled(title="朝の記事", slug="morning", _publish="", **SEVEN))
    assert client.get("/articles/morning/").status_code == 404
    assert "朝の記事" not in client.get("/").text
    time_machine.move_to("2026-10-03T22:00:01Z", tick=False)
    assert client.get("/articles/morning/").status_code == 200
    assert "朝の記事" in client.get("/").text


def test_list_and_form_say_when(client, owner):
    article = make_article(published_at=datetime(2026, 10, 3, 22, tzinfo=UTC))
    words = "公開予約: 10月4日(日) 07:00(日本時間)、あと 9"
    for address in ("/admin/articles/article/", change(article)):
        assert words in client.get(address).text.replace("\xa0", " ")


def test_another_zone_is_named(settings, client, owner):
    settings.TIME_ZONE = "Europe/Berlin"
    assert "Europe/Berlin" in client.get(ADD).text


def test_it_offers_moments_in_the_sites_time():
    now = datetime(2026, 10, 3, 9, 30, tzinfo=UTC)
    offered = [(moment.day, moment.clock) for moment in schedule.choices(now)]
    assert offered == [("2026-10-03", "18:30:00"), ("2026-10-03", "20:00:00"), ("2026-10-04", "07:00:00")]


def test_tonight_is_not_offered_at_night():
    assert len(schedule.choices(datetime(2026, 10, 3, 13, tzinfo=UTC))) == 2


def test_emptying_the_moment_of_a_public_article_keeps_it(client, owner):
    article = make_article(published_at=datetime(2026, 9, 1, tzinfo=UTC))
    client.post(change(article), typed(article, published_at_0="", published_at_1=""))
    assert Article.objects.get().published_at == datetime(2026, 9, 1, tzinfo=UTC)


def test_a_save_leaves_the_fraction_of_the_second(client, owner):
    moment = datetime(2026, 9, 1, 1, 2, 3, 456789, tzinfo=UTC)
    article = make_article(published_at=moment)
    client.post(change(article), typed(article))
    assert Article.objects.get().published_at == moment
    assert article.revisions.filter(published_at=moment).count() == article.revisions.count()


def test_emptying_the_moment_of_a_scheduled_article_publishes_it(client, owner):
    article = make_article(published_at=datetime(2026, 10, 3, 22, tzinfo=UTC))
    client.post(change(article), typed(article, published_at_0="", published_at_1=""))
    assert Article.objects.get().is_public


def test_taking_a_public_article_away_asks_once(client, owner):
    article = make_article(published_at=datetime(2026, 9, 1, tzinfo=UTC))
    page = client.post(change(article), typed(article, publish_anyway="", **SEVEN))
    assert "読者から見えなくなります" in page.text
    assert Article.objects.get().is_public
    client.post(change(article), typed(article, **SEVEN))
    assert not Article.objects.get().is_public


def test_moving_a_scheduled_article_asks_nothing(client, owner):
    article = make_article(published_at=datetime(2026, 10, 5, tzinfo=UTC))
    assert client.post(change(article), typed(article, publish_anyway="", **SEVEN)).status_code == 302

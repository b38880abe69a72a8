from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from articles import source_check
from articles.models import Source
from comments.digest import SHOWN_MOST
from comments.models import Notice
from comments.notices import send_notices
from config.management.commands import tick
from tests.factories import make_article, make_comment, make_owner
from tests.owners_servers import Hook, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.NOTICE_EMAILS, settings.NOTICE_WEBHOOK_URL = ["owner@example.jp"], ""
    settings.SITE_URL = "https://news.example.jp"


def dying(title="港湾統計", **kwargs) -> Source:
    """One that the next failure makes dead."""
    kwargs.setdefault("article", make_article(title="港の朝"))
    day_before = timezone.now() - timedelta(days=1)
    url = kwargs.pop("url", "https://news.test/a")
    return Source.objects.create(title=title, url=url, failures=4, checked_at=day_before, **kwargs)


@pytest.fixture
def gone(monkeypatch):
    monkeypatch.setattr(source_check, "in_time", lambda url: "404")


def test_the_owner_is_told_of_a_dead_source_and_why(gone):
    source = dying()
    tick.check_sources()
    send_notices()
    (message,) = mail.outbox
    assert message.subject == "[瓦版] リンク切れの参考 1 件"
    for words in ("リンク切れの参考: 港湾統計 (港の朝)", source.url, "ページが見つかりません(404)。"):
        assert words in message.body
    assert f"https://news.example.jp/admin/articles/article/{source.article_id}/change/" in message.body


def test_nobody_is_told_twice(gone):
    source = dying()
    tick.check_sources()
    Source.objects.filter(pk=source.pk).update(checked_at=timezone.now() - timedelta(days=7))
    tick.check_sources()
    assert Notice.objects.count() == 1


def test_what_answers_again_before_the_message_is_left_out(gone):
    source = dying()
    tick.check_sources()
    source_check.note(source, "")
    send_notices()
    assert mail.outbox == []
    assert Notice.objects.get().sent_at


def test_a_source_that_was_taken_away_takes_its_notice_along(gone):
    source = dying()
    tick.check_sources()
    source.delete()
    send_notices()
    assert mail.outbox == []


def test_it_stands_in_one_message_with_what_else_waits(gone):
    comment = make_comment()
    comment.report("v", "n", "insult")
    dying(title="一\n二")
    tick.check_sources()
    send_notices()
    (message,) = mail.outbox
    assert message.subject == "[瓦版] 通報されたコメント1件、リンク切れの参考 1 件"
    assert f"#{comment.number} " in message.body and "一 二" in message.body


def test_many_are_one_message_that_says_how_many_more():
    article = make_article()
    for n in range(SHOWN_MOST + 3):
        source = dying(title=f"資料{n}", article=article, dead_since=timezone.now())
        Notice.objects.tell(Notice.Kind.SOURCE, source=source)
    send_notices()
    (message,) = mail.outbox
    assert message.body.count("リンク切れの参考:") == SHOWN_MOST
    assert "ほか3件" in message.body


def test_the_webhook_hears_of_it_too(gone, settings):
    with serving(Hook()) as hook:
        settings.NOTICE_EMAILS = []
        settings.NOTICE_WEBHOOK_URL = f"http://127.0.0.1:{hook.server_address[1]}/"
        dying(title="<!channel>")
        tick.check_sources()
        send_notices()
        ((_path, _kind, told),) = hook.calls
    assert any(
        "&lt;!channel&gt;" in block["text"]["text"] and "news.test" in block["text"]["text"] for block in told["blocks"]
    )


def test_the_owner_finds_the_dead_ones_in_the_admin(client):
    dead, alive = dying(title="消えた資料", dead_since=timezone.now(), finding="404"), dying(title="ある資料")
    client.force_login(make_owner())
    page = client.get("/admin/articles/source/?dead_since__isempty=0").content.decode()
    assert dead.title in page and alive.title not in page
    assert "ページが見つかりません(404)。" in page
    assert client.get(f"/admin/articles/source/{dead.pk}/change/").status_code == 200
    assert client.get("/admin/articles/source/add/").status_code == 403

from datetime import timedelta

import pytest

pytestmark = pytest.mark.django_db


def page(client, settings, **changed):
    for name, value in changed.items():
        setattr(settings, name, value)
    return client.get("/privacy/")


def test_it_says_for_how_long_an_address_is_kept(client, settings):
    assert "90日" in page(client, settings).text
    assert "14日" in page(client, settings, ADDRESS_RETENTION=timedelta(days=14)).text


def test_it_says_when_no_address_is_kept(client, settings):
    text = page(client, settings, ADDRESS_RETENTION=timedelta(0)).text
    assert "アドレスは保存しません" in text
    assert "0日" not in text.replace("400日", "")


def test_it_tells_of_what_is_switched_on(client, settings):
    assert "◆" in page(client, settings).text
    text = page(client, settings, TRIPS=False, PUBLIC_IDS=False).text
    assert "◆" not in text
    assert "ID" not in text


def test_it_tells_of_akismet_where_it_is_asked(client, settings):
    assert "Akismet" not in page(client, settings).text
    assert "Akismet" in page(client, settings, AKISMET_KEY="0123456789ab").text


def test_it_tells_of_reports_bans_and_appeals(client, settings):
    text = page(client, settings).text
    assert "通報は一人につき一件" in text
    assert "少なくとも90日間保存" in text
    assert "禁止が終わって90日後" in text
    assert "投稿者が運営へ送った異議" in text
    assert "コメントの文面だけから作った符号" in text


def test_it_names_whom_to_ask(client, settings):
    assert "mailto:" not in page(client, settings).text
    assert 'href="mailto:owner@example.jp"' in page(client, settings, CONTACT_EMAIL="owner@example.jp").text


def test_every_page_leads_to_it_and_it_sets_no_cookie(client, settings):
    assert 'href="/privacy/"' in client.get("/").text
    assert not page(client, settings).cookies

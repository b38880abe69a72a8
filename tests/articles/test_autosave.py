import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from articles.models import Article, Autosave
from config.management.commands.tick import drop_autosaves
from tests.articles.typed import ADD, AUTOSAVE, change, filled, inline, typed
from tests.factories import make_article, make_owner, make_user

KEY = UUID("11111111-1111-4111-8111-111111111111")


def lists(fields):
    return {name: [str(value)] for name, value in fields.items()}


def send(client, fields, *, key=KEY, article="", **more):
    return client.post(AUTOSAVE, {"key": key, "article": article, "typed": json.dumps(lists(fields)), **more})


def test_it_keeps_what_is_typed(client, owner, time_machine):
    time_machine.move_to("2026-10-03T03:34:00Z", tick=False)
    answer = send(client, filled(title="書きかけ")).json()
    row = Autosave.objects.get()
    assert (row.user, row.article, row.data["title"]) == (owner, None, "書きかけ")
    assert answer["clock"] == "12:34"


def test_one_form_has_one_row(client, owner):
    article = make_article()
    send(client, filled(title="一"), article=article.pk)
    send(client, filled(title="二"), article=article.pk)
    assert Autosave.objects.get().data["title"] == "二"


def test_another_form_has_its_own_row(client, owner):
    send(client, filled(title="一"))
    send(client, filled(title="二"), key=uuid4())
    assert Autosave.objects.count() == 2


def test_a_number_of_rows_that_no_form_has_does_no_harm(client, owner):
    assert send(client, filled() | {"sources-TOTAL_FORMS": "9" * 5_000}).status_code == 200


def test_it_does_not_touch_the_row_of_another_user(client, owner):
    Autosave.objects.create(key=KEY, user=make_owner(), fields={"title": ["他人"]})
    assert send(client, filled()).status_code == 403
    assert Autosave.objects.get().data["title"] == "他人"


@pytest.mark.parametrize(
    "body",
    [
        {"key": "x", "typed": "{}"},
        {"key": KEY, "typed": "no JSON"},
        {"key": KEY, "typed": "[]"},
        {"key": KEY, "typed": '{"title": "text"}'},
        {"key": KEY, "typed": '{"title": [1]}'},
        {"key": KEY, "typed": '{"title": ["\\u0000"]}'},
        {"key": KEY, "typed": '{"title": ["\\ud800"]}'},
        {"key": KEY, "typed": '{"title": ["a"]}', "article": 99},
    ],
    ids=["key", "no JSON", "list", "text", "number", "NUL", "surrogate", "unknown article"],
)
def test_it_refuses_what_is_no_form(client, owner, body):
    assert client.post(AUTOSAVE, body).status_code == 400
    assert not Autosave.objects.exists()


def test_it_refuses_what_is_too_large(client, owner):
    assert send(client, filled(body="a" * 2_600_000)).status_code == 413


def test_a_long_japanese_text_fits(client, owner):
    assert send(client, filled(body="あ" * 400_000)).status_code == 200


def test_it_needs_a_sign_in(client, db):
    assert send(client, filled()).status_code == 302
    assert not Autosave.objects.exists()


def test_it_needs_the_permission_to_write(client, db):
    client.force_login(make_user(is_staff=True))
    assert send(client, filled()).status_code == 403
    assert send(client, filled(), article=make_article().pk).status_code == 403


def test_it_needs_the_token(django_user_model, db):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_owner())
    assert send(strict, filled()).status_code == 403


def test_it_tells_of_a_change_elsewhere(client, owner):
    article = make_article()
    fields = typed(article)
    assert send(client, fields, article=article.pk).json()["stale"] is False
    article.title = "別の題名"
    article.save()
    assert send(client, fields, article=article.pk).json()["stale"] is True


def test_the_form_offers_the_text_with_what_it_would_change(client, owner):
    article = make_article(body="<p>古い本文</p>")
    send(client, typed(article, body="<p>新しい本文</p>"), article=article.pk)
    offer = client.get(change(article)).context["offer"]
    assert offer["changes"] == ["本文"]
    assert [(part["put_in"], part["taken_out"]) for part in offer["differences"]] == [(2, 1)]


def test_it_offers_nothing_that_changes_nothing(client, owner):
    article = make_article(author=owner)
    send(client, typed(article, author=owner.pk), article=article.pk)
    assert client.get(change(article)).context["offer"] is None


def test_it_offers_only_what_the_user_wrote_of_this_article(client, owner):
    article = make_article()
    Autosave.objects.create(user=make_owner(), article=article, fields=lists(typed(article, title="他人")))
    send(client, filled(title="新しい"))
    assert client.get(change(article)).context["offer"] is None
    assert client.get(ADD).context["offer"]["row"].data["title"] == "新しい"


def test_going_on_fills_the_form_and_saves_nothing(client, owner):
    article = make_article(title="前の題名")
    send(client, typed(article, title="書きかけ"), article=article.pk)
    response = client.get(change(article), {"resume": str(KEY)})
    form = response.context["adminform"].form
    assert (form["title"].value(), form["resumed"].value()) == ("書きかけ", str(KEY))
    assert form["key"].value() != str(KEY)
    article.refresh_from_db()
    assert article.title == "前の題名"


def test_going_on_is_no_mistake(client, owner):
    send(client, filled(title="書きかけ"))
    page = client.get(ADD, {"resume": str(KEY)}).text
    assert "まだ保存していない文章の続きです" in page
    assert "errornote" not in page


def test_going_on_tells_what_is_wrong_besides(client, owner):
    send(client, filled(title=""))
    assert "errornote" in client.get(ADD, {"resume": str(KEY)}).text


def test_going_on_brings_the_sources_back(client, owner):
    send(client, filled(**inline("sources", {"title": "資料", "url": "https://example.com/", "position": 0})))
    sources = client.get(ADD, {"resume": str(KEY)}).context["inline_admin_formsets"][0].formset
    assert [form["title"].value() for form in sources] == ["資料"]


@pytest.mark.parametrize("key", ["", "x", str(uuid4())], ids=["none", "no key", "unknown"])
def test_going_on_with_nothing_opens_the_form(client, owner, key):
    response = client.get(ADD, {"resume": key})
    assert response.status_code == 200
    assert not response.context["adminform"].form.is_bound


def test_nobody_goes_on_with_the_text_of_another_user(client, owner):
    Autosave.objects.create(key=KEY, user=make_owner(), fields=lists(filled(title="他人")))
    assert "他人" not in client.get(ADD, {"resume": str(KEY)}).text


def test_the_form_that_goes_on_takes_the_row_over(client, owner):
    send(client, filled(title="一"))
    other = uuid4()
    send(client, filled(title="二"), key=other, resumed=KEY)
    assert [row.key for row in Autosave.objects.all()] == [other]


def test_saving_drops_the_row_and_tells_the_browser(client, owner):
    send(client, filled(title="書きかけ"))
    response = client.post(ADD, filled(title="書きかけ", key=KEY))
    assert response.status_code == 302
    assert not Autosave.objects.exists()
    assert str(KEY) in response.cookies["saved_forms"].value


def test_a_save_that_is_refused_keeps_the_row(client, owner):
    send(client, filled(title=""))
    assert client.post(ADD, filled(title="", key=KEY)).status_code == 200
    assert Autosave.objects.count() == 1


def test_discarding_drops_the_row(client, owner):
    send(client, filled())
    client.post(f"/admin/articles/article/autosave/{KEY}/discard/")
    assert not Autosave.objects.exists()


def test_discarding_leaves_the_row_of_another_user(client, owner):
    Autosave.objects.create(key=KEY, user=make_owner())
    client.post(f"/admin/articles/article/autosave/{KEY}/discard/")
    assert Autosave.objects.count() == 1


def test_the_tick_drops_what_nobody_came_back_to(owner):
    old, new = (Autosave.objects.create(user=owner) for _ in range(2))
    Autosave.objects.filter(pk=old.pk).update(saved_at=timezone.now() - timedelta(days=31))
    drop_autosaves()
    assert Autosave.objects.get() == new


# Two forms of one article


def test_it_does_not_overwrite_what_was_changed_elsewhere(client, owner):
    article = make_article(title="一", body="<p>古い本文。</p>")
    opened = typed(article, body="<p>わたしの本文。</p>")
    client.post(change(article), typed(article, body="<p>別の本文。</p>"))
    page = client.post(change(article), opened)
    assert "別の人か別のタブ" in page.text
    assert "<del>別</del><ins>わたし</ins>" in page.text
    assert Article.objects.get().body == "<p>別の本文。</p>"


def test_it_overwrites_when_the_difference_was_seen(client, owner):
    article = make_article(title="一")
    opened = typed(article, title="わたしの")
    client.post(change(article), typed(article, title="別の"))
    version = client.post(change(article), opened).context["adminform"].form.current_version
    assert client.post(change(article), opened | {"overwrite": version}).status_code == 302
    assert Article.objects.get().title == "わたしの"


def test_a_comment_does_not_make_a_form_stale(client, owner):
    from tests.factories import make_comment

    article = make_article()
    opened = typed(article, title="わたしの")
    make_comment(article=article)
    assert client.post(change(article), opened).status_code == 302


def test_a_form_without_its_version_overwrites_nothing(client, owner):
    article = make_article(title="一")
    client.post(change(article), typed(article, title="二", version=""))
    assert Article.objects.get().title == "一"

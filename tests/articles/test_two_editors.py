"""Two forms of one article are sent in the same moment: one is saved, the other is shown the difference."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from articles.models import Article
from tests.articles.typed import change, inline, typed
from tests.factories import make_article, make_owner

ROUNDS = 5


def send(client: Client, address: str, fields: dict) -> int:
    try:
        return client.post(address, fields).status_code
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_neither_overwrites_the_other_unseen():
    owner = make_owner()
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(owner)
    article = make_article()
    for turn in range(ROUNDS):
        forms = [typed(article, title=f"{turn} {name}") for name in "ab"]
        with ThreadPoolExecutor(2) as pool:
            sent = [pool.submit(send, *parts) for parts in zip(clients, [change(article)] * 2, forms, strict=True)]
        answers = [answer.result() for answer in sent]
        assert sorted(answers) == [200, 302]
        assert Article.objects.get().title == forms[answers.index(302)]["title"]


@pytest.mark.django_db
def test_an_open_form_does_not_bring_back_a_source_that_was_mended(client, owner):
    article = make_article()
    source = article.sources.create(title="資料", url="https://old.example/")
    row = {"id": source.pk, "article": article.pk, "title": "資料", "url": source.url, "position": 0}
    opened = typed(article, **inline("sources", row) | {"sources-INITIAL_FORMS": 1})
    mended = {"title": "資料", "url": "https://new.example/"}
    assert client.post(f"/admin/articles/source/{source.pk}/change/", mended).status_code == 302
    assert client.post(change(article), opened).status_code == 200
    source.refresh_from_db()
    assert source.url == "https://new.example/"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/articles/source/", "/admin/articles/source/{}/delete/"])
def test_an_open_form_is_shown_that_a_source_was_deleted(client, owner, address):
    article = make_article()
    source = article.sources.create(title="資料", url="https://old.example/")
    opened = typed(article, title="開いていた")
    chosen = {"action": "delete_selected", "_selected_action": source.pk, "post": "yes"}
    assert client.post(address.format(source.pk), chosen).status_code == 302
    assert not article.sources.exists()
    assert client.post(change(article), opened).status_code == 200
    assert Article.objects.get().title != "開いていた"

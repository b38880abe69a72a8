"""Two forms of one article are sent in the same moment: one is saved, the other is shown the difference."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from articles.models import Article
from tests.articles.typed import change, typed
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

import urllib.request

from django.db import connection
from django.test import Client


def test_it_answers_when_the_database_does(client, db):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


def test_it_fails_when_the_database_does(db, monkeypatch):
    def broken():
        raise connection.Database.OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", broken)
        response = Client(raise_request_exception=False).get("/healthz")

    assert response.status_code == 500


def test_it_answers_from_the_served_site(server):
    with urllib.request.urlopen(f"{server.url}/healthz") as response:
        assert response.read() == b"ok\n"

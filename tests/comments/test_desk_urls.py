"""Every address under the admin, the desk's included, refuses whoever is not signed in."""

import re

import pytest
from django.apps import apps
from django.urls import get_resolver

from comments.models import Appeal, Ban
from tests.factories import make_comment, make_owner

pytestmark = pytest.mark.django_db

# What a visitor may have: the sign-in itself, which every other address leads to, and the way out.
OPEN = {"/admin/login/", "/admin/logout/"}

VALUES = {"name": "held", "action": "remove", "app_label": "comments"}


def walk(patterns, prefix="/"):
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from walk(entry.url_patterns, route)
        else:
            yield route


def concrete(route: str, keys: dict) -> str:
    """The address with the key of a row that there is, else 1, and with what its other parts may be."""
    route = re.sub(r"\(\?P<url>[^)]*\)\$$", "nowhere/", route)
    route = re.sub(r"\^?\(\?P<app_label>[^)]*\)/\$$", "comments/", route)
    route = re.sub(r"(\w+)/<(?:int:pk|path:object_id)>", lambda found: f"{found[1]}/{keys.get(found[1], 1)}", route)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES.get(found[1], "1"), route)


def addresses(keys: dict) -> list[str]:
    routes = walk(get_resolver().url_patterns)
    return sorted({concrete(route, keys) for route in routes if route.startswith("/admin/")})


def everything() -> dict:
    """All rows of this project's own tables."""
    models = [*apps.get_app_config("comments").get_models(), *apps.get_app_config("articles").get_models()]
    return {model: list(model.objects.order_by("pk").values()) for model in models}


@pytest.fixture
def keys() -> dict[str, int]:
    """The keys of rows that there are, by what stands before them in an address."""
    owner = make_owner()
    comment = make_comment()
    comment.remove(by=owner)
    Appeal.objects.create(comment=comment, text="なぜですか。")
    ban = Ban.objects.ban(by=owner, visitor_key="somebody")
    event = comment.moderation_events.get()
    return {"comments": comment.pk, "comment": comment.pk, "bans": ban.pk, "decisions": event.pk}


def test_the_walk_finds_the_desk():
    found = [address for address in addresses({}) if address.startswith("/admin/desk/")]
    assert len(found) >= 14
    assert "/admin/desk/comments/1/decide/remove/" in found
    assert len(addresses({})) > 60


@pytest.mark.parametrize("cookie", ["", "visitor", "sessionid"])
@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete"])
def test_every_address_refuses_whoever_is_not_signed_in(client, keys, method, cookie):
    if cookie:
        client.cookies[cookie] = "1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    before = everything()
    for address in addresses(keys):
        if address in OPEN:
            continue
        answer = getattr(client, method)(address, headers={"Sec-Fetch-Site": "same-origin"})
        is_login = answer.status_code == 302 and answer["Location"].startswith("/admin/login/")
        assert is_login or answer.status_code in {403, 404, 405}, (address, answer.status_code)
    assert everything() == before


def test_the_same_walk_is_not_refused_to_the_owner(client, keys):
    client.force_login(make_owner())
    answers = [client.get(address).status_code for address in addresses(keys) if address.startswith("/admin/desk/")]
    assert answers.count(200) >= 6
    assert 403 not in answers

"""The page around the results, made once for many searches, is byte for byte what its templates give."""

from urllib.parse import urlencode

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.utils import translation

from articles import site_version
from comments import search
from comments.search import Asked, Results
from tests.factories import make_article, make_category, make_comment

pytestmark = pytest.mark.django_db

# Each after the others, filled into what was made for the first that is like it.
ASKED = [
    *({"q": q} for q in ("空軍", "陸軍", "100%", "%(typed)s", "\"<b>&amp;'", "空軍 -海軍", "港 category:sea", "+ ＋")),
    *({"q": "港", "page": page} for page in (1, 2, 3)),
    *({"q": "港", "order": "best", "page": page} for page in (3, 2, 1)),
    *({"q": q, "in": "comments", "order": order} for q in ("港", "港0") for order in ("newest", "best")),
    {"q": "港", "in": "comments", "page": 2, "x": "%s&<"},
]


@pytest.fixture(autouse=True)
def site(monkeypatch) -> None:
    monkeypatch.setattr(site_version, "current", lambda: 1)
    category = make_category(slug="sea", name="海 100%")
    for n in range(45):
        make_article(title=f"港{n}", category=category)
    for title in ("空軍", "陸軍", "陸軍", "100%", "<b>&amp;' %(typed)s + +"):
        make_article(title=title)
    article = make_article(slug="kiji")
    for n in range(22):
        make_comment(article=article, text=f"港{n} %(html)s <b>")


def straight(asked: dict) -> str:
    """What the template of the page makes of what was found."""
    request = RequestFactory().get("/search/", asked)
    what = Asked.by(request)
    results = Results(request, what)
    assert results.are_there
    return render_to_string(
        "search/search.html", {"asked": what, "query": what.query.typed, "results": results}, request
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_is_what_the_template_gives(client, language):
    client.cookies["language"] = language
    with translation.override(language):
        for asked in ASKED:
            assert client.get("/search/", asked).text == straight(asked), asked


def test_so_it_is_when_there_are_more_than_are_counted(client, monkeypatch):
    monkeypatch.setattr(search, "MOST_RESULTS", 40)
    for page in (1, 2):
        asked = {"q": "港", "page": page}
        assert client.get("/search/", asked).text == straight(asked)


def test_its_template_runs_once(client):
    client.get("/search/", {"q": "空軍"})
    rendered: list[str] = []
    template_rendered.connect(lambda template, **_: rendered.append(template.name), weak=False, dispatch_uid="here")
    try:
        assert "<mark>100%</mark>" in client.get("/search/", {"q": "100%"}).text
    finally:
        template_rendered.disconnect(dispatch_uid="here")
    assert "search/search.html" not in rendered


def test_the_way_to_another_language_leads_back_to_the_search(client):
    for q in ("空軍", "100%"):
        address = f"/search/?{urlencode({'q': q, 'a': '&'})}"
        assert f'value="{address.replace("&a", "&amp;a")}"' in client.get(address).text


def test_each_host_has_its_own(client, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["one.example", "two.example"], ""
    for host in ("one.example", "two.example"):
        assert f"http://{host}/search/" in client.get("/search/", {"q": "空軍"}, headers={"host": host}).text

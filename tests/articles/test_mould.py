"""A page made around what changes with the discussions is, byte for byte, what its templates give."""

from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.utils import timezone, translation

from articles import site_version
from articles.models import Article, Series
from tests.factories import make_article, make_category, make_comment, make_picture, make_tag, make_user

pytestmark = pytest.mark.django_db

PAGES = [
    *("/", "/?page=2", "/articles/kiji/", "/articles/kiji/?order=new", "/pages/about/", "/categories/sea/"),
    *(
        "/tags/harbour/",
        "/series/affair/",
        "/popular/week/",
        "/archive/2026/",
        "/archive/2026/3/",
        "/archive/2026/?page=2",
    ),
]


@pytest.fixture(autouse=True)
def one_version(monkeypatch) -> None:
    monkeypatch.setattr(site_version, "current", lambda: 1)


@pytest.fixture
def site(settings) -> Article:
    """More than one page of articles, one of them with all that there is; 100 % of % signs."""
    settings.SITE_URL = ""
    begin = timezone.now().replace(year=2026, month=3, day=1)
    author = make_user(first_name="花", last_name="山")
    whole = {"category": make_category(slug="sea"), "series": Series.objects.create(title="港", slug="affair")}
    whole |= {"tags": [make_tag(slug="harbour")], "author": author, "eye_catch": make_picture(caption="100%")}
    for n in range(25):
        make_article(published_at=begin - timedelta(minutes=n), title=f"第{n}報 100%", **whole)
    make_article(slug="about", kind="page", title="%(here)s")
    article = make_article(slug="kiji", published_at=begin + timedelta(minutes=1), lead="%s <b>", **whole)
    make_comment(article=article, text="100% %(number0)s")
    return article


def straight(path: str, response) -> str:
    """What the templates of the view make of its context, without moulds."""
    request = RequestFactory().get(path)
    view = response.context_data["view"]
    about = {"article": response.context_data.get("article")}
    parts = {name: render_to_string(template, about, request) for name, template in view.parts.items()}
    return render_to_string(view.template_name, response.context_data | parts, request)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_it_is_what_the_templates_give(client, site, path, language):
    client.cookies["language"] = language
    with time_machine.travel(timezone.now(), tick=False), translation.override(language):
        # Most are filled into what was made with other numbers.
        for count in (0, 1, 2, 12_345):
            Article.objects.update(comment_count=count, last_comment_number=count + 5)
            response = client.get(path)
            assert response.text == straight(path, response)


@pytest.mark.parametrize("path", PAGES)
def test_its_template_runs_once(client, site, path):
    client.get(path)
    rendered: list[str] = []
    template_rendered.connect(lambda template, **_: rendered.append(template.name), weak=False, dispatch_uid="here")
    try:
        response = client.get(path)
    finally:
        template_rendered.disconnect(dispatch_uid="here")
    assert response.context_data["view"].template_name not in rendered


def test_the_way_to_another_language_leads_back_to_the_address_that_was_asked(client, site):
    client.get("/articles/kiji/")
    assert 'value="/articles/kiji/?order=new&amp;a=%25"' in client.get("/articles/kiji/?order=new&a=%25").text


def test_each_host_has_its_own(client, site, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one.example", "two.example"):
        assert f"http://{host}/articles/kiji/" in client.get("/articles/kiji/", headers={"host": host}).text

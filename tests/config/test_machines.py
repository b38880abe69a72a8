"""What browsers and crawlers ask for by themselves."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as site_settings
from PIL import Image

from comments.models import Receipt
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def is_allowed(robots, address):
    """By the rules of RFC 9309, as far as they are used here."""
    patterns = re.findall(r"^Disallow: (.+)$", robots, re.MULTILINE)
    return not any(re.match(".*".join(map(re.escape, pattern.split("*"))), address) for pattern in patterns)


def test_robots_are_kept_from_forms_and_from_what_is_for_one_person(client):
    robots = client.get("/robots.txt").text
    comment = make_comment()
    secret = Receipt.objects.issue(comment)
    for verb in ("reply", "vote", "report", "misplaced"):
        assert not is_allowed(robots, f"/comments/{comment.pk}/{verb}/")
    for address in ("/admin/", f"/receipts/{secret}/", "/decide/x/", "/mine/", "/preview/x/"):
        assert not is_allowed(robots, address)


def test_robots_may_read_what_readers_read(client):
    robots = client.get("/robots.txt").text
    article = make_article()
    for address in ("/", article.get_absolute_url(), "/search/?q=x", "/comments/12/", "/media/pictures/a.jpg"):
        assert is_allowed(robots, address)


def test_robots_find_the_sitemaps(client, settings):
    settings.SITE_URL = "https://news.example.jp"
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    for name in ("sitemap", "news-sitemap"):
        assert f"\nSitemap: https://news.example.jp/{name}.xml\n" in response.text


def test_security_txt_says_where_to_write_and_until_when(client, settings):
    settings.CONTACT_EMAIL = "desk@example.jp"
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert fields["Contact"] == "mailto:desk@example.jp"
    assert fields["Preferred-Languages"] == "ja, en"
    # RFC 9116, 2.5.5: less than a year.
    until = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=300) < until - datetime(2026, 11, 1, tzinfo=UTC) < timedelta(days=365)


def test_without_an_address_there_is_no_security_txt(client, settings):
    settings.CONTACT_EMAIL = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_the_manifest_names_the_site_and_icons_that_exist(client, settings):
    settings.SITE_NAME = "港だより"
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    data = response.json()
    assert data["name"] == data["short_name"] == "港だより"
    assert {icon["purpose"] for icon in data["icons"]} == {"any", "maskable"}
    for icon in data["icons"]:
        with Image.open(site_settings.BASE_DIR / icon["src"].lstrip("/")) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]


def test_the_icon_is_where_everybody_looks_for_it(client):
    response = client.get("/favicon.ico")
    with Image.open(io.BytesIO(response.getvalue())) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert "max-age" in response["Cache-Control"]


def test_every_page_names_the_icons_and_the_manifest(client):
    page = client.get("/").text
    for address in ("/favicon.ico", "/static/icons/180.png", "/manifest.webmanifest"):
        assert f'href="{address}"' in page

import pytest
from django.test import Client

from tests.factories import make_article, make_owner

pytestmark = pytest.mark.django_db

HOME_IN = {"ja": "ホーム", "en": "Home"}


def speaks(response) -> str:
    """The one language that the page, its header and its words agree on."""
    language = response["Content-Language"]
    assert f'<html lang="{language}"' in response.text
    assert HOME_IN[language] in response.text
    return language


def choose(language, **kwargs):
    return Client(headers={"Sec-Fetch-Site": "same-origin"}).post("/language/", {"language": language, **kwargs})


# what the cookie says, what the site speaks, and what the page does
CASES = [
    ("", "ja", "ja"),
    ("en", "ja", "en"),
    ("ja", "ja", "ja"),
    ("ja", "en", "ja"),
    ("", "en", "en"),
    ("fr", "ja", "ja"),
    ("EN", "ja", "ja"),
    ("en-gb", "ja", "ja"),
    ("../../etc", "ja", "ja"),
]


@pytest.mark.parametrize(("cookie", "site", "shown"), CASES)
def test_the_page_speaks_what_the_reader_chose_else_what_the_site_does(settings, cookie, site, shown):
    settings.LANGUAGE_CODE = site
    client = Client()
    client.cookies["language"] = cookie
    assert speaks(client.get("/")) == shown


def test_the_language_of_the_browser_is_not_asked(client):
    plain = client.get("/")
    asked = client.get("/", headers={"Accept-Language": "en"})
    assert plain.content == asked.content
    assert "Accept-Language" not in asked.get("Vary", "")


def test_a_page_varies_by_cookie_only_where_one_was_chosen(client):
    assert "Cookie" not in client.get("/").get("Vary", "")
    client.cookies["visitor"] = "x"
    assert "Cookie" not in client.get("/").get("Vary", "")
    client.cookies["language"] = "en"
    assert "Cookie" in client.get("/")["Vary"]


def test_one_readers_choice_is_not_the_next_ones():
    english = Client()
    english.cookies["language"] = "en"
    assert speaks(english.get("/")) == "en"
    assert speaks(Client().get("/")) == "ja"


def test_choosing_sets_the_cookie_and_leads_back():
    response = choose("en", next="/archive/?page=2")
    assert (response.status_code, response["Location"]) == (303, "/archive/?page=2")
    cookie = response.cookies["language"]
    assert cookie.value == "en"
    assert cookie["samesite"] == "Lax"
    assert cookie["httponly"]
    assert not cookie["secure"]
    assert cookie["max-age"] == 365 * 24 * 3600


def test_with_tls_the_cookie_is_sent_over_nothing_else(settings):
    settings.HAS_TLS = True
    assert choose("en").cookies["language"]["secure"]


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "/a\r\nSet-Cookie: x=1",
    "",
    "nowhere",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_it_leads_nowhere_but_to_this_site(address):
    assert choose("en", next=address)["Location"] == "/"


@pytest.mark.parametrize("language", ["", "fr", "EN", "ja\r\n"])
def test_an_unknown_language_is_refused(language):
    response = choose(language)
    assert response.status_code == 400
    assert not response.cookies


def test_only_a_page_of_this_site_may_choose():
    response = Client(headers={"Origin": "https://evil.example"}).post("/language/", {"language": "en"})
    assert response.status_code == 403
    assert not response.cookies


def test_an_address_alone_chooses_nothing(client):
    response = client.get("/language/?language=en")
    assert response.status_code == 405
    assert not response.cookies


def test_the_switch_names_each_language_in_itself(client):
    page = client.get("/archive/?x=1&y=2").text
    assert '<input type="hidden" name="next" value="/archive/?x=1&amp;y=2">' in page
    assert 'value="en" lang="en">English</button>' in page
    assert 'value="ja" lang="ja" aria-current="true">日本語</button>' in page


def test_a_page_that_answers_a_form_names_no_place_to_come_back_to(client):
    article = make_article()
    response = Client(headers={"Sec-Fetch-Site": "same-origin"}).post(f"/articles/{article.slug}/comments/", {})
    assert response.status_code == 422
    assert 'name="next"' not in response.text


def test_the_admin_speaks_it_too(client):
    client.force_login(make_owner())
    client.cookies["language"] = "en"
    assert '<html lang="en"' in client.get("/admin/").text
    assert "Moderation desk" in client.get("/admin/").text


@pytest.mark.parametrize("address", ["/nowhere/", "/language/", "/%ff"])
def test_errors_are_told_in_it_too(client, address):
    client.cookies["language"] = "en"
    response = client.get(address)
    assert response.status_code in {400, 404, 405}
    assert '<html lang="en">' in response.text


def test_the_owners_text_is_marked_only_where_the_page_speaks_another_language(client):
    address = make_article().get_absolute_url()
    assert '<h1 class="article__title">' in client.get(address).text
    client.cookies["language"] = "en"
    assert '<h1 class="article__title" lang="ja">' in client.get(address).text

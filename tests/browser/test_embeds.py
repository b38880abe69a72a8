import re

import pytest
from playwright.sync_api import Page, expect

VIDEO = "/articles/tsukino-winter-cost/"
POST = "/articles/tsukino-bus-plan/"
PLAYER = "https://www.youtube-nocookie.com/embed/kawaraban00?autoplay=1&start=75"


@pytest.fixture
def elsewhere(phone: Page, browser_watch) -> list[tuple[str, str]]:
    """What the page asks other sites for: the address, and what they are told of where it comes from."""
    browser_watch.expect("another host: https://www.youtube-nocookie.com/")
    asked = []

    def answer(route):
        asked.append((route.request.url, route.request.headers.get("referer", "")))
        route.fulfill(content_type="text/html", body="<p>player</p>")

    phone.context.route(re.compile(r"^https?://(?!127\.0\.0\.1|localhost)"), answer)
    return asked


def test_a_video_is_loaded_when_the_reader_asks_for_it(phone: Page, elsewhere, server):
    phone.goto(VIDEO, wait_until="networkidle")
    button = phone.get_by_role("button", name="ここで再生")
    expect(button).to_be_visible()
    expect(phone.locator("iframe")).to_have_count(0)
    assert elsewhere == []
    button.click()
    frame = phone.locator("iframe")
    expect(frame).to_have_attribute("src", PLAYER)
    expect(frame).to_be_focused()
    expect(phone.frame_locator("iframe").locator("p")).to_have_text("player")
    # The player wants to know which site shows it, and learns no more.
    assert elsewhere == [(PLAYER, f"{server.url}/")]
    assert frame.get_attribute("title").startswith("YouTube")


def test_the_card_of_a_video_stays_a_link(phone: Page, elsewhere):
    phone.goto(VIDEO)
    link = phone.locator(".embed__link")
    expect(link).to_have_attribute("href", "https://www.youtube.com/watch?v=kawaraban00&t=75")
    phone.get_by_role("button", name="ここで再生").click()
    expect(phone.locator("iframe")).to_be_visible()
    expect(link).to_be_visible()


def test_without_scripts_there_is_the_link_alone(no_scripts_phone: Page):
    no_scripts_phone.goto(VIDEO)
    expect(no_scripts_phone.locator(".embed__link")).to_be_visible()
    expect(no_scripts_phone.locator(".embed button")).to_have_count(0)


def test_a_post_is_a_link_and_loads_nothing(phone: Page, elsewhere):
    phone.goto(POST, wait_until="networkidle")
    expect(phone.locator(".embed--x a")).to_have_text(re.compile("X @tsukinokogen_ry"))
    expect(phone.locator(".embed--x button")).to_have_count(0)
    assert elsewhere == []


def test_a_page_without_cards_has_nothing_of_them(phone: Page):
    phone.goto("/articles/lake-mail-boat/")
    expect(phone.locator("[src*=embeds], [href*=embeds]")).to_have_count(0)

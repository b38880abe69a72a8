"""New since my last visit, and what arrives while the page is open."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_accessibility import assert_axe_finds_nothing
from tests.browser.test_commenting import comment, write
from tests.browser.test_place import text


def somebody_writes(page: Page, discussion: str, words: str, parent: int | str = "") -> None:
    """Another reader posts meanwhile."""
    if parent:
        parent = page.locator(f"#c{parent} [data-reply]").first.get_attribute("data-reply")
    stamp = re.search(r'name="stamp" value="([^"]+)"', page.request.get(discussion).text())[1]
    fields = {"text": words, "parent": parent, "stamp": stamp}
    page.request.post(f"{discussion}comments/", form=fields, headers={"Sec-Fetch-Site": "same-origin"})


def marked(page: Page):
    return page.locator(".comment__new")


def test_comments_since_the_last_visit_are_marked_and_reached_one_by_one(phone: Page, discussion):
    phone.goto(discussion)
    expect(marked(phone)).to_have_count(0)
    expect(phone.locator("[data-unread-next]")).to_be_hidden()
    somebody_writes(phone, discussion, "一つめの返信", parent=2)
    somebody_writes(phone, discussion, "新しい話")
    phone.goto("/archive/")
    phone.goto(discussion)
    expect(phone.locator("[data-unread-count]")).to_contain_text("2")
    expect(comment(phone, 4).locator(".comment__new")).to_be_visible()
    expect(comment(phone, 3).locator(".comment__new")).to_have_count(0)
    phone.locator("[data-unread-next]").click()
    expect(phone.locator("#c4")).to_be_focused()
    phone.keyboard.press("n")
    expect(phone.locator("#c5")).to_be_focused()
    phone.keyboard.press("n")
    expect(phone.locator("#c4")).to_be_focused()
    assert_axe_finds_nothing(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.reload()
    expect(marked(phone)).to_have_count(0)


def test_the_key_is_a_letter_while_typing(phone: Page, discussion):
    phone.goto(discussion)
    somebody_writes(phone, discussion, "新しい話")
    phone.reload()
    expect(marked(phone)).to_have_count(1)
    text(phone).press("n")
    expect(text(phone)).to_be_focused()
    expect(text(phone)).to_have_value("n")


def test_my_own_comment_is_not_new_to_me(phone: Page, discussion):
    phone.goto(discussion)
    write(phone, "自分の文")
    comment(phone, 4).wait_for()
    phone.reload()
    expect(marked(phone)).to_have_count(0)


def test_lists_say_how_many_are_new(phone: Page, discussion):
    phone.goto(discussion)
    phone.goto("/")
    summary = phone.locator(".summary", has=phone.locator(f"a[href='{discussion}']"))
    expect(summary.locator("[data-new]")).to_be_hidden()
    somebody_writes(phone, discussion, "新しい話")
    phone.reload()
    expect(summary.locator("[data-new]")).to_contain_text("+1")
    assert_axe_finds_nothing(phone)


@pytest.mark.parametrize("stored", ["no JSON", "null", "3", "[1]", '{"a": 1}'])
def test_a_memory_that_cannot_be_read_begins_anew(phone: Page, discussion, stored):
    phone.goto(discussion)
    phone.evaluate("stored => { localStorage.seen = stored }", stored)
    phone.reload()
    somebody_writes(phone, discussion, "新しい話")
    phone.reload()
    expect(marked(phone)).to_have_count(1)


def test_only_five_hundred_articles_are_remembered(phone: Page, discussion):
    phone.goto(discussion)
    many = "JSON.stringify(Array.from({length: 600}, (_, n) => ['x' + n, {seen: 1, before: 1}]))"
    phone.evaluate(f"localStorage.seen = {many}")
    phone.reload()
    assert phone.evaluate("JSON.parse(localStorage.seen).length") == 500


def test_without_scripts_nothing_of_it_is_seen(no_scripts_phone: Page, discussion):
    no_scripts_phone.goto(discussion)
    expect(no_scripts_phone.locator(".news button:visible")).to_have_count(0)
    expect(no_scripts_phone.locator(".news")).to_have_text("", use_inner_text=True)


# While the page is open


@pytest.fixture
def open_page(phone: Page, discussion) -> Page:
    phone.clock.install()
    phone.goto(discussion)
    return phone


def test_what_arrives_is_announced_and_inserted_only_on_request(open_page: Page, discussion):
    somebody_writes(open_page, discussion, "返信が来た", parent=2)
    somebody_writes(open_page, discussion, "話が来た")
    somebody_writes(open_page, discussion, "もう一つ")
    open_page.clock.run_for(31_000)
    button = open_page.locator("[data-live-show]")
    expect(button).to_contain_text("3")
    expect(comment(open_page, 4)).to_have_count(0)
    assert_axe_finds_nothing(open_page)
    button.click()
    expect(open_page.locator("#c2 > .thread > #c4 > .comment")).to_contain_text("返信が来た")
    expect(open_page.locator("[data-thread] > #c6")).to_contain_text("もう一つ")
    expect(open_page.locator("#c4")).to_be_focused()
    expect(button).to_be_hidden()
    expect(marked(open_page)).to_have_count(3)
    expect(open_page.locator(".discussion__count")).to_contain_text("6")
    assert_axe_finds_nothing(open_page)


def test_it_asks_again_only_for_what_is_newer(open_page: Page, discussion):
    somebody_writes(open_page, discussion, "四つめ")
    open_page.clock.run_for(31_000)
    button = open_page.locator("[data-live-show]")
    expect(button).to_contain_text("1")
    somebody_writes(open_page, discussion, "五つめ")
    with open_page.expect_request("**/since/4/"):
        open_page.clock.run_for(31_000)
    expect(button).to_contain_text("2")


def test_my_own_comment_is_not_announced_to_me(open_page: Page, discussion):
    write(open_page, "自分の文")
    comment(open_page, 4).wait_for()
    with open_page.expect_response("**/since/3/"):
        open_page.clock.run_for(31_000)
    expect(open_page.locator("[data-live-show]")).to_be_hidden()
    expect(open_page.locator("#c4")).to_have_count(1)


def test_it_waits_longer_after_an_error_and_goes_on(open_page: Page, discussion, browser_watch):
    browser_watch.expect("status of 502")
    asked = []

    def answer(route: Route):
        asked.append(route.request.url)
        route.fulfill(status=502, body="bad gateway")

    open_page.route("**/since/**", answer)
    open_page.reload()
    open_page.clock.run_for(31_000)
    open_page.wait_for_timeout(300)
    open_page.clock.run_for(31_000)
    assert len(asked) == 1
    open_page.clock.run_for(31_000)
    open_page.wait_for_timeout(300)
    assert len(asked) == 2
    open_page.unroute("**/since/**")
    somebody_writes(open_page, discussion, "まだいる")
    open_page.clock.run_for(121_000)
    expect(open_page.locator("[data-live-show]")).to_contain_text("1")


def test_it_does_not_ask_while_the_page_is_hidden(open_page: Page):
    asked = []
    open_page.on("request", lambda request: "/since/" in request.url and asked.append(request.url))
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    tell = "document.dispatchEvent(new Event('visibilitychange'))"
    open_page.evaluate(hide % "true" + tell)
    open_page.clock.run_for(120_000)
    assert asked == []
    open_page.evaluate(hide % "false" + tell)
    with open_page.expect_request("**/since/3/"):
        open_page.clock.run_for(31_000)


def test_what_answers_a_comment_of_another_page_is_offered_as_a_link(open_page: Page, discussion):
    somebody_writes(open_page, discussion, "返信が来た", parent=3)
    open_page.evaluate("document.getElementById('c3').remove()")
    open_page.clock.run_for(31_000)
    open_page.locator("[data-live-show]").click()
    elsewhere = open_page.locator("[data-live-elsewhere]")
    expect(elsewhere).to_be_focused()
    expect(elsewhere.get_by_role("link", name="4")).to_be_visible()
    assert_axe_finds_nothing(open_page)


def test_a_form_that_is_open_keeps_its_place_and_text(open_page: Page, discussion):
    comment(open_page, 2).get_by_role("link", name="返信 >>").click()
    text(open_page).fill("書きかけ")
    somebody_writes(open_page, discussion, "返信が来た", parent=2)
    open_page.clock.run_for(31_000)
    open_page.locator("[data-live-show]").click()
    expect(open_page.locator("#c2 > .thread > #c4")).to_be_visible()
    expect(open_page.locator("#c2 > form")).to_be_visible()
    expect(text(open_page)).to_have_value("書きかけ")

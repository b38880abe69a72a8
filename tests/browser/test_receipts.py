import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect


def post(page: Page, discussion: str, text: str) -> None:
    page.goto(discussion)
    page.locator("#comment-form [name=text]").fill(text)
    page.locator("#comment-form [type=submit]").first.click()
    expect(page.locator("#c4 > .comment")).to_contain_text(text)


def private_link(page: Page) -> str:
    """The author's private link; a script shows it after posting, else the page of one's own comments gives it."""
    shown = page.locator("#c4 .receipt__address")
    if shown.count():
        return shown.get_attribute("href")
    page.goto("/mine/")
    page.locator("form[action$='/receipt/'] button").click()
    page.wait_for_url("**/receipts/*/")
    return re.sub(r"^https?://[^/]+", "", page.url)


def assert_axe_finds_nothing(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def assert_nothing_stands_out_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_author_edits_moves_and_withdraws(reader: Page, discussion):
    post(reader, discussion, "まちがえた言葉")
    reader.goto(private_link(reader))
    reader.locator("#edit textarea").fill("直した言葉")
    reader.locator("#edit button").click()
    expect(reader.locator(".receipt__comment")).to_contain_text("直した言葉")
    reader.locator("#move input").fill("＞＞２")
    reader.locator("#move button").click()
    expect(reader.locator(".ancestors").first.locator("> li")).to_have_count(2)
    reader.goto(discussion)
    expect(reader.locator("#c2 > .thread > #c4 > .comment")).to_contain_text("直した言葉")
    reader.go_back()
    reader.locator("#withdraw").click()
    reader.locator("main form button").click()
    expect(reader.locator("[data-state=withdrawn]")).to_be_visible()
    reader.goto(discussion)
    expect(reader.locator("#c4")).to_have_count(0)


def test_a_refused_move_stays_in_the_form_with_the_reason(reader: Page, discussion, browser_watch):
    browser_watch.expect("status of 409")
    post(reader, discussion, "どこへも行けない")
    reader.goto(private_link(reader))
    reader.locator("#move input").fill("4")
    reader.locator("#move button").click()
    expect(reader.locator("#move [role=alert]")).to_be_visible()
    expect(reader.locator("#move input")).to_have_value("4")


def test_the_browser_keeps_the_link_and_offers_it_later(phone: Page, discussion):
    post(phone, discussion, "あとで直す言葉")
    address = private_link(phone)
    phone.goto("/mine/")
    expect(phone.locator("a[data-receipt-of]")).to_have_attribute("href", address)
    assert phone.evaluate("Object.values(JSON.parse(localStorage.receipts))") == [address]


def test_another_device_needs_only_the_link(phone: Page, no_scripts_phone: Page, discussion):
    post(phone, discussion, "電車で書いた言葉")
    no_scripts_phone.goto(private_link(phone))
    no_scripts_phone.locator("#edit textarea").fill("家で直した言葉")
    no_scripts_phone.locator("#edit button").click()
    expect(no_scripts_phone.locator(".receipt__comment")).to_contain_text("家で直した言葉")


def test_a_reader_reports_a_misplaced_reply(reader: Page, discussion):
    reader.goto(discussion)
    reader.locator("#c3 > .comment .comment__more > summary").click()
    reader.locator("#c3 > .comment .comment__misplaced").click()
    reader.wait_for_url("**/misplaced/")
    reader.locator("main form input").fill("1")
    reader.locator("main form button").click()
    expect(reader.locator("#reported")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_an_author(phone: Page, discussion):
    post(phone, discussion, "みんなに読める言葉")
    assert_axe_finds_nothing(phone)
    address = private_link(phone)
    misplaced = phone.locator("#c3 > .comment .comment__misplaced").get_attribute("href")
    for page in (address, f"{address}withdraw/", "/mine/", misplaced):
        phone.goto(page)
        assert_axe_finds_nothing(phone)
        phone.set_viewport_size({"width": 320, "height": 800})
        assert_nothing_stands_out_sideways(phone)

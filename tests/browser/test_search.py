import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect


def search_for(page: Page, words: str) -> None:
    page.goto("/search/")
    field = page.locator("main").get_by_role("searchbox", name="検索する言葉")
    field.fill(words)
    field.press("Enter")
    page.wait_for_url("**/search/?q=*")


def test_a_reader_searches_and_goes_to_what_was_found(reader: Page):
    search_for(reader, "ヤサイレッシャ OR")
    expect(reader.get_by_role("heading", name="見つかりませんでした")).to_be_visible()
    search_for(reader, "「野菜列車」　鉄道")
    expect(reader.locator("main").get_by_role("searchbox")).to_have_value("「野菜列車」 鉄道")
    expect(reader.locator(".result__title mark").first).to_have_text("鉄道")
    reader.locator(".result__title a", has_text="野菜列車").first.click()
    reader.wait_for_url("**/articles/**")
    expect(reader.locator(".article__title")).to_contain_text("野菜列車")


def test_a_reader_goes_over_to_the_comments_and_into_one(reader: Page):
    search_for(reader, "月野")
    reader.get_by_role("link", name="コメント", exact=True).click()
    reader.wait_for_url("**in=comments*")
    expect(reader.locator(".result mark").first).to_have_text("月野")
    reader.get_by_role("link", name="評価順").click()
    reader.wait_for_url("**order=best*")
    words = reader.locator(".result__snippet mark").first.inner_text()
    reader.locator(".result__place").first.click()
    reader.wait_for_url("**/articles/**#c*")
    expect(reader.locator(":target")).to_contain_text(words)


def test_a_wrong_address_leads_to_the_article(reader: Page, browser_watch):
    browser_watch.expect("status of 404")
    reader.goto("/2024/05/tsukino-mountain/")
    expect(reader.get_by_role("searchbox")).to_have_value("mountain tsukino")
    reader.goto("/articles/tsukino-mountain/")
    reader.get_by_role("link", name="野菜列車").click()
    expect(reader.locator(".article__title")).to_contain_text("野菜列車")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_the_page_can_be_used_by_everybody(new_context, width, scheme, browser_watch):
    browser_watch.expect("status of 404")
    page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    for address in (
        "/search/",
        "/search/?q=月",
        "/search/?q=月&in=comments",
        "/search/?q=貨物列車モノレール",
        "/articles/tsukino-mountain/",
    ):
        page.goto(address)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address

from playwright.sync_api import Page, expect

LONG_DISCUSSION = "/articles/tsukino-mountain-freight/"


def test_a_reader_goes_from_the_home_page_into_an_article_and_on(reader: Page):
    reader.goto("/")
    title = reader.locator(".summary__title a").first
    words = title.inner_text()
    title.click()
    expect(reader.locator("h1")).to_have_text(words)
    address = reader.url
    reader.locator(".neighbours__older").click()
    expect(reader).not_to_have_url(address)
    expect(reader.locator(".article__title")).to_be_visible()


def test_an_article_shows_all_that_belongs_to_it(reader: Page):
    reader.goto(LONG_DISCUSSION)
    for title in ("参考", "関連記事", "コメント", "トラックバック", "人気の記事"):
        expect(reader.get_by_role("heading", level=2, name=title)).to_be_visible()
    expect(reader.get_by_text("※アイキャッチ画像の出典:")).to_be_visible()
    assert reader.locator(".thread__item").count() >= 40
    assert reader.locator(".related__item").count() == 6


def test_no_page_moves_sideways(reader: Page):
    for address in ("/", LONG_DISCUSSION, "/archive/", "/pages/about/"):
        for width in (320, 390, 1280):
            reader.set_viewport_size({"width": width, "height": 800})
            reader.goto(address)
            # Playwright looks from outside, so this works without the page's own scripts too.
            assert reader.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def test_every_picture_is_there(reader: Page):
    reader.goto(LONG_DISCUSSION)
    sources = reader.locator("img").evaluate_all("images => images.map(image => image.src)")
    assert sources
    for source in sources:
        assert reader.request.get(source).ok


def test_a_permanent_address_leads_to_the_comment(reader: Page):
    reader.goto(LONG_DISCUSSION)
    reader.locator("#c12 > .comment .comment__number").click()
    reader.wait_for_url(f"**{LONG_DISCUSSION}#c12")
    expect(reader.locator("#c12")).to_be_in_viewport()


def test_the_way_back_to_the_top(reader: Page):
    reader.goto(LONG_DISCUSSION + "#comments")
    reader.get_by_role("link", name="ページの先頭へ").click()
    expect(reader.locator(".site-header")).to_be_in_viewport()

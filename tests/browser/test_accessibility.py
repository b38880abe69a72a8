import pytest
from axe_playwright_python.sync_playwright import Axe

ARTICLE = "/articles/tsukino-mountain-freight/"


@pytest.fixture(params=[(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def screen(request, new_context):
    width, scheme = request.param
    return new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()


def assert_axe_finds_nothing(page):
    # To look into style sheets axe would put one into the page, which the content policy refuses.
    results = Axe().run(page, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("address", ["/", ARTICLE, "/archive/", "/pages/about/", "/privacy/", "/nowhere/"])
def test_axe_finds_nothing_on_a_page(screen, address, browser_watch):
    browser_watch.expect("status of 404")
    screen.goto(address)
    assert_axe_finds_nothing(screen)


def test_axe_finds_nothing_on_the_reply_page(screen):
    screen.goto(ARTICLE)
    screen.goto(screen.locator("#c4 [data-reply]").first.get_attribute("href"))
    assert_axe_finds_nothing(screen)


def test_axe_finds_nothing_with_the_reply_form_open_and_refused(screen, browser_watch):
    browser_watch.expect("status of 422")
    screen.goto(ARTICLE)
    screen.locator("#c4 [data-reply]").first.click()
    assert_axe_finds_nothing(screen)
    screen.get_by_label("コメント", exact=True).fill("\u3000")
    screen.get_by_role("button", name="投稿する").click()
    screen.get_by_text("コメントを入力してください").wait_for()
    assert_axe_finds_nothing(screen)


def test_axe_finds_nothing_on_the_page_of_a_vote(screen):
    screen.goto(ARTICLE)
    screen.goto(screen.locator("form[data-vote]").first.get_attribute("action"))
    assert_axe_finds_nothing(screen)


@pytest.mark.parametrize("address", ["/", ARTICLE, "/search/?q=駅", "/popular/", "/comments/1/report/"])
def test_axe_finds_nothing_on_a_page_in_english(phone, address, server):
    phone.context.add_cookies([{"name": "language", "value": "en", "url": server.url}])
    phone.goto(address)
    assert_axe_finds_nothing(phone)


@pytest.mark.parametrize("address", ["/admin/", "/admin/desk/held/", "/admin/articles/article/add/"])
def test_axe_finds_nothing_on_the_owners_first_pages(owner, address):
    owner.goto(address)
    assert_axe_finds_nothing(owner)

"""A whole shift at the moderation desk: by touch on a phone, and by keyboard alone on a wide screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import sign_in

HELD = "/admin/desk/held/"

# Older than what other tests left, so that they come first; one visitor wrote every second one.
SIXTY = """
from datetime import datetime, timedelta, timezone
from articles.models import Article
from comments.models import Comment
article = Article.objects.create(title="長い一日", slug="{slug}", status="published", body="<p>本文。</p>")
first = datetime(2020, 1, 1, tzinfo=timezone.utc)
Comment.objects.filter(author_name="desk").update(status="withdrawn")
for n in range(1, 61):
    key = "desk-visitor" if n % 2 else f"desk-visitor-{{n}}"
    comment = Comment.objects.post(article.pk, text=f"{{n}}件目の声", author_name="desk", visitor_key=key)
    moment = first + timedelta(minutes=n)
    Comment.objects.filter(pk=comment.pk).update(
        status="pending", hold_reasons="links:3", created_at=moment, network_key="desk-network"
    )
"""


@pytest.fixture
def flood(server, request) -> str:
    """Sixty comments that wait for approval; the slug of their article."""
    slug = f"flood-{abs(hash(request.node.name)) % 10**9}"
    server.manage("shell", "-v0", "-c", SIXTY.format(slug=slug))
    return slug


@pytest.fixture
def hand(new_context) -> Page:
    return sign_in(new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page())


@pytest.fixture
def keyboard(new_context) -> Page:
    return sign_in(new_context(viewport={"width": 1280, "height": 900}).new_page())


def card(page: Page, n: int) -> Locator:
    return page.locator("[data-card]").filter(has=page.get_by_text(f"{n}件目の声", exact=True))


def lines(page: Page) -> Locator:
    return page.locator("[data-line]")


def open_queue(page: Page, address: str = HELD) -> None:
    page.goto(address)
    page.evaluate("window.stayed = true")


def assert_never_reloaded(page: Page) -> None:
    assert page.evaluate("window.stayed")


def count_of(page: Page, queue: str) -> Locator:
    return page.locator(f'[data-count="{queue}"]')


def test_a_shift_by_touch_on_a_phone(hand: Page, flood):
    open_queue(hand)
    waiting = int(count_of(hand, "held").inner_text())

    card(hand, 1).get_by_role("button", name="承認する").tap()
    expect(card(hand, 1)).to_have_count(0)
    expect(lines(hand).last).to_contain_text("1件のコメント")
    expect(card(hand, 2)).to_be_focused()

    card(hand, 2).get_by_role("link", name="削除する").tap()
    panel = card(hand, 2).locator("[data-panel-open]")
    expect(panel).to_contain_text("1件のコメント、0票を隠します")
    panel.get_by_label("理由").select_option("insult")
    panel.get_by_role("button", name="削除する").tap()
    expect(card(hand, 2)).to_have_count(0)
    expect(card(hand, 3)).to_be_focused()

    card(hand, 3).get_by_role("button", name="スパム").tap()
    expect(card(hand, 3)).to_have_count(0)
    lines(hand).last.get_by_role("button", name="元に戻す").tap()
    expect(card(hand, 3)).to_be_focused()
    expect(count_of(hand, "held")).to_have_text(str(waiting - 2))

    for n in (4, 5, 6):
        card(hand, n).locator("label.desk-card__choose").tap()
    bar = hand.locator(".desk-bar")
    bar.get_by_role("button", name="承認する").tap()
    expect(bar).to_contain_text("3件のコメント、0票を公開します")
    bar.locator("[data-panel-open]").get_by_role("button", name="承認する").tap()
    for n in (4, 5, 6):
        expect(card(hand, n)).to_have_count(0)
    expect(bar).to_be_hidden()
    expect(count_of(hand, "held")).to_have_text(str(waiting - 5))

    # Of the 25 that the page came with, so many are done that the next ones are fetched.
    for n in range(7, 26):
        card(hand, n).get_by_role("button", name="承認する").tap()
        expect(card(hand, n)).to_have_count(0)
    expect(card(hand, 50)).to_have_count(1)
    expect(hand.locator("[data-card]")).to_have_count(1 + 25)
    assert hand.evaluate("document.documentElement.scrollWidth") <= 390
    assert_never_reloaded(hand)


def test_what_a_thumb_presses_is_large_enough(hand: Page, flood):
    open_queue(hand)
    card(hand, 1).get_by_role("link", name="削除する").tap()
    expect(hand.locator("[data-panel-open]")).to_be_visible()
    pressed = hand.locator("#content").locator(
        "button:visible, a.desk-button:visible, label.desk-card__choose:visible, select:visible"
    )
    sizes = pressed.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert len(sizes) > 25
    assert min(sizes) >= 44


def test_a_shift_by_keyboard_alone(keyboard: Page, flood):
    keys = keyboard.keyboard
    open_queue(keyboard)
    keys.press("?")
    expect(keyboard.get_by_role("dialog")).to_contain_text("次のコメント")
    keys.press("Escape")
    expect(keyboard.get_by_role("dialog")).to_have_count(0)

    keys.press("j")
    expect(card(keyboard, 1)).to_be_focused()
    keys.press("j")
    keys.press("k")
    expect(card(keyboard, 1)).to_be_focused()
    keys.press("a")
    expect(card(keyboard, 1)).to_have_count(0)
    expect(card(keyboard, 2)).to_be_focused()

    keys.press("r")
    panel = card(keyboard, 2).locator("[data-panel-open]")
    expect(panel.get_by_label("理由")).to_be_focused()
    # The reason, by its first letters as in any list, and then a note: letters that are keys elsewhere.
    keys.press("ArrowDown")
    while not panel.get_by_label("メモ").evaluate("field => field === document.activeElement"):
        keys.press("Tab")
    keys.type("asr jk ?")
    expect(panel.get_by_label("メモ")).to_have_value("asr jk ?")
    keys.press("Enter")
    expect(card(keyboard, 2)).to_have_count(0)
    expect(card(keyboard, 3)).to_be_focused()

    keys.press("s")
    expect(card(keyboard, 3)).to_have_count(0)
    expect(card(keyboard, 4)).to_be_focused()
    keys.press("u")
    expect(card(keyboard, 3)).to_be_focused()

    for key in ("x", "j", "x", "r"):
        keys.press(key)
    bar = keyboard.locator(".desk-bar")
    expect(bar).to_contain_text("2件のコメント、0票を隠します")
    expect(bar.locator("[data-panel-open]").get_by_role("button", name="削除する")).to_be_focused()
    keys.press("Enter")
    expect(card(keyboard, 3)).to_have_count(0)
    expect(card(keyboard, 4)).to_have_count(0)
    expect(card(keyboard, 5)).to_be_focused()

    for n in range(5, 21):
        expect(card(keyboard, n)).to_be_focused()
        keys.press("a")
        expect(card(keyboard, n)).to_have_count(0)
    expect(card(keyboard, 50)).to_have_count(1)
    assert_never_reloaded(keyboard)
    keys.press("7")
    keyboard.wait_for_url("**/admin/desk/spam/")


def test_a_wide_decision_takes_the_cards_of_the_same_visitor_along(keyboard: Page, flood):
    open_queue(keyboard)
    card(keyboard, 1).get_by_role("link", name="削除する").click()
    panel = card(keyboard, 1).locator("[data-panel-open]")
    panel.get_by_label("同じ").first.check()
    panel.get_by_role("button", name="削除する").click()
    expect(lines(keyboard)).to_contain_text("30件のコメント")
    for n in (1, 3, 25):
        expect(card(keyboard, n)).to_have_count(0)
    expect(card(keyboard, 2)).to_be_focused()
    lines(keyboard).get_by_role("button", name="元に戻す").click()
    expect(card(keyboard, 1)).to_be_focused()
    expect(card(keyboard, 25)).to_have_count(1)


def test_escape_closes_the_panel_and_a_failure_is_said(keyboard: Page, flood, browser_watch):
    browser_watch.expect("desk/comments")
    # Before the page is opened: a page that is open hears of it later than of the next key.
    keyboard.route("**/decide/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    open_queue(keyboard)
    keyboard.keyboard.press("j")
    keyboard.keyboard.press("m")
    expect(card(keyboard, 1).locator("[data-panel-open] input[name=number]")).to_be_focused()
    keyboard.keyboard.press("Escape")
    expect(keyboard.locator("[data-panel-open]")).to_have_count(0)
    expect(card(keyboard, 1)).to_be_focused()
    keyboard.keyboard.press("a")
    expect(keyboard.get_by_text("もう一度お試しください")).to_be_visible()
    expect(card(keyboard, 1)).to_have_count(1)


def test_a_key_counts_as_soon_as_the_help_is_closed(keyboard: Page, flood):
    open_queue(keyboard)
    keyboard.keyboard.press("?")
    expect(keyboard.get_by_role("dialog")).to_be_visible()
    keyboard.evaluate(
        """() => {
            document.querySelector("dialog").close();
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
        }"""
    )
    expect(card(keyboard, 1)).to_be_focused()


def test_the_keys_can_be_turned_off(keyboard: Page, flood):
    open_queue(keyboard)
    keyboard.get_by_role("button", name="キー操作").click()
    keyboard.get_by_label("キー操作を使う").uncheck()
    keyboard.get_by_role("button", name="閉じる").click()
    keyboard.reload()
    card(keyboard, 1).focus()
    keyboard.keyboard.press("a")
    keyboard.keyboard.press("?")
    expect(keyboard.get_by_role("dialog")).to_be_visible()
    expect(card(keyboard, 1)).to_have_count(1)


def test_it_works_without_scripts(new_context, flood):
    page = sign_in(new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page())
    page.goto(HELD)
    card(page, 1).get_by_role("link", name="削除する").click()
    page.wait_for_url("**/decide/remove/")
    page.get_by_label("理由").select_option("advertising")
    page.locator(".desk-panel").get_by_role("button", name="削除する").click()
    expect(page.locator(".messagelist")).to_contain_text("1件のコメント")
    page.locator(".messagelist").get_by_role("button", name="元に戻す").click()
    expect(page.locator(".messagelist")).to_contain_text("元に戻しました")
    page.goto(HELD)
    for n in (1, 2):
        card(page, n).get_by_role("checkbox").check()
    page.locator(".desk-bar").get_by_role("button", name="承認する").click()
    expect(page.get_by_text("2件のコメント、0票を公開します")).to_be_visible()
    page.locator(".desk-panel").get_by_role("button", name="承認する").click()
    page.wait_for_url(f"**{HELD}")
    expect(card(page, 3)).to_have_count(1)
    expect(card(page, 1)).to_have_count(0)
    expect(card(page, 2)).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_owner_moderates_on_the_article_page(new_context, server, discussion, scripts):
    page = sign_in(new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts).new_page())
    page.goto(discussion)
    page.locator("#c2 > .comment .verbs-fold > summary").click()
    page.get_by_role("form", name="コメント2の管理").get_by_role("link", name="削除する").click()
    expect(page.locator(".desk-panel")).to_contain_text("1件のコメント、0票を隠します")
    page.get_by_label("理由").select_option("insult")
    page.locator(".desk-panel").get_by_role("button", name="削除する").click()
    expect(page.locator("#c2 > .comment")).to_contain_text("誹謗中傷")
    expect(page.locator(".moderated")).to_contain_text("1件のコメント")
    page.wait_for_url(f"**{discussion}#c2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".moderated").get_by_role("button", name="元に戻す").click()
    expect(page.locator("#c2 > .comment")).to_contain_text("2段目")


@pytest.fixture(params=[(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def screen(request, new_context) -> Page:
    width, scheme = request.param
    return sign_in(new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page())


def assert_axe_finds_nothing(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_axe_finds_nothing_at_the_desk(screen: Page, flood):
    screen.goto(HELD)
    assert_axe_finds_nothing(screen)
    card(screen, 1).get_by_role("button", name="スパム").click()
    card(screen, 2).get_by_text("その他の操作").click()
    card(screen, 2).get_by_role("link", name="削除する").click()
    expect(screen.locator("[data-panel-open]")).to_be_visible()
    card(screen, 3).get_by_role("checkbox").check()
    screen.locator(".desk-bar").get_by_role("button", name="削除する").click()
    expect(screen.locator(".desk-bar [data-panel-open]")).to_be_visible()
    assert_axe_finds_nothing(screen)
    screen.goto(card(screen, 2).locator(".desk-card__meta a").get_attribute("href"))
    assert_axe_finds_nothing(screen)
    for name in ("禁止", "開示用の書面"):
        screen.get_by_role("link", name=name).last.click()
        expect(screen.locator("[data-panel-open]")).to_be_visible()
        assert_axe_finds_nothing(screen)
    for address in ("decisions", "bans"):
        screen.goto(f"/admin/desk/{address}/")
        assert_axe_finds_nothing(screen)


def test_axe_finds_nothing_on_the_owners_article_page(screen: Page, discussion):
    screen.goto(discussion)
    screen.locator("#c3 > .comment .verbs-fold > summary").click()
    assert_axe_finds_nothing(screen)
    screen.get_by_role("form", name="コメント3の管理").get_by_role("button", name="固定").click()
    expect(screen.locator(".moderated")).to_contain_text("1件のコメント")
    assert_axe_finds_nothing(screen)

"""Anchors, previews, orders, folds and deep threads, on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import PHONE

IMPORT = """
from datetime import timedelta
from django.utils import timezone
from articles.models import Article
from comments.importing import CommentRecord, import_comments
from comments.models import Comment
begin = timezone.now() - timedelta(days=1)
def record(number, parent=None, text="", upvotes=0):
    text = text or f"{number}番のことば"
    moment = begin + timedelta(seconds=number)
    above = parent and f"{slug}-{parent}"
    return CommentRecord(f"{slug}-{number}", above, "", text, moment, upvotes=upvotes)
"""

# A thread of 61, then threads of one on two pages.
LARGE = (
    'slug = "large"'
    + IMPORT
    + """
article = Article.objects.create(title="長い議論", slug=slug, status="published", body="<p>本文。</p>")
texts = {62: ">>63 >>61 ＞＞209", 63: ">>62", 209: ">>2"}
import_comments(article, [
    record(number, 1 if 1 < number < 62 else None, texts.get(number, ""), 9 if number == 205 else 0)
    for number in range(1, 211)
])
"""
)

DEEP = (
    IMPORT
    + """
article = Article.objects.create(title="深い議論", slug=slug, status="published", body="<p>本文。</p>")
import_comments(article, [record(number, number - 1 or None) for number in range(1, levels + 1)])
Comment.objects.filter(article=article, number=3).update(status="withdrawn")
Comment.objects.filter(article=article, number=4).update(status="removed")
moved = Comment.objects.get(article=article, number=5)
later = timezone.now()
Comment.objects.filter(pk=moved.pk).update(edited_at=later, moved_at=later, moved_from=moved.parent.parent_id)
"""
)


@pytest.fixture(scope="module")
def large(server) -> str:
    server.manage("shell", "-v0", "-c", LARGE)
    return "/articles/large/"


@pytest.fixture(scope="module")
def deep(server) -> str:
    server.manage("shell", "-v0", "-c", 'slug, levels = "deep", 1001' + DEEP)
    return "/articles/deep/"


@pytest.fixture(scope="module")
def less_deep(server) -> str:
    """Deeper than the lists nest; what axe does grows with the square of the levels."""
    server.manage("shell", "-v0", "-c", 'slug, levels = "less-deep", 130' + DEEP)
    return "/articles/less-deep/"


def assert_axe_finds_nothing(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def anchor(page: Page, source: int, target: int):
    return page.locator(f"#c{source} > .comment .comment__text a[data-number='{target}']")


def preview(page: Page):
    return page.locator(".preview")


# Anchors


def test_an_anchor_leads_to_a_comment_of_the_same_page(reader: Page, large):
    reader.goto(large)
    anchor(reader, 62, 63).click()
    expect(reader).to_have_url(re.compile(f"{large}#c63$"))
    expect(reader.locator("#c63")).to_be_in_viewport()


def test_an_anchor_leads_to_another_page_and_back(reader: Page, large):
    reader.goto(large)
    anchor(reader, 62, 209).click()
    expect(reader).to_have_url(re.compile(r"\?comments=2#c209$"))
    expect(reader.locator("#c209")).to_be_in_viewport()
    anchor(reader, 209, 2).click()
    expect(reader).to_have_url(re.compile(f"{large}#c2$"))
    expect(reader.locator("#c2")).to_be_in_viewport()


def test_the_way_back_leads_to_who_named_the_comment(reader: Page, large):
    reader.goto(large)
    reader.locator("#c63 > .comment .comment__citers").get_by_role("link", name="返信 >>62").click()
    expect(reader).to_have_url(re.compile("#c62$"))
    expect(reader.locator("#c62")).to_be_in_viewport()


def test_a_jump_opens_the_fold_around_its_target(reader: Page, large):
    reader.goto(large)
    expect(reader.locator("#c61")).not_to_be_visible()
    anchor(reader, 62, 61).click()
    expect(reader.locator("#c61")).to_be_visible()
    expect(reader.locator("#c61")).to_be_in_viewport()


@pytest.mark.parametrize("number", [40, 61])
def test_an_address_opens_the_fold_around_its_comment(reader: Page, large, number):
    reader.goto(f"{large}#c{number}")
    expect(reader.locator(f"#c{number}")).to_be_in_viewport()


def test_the_same_jump_twice_leads_there_again(phone: Page, large):
    phone.goto(large)
    for _ in range(2):
        anchor(phone, 62, 61).click()
        expect(phone.locator("#c61")).to_be_in_viewport()
        phone.locator(".thread__rest > .fold > summary").click()
        expect(phone.locator("#c61")).not_to_be_visible()


# The preview


def test_an_anchor_with_the_focus_shows_the_comment(phone: Page, large):
    phone.goto(large)
    link = anchor(phone, 62, 61)
    link.focus()
    phone.keyboard.press("Shift+Tab")
    expect(preview(phone)).to_be_visible()
    phone.keyboard.press("Tab")
    expect(preview(phone)).to_contain_text("61番のことば")
    expect(link).to_have_attribute("aria-describedby", "preview")
    phone.keyboard.press("Escape")
    expect(preview(phone)).not_to_be_visible()
    expect(link).to_be_focused()
    expect(link).not_to_have_attribute("aria-describedby", "preview")


def test_the_preview_goes_with_the_focus(phone: Page, large):
    phone.goto(large)
    anchor(phone, 62, 61).focus()
    phone.keyboard.press("Shift+Tab")
    expect(preview(phone)).to_be_visible()
    phone.keyboard.press("Shift+Tab")
    expect(preview(phone)).not_to_be_visible()


def test_an_anchor_under_the_pointer_shows_a_comment_of_another_page(phone: Page, large):
    phone.goto(large)
    anchor(phone, 62, 209).hover()
    expect(preview(phone)).to_contain_text(">>2")
    expect(preview(phone).locator("form, .comment__actions")).to_have_count(0)
    preview(phone).hover()
    phone.wait_for_timeout(400)
    expect(preview(phone)).to_be_visible()
    phone.mouse.move(1, 1)
    expect(preview(phone)).not_to_be_visible()


def test_an_anchor_of_the_preview_shows_its_comment_there(phone: Page, large):
    phone.goto(large)
    anchor(phone, 62, 209).hover()
    expect(preview(phone)).to_contain_text(">>2")
    preview(phone).locator("a[data-number='2']").hover()
    expect(preview(phone)).to_contain_text("2番のことば")


def test_without_the_comment_there_is_no_preview(phone: Page, large, browser_watch):
    browser_watch.expect("status of 404")
    phone.route("**/comments/in/**", lambda route: route.fulfill(status=404, body="nothing"))
    phone.goto(large)
    with phone.expect_response("**/comments/in/**"):
        anchor(phone, 62, 209).hover()
    phone.wait_for_timeout(100)
    expect(preview(phone)).not_to_be_visible()


# Orders


def test_a_reader_chooses_an_order_and_pages_in_it(reader: Page, large):
    reader.goto(large)
    orders = reader.locator(".orders")
    expect(orders.locator("[aria-current]")).to_have_attribute("href", f"{large}#comments")
    orders.locator("a[href*='order=new']").click()
    expect(reader.locator(".discussion > .thread > .thread__item").first).to_have_id("c210")
    reader.locator(".pagination").first.get_by_role("link", name="2").click()
    expect(reader).to_have_url(re.compile(r"order=new&comments=2"))
    expect(reader.locator("#c1")).to_be_attached()
    reader.locator(".orders a[href*='order=best']").click()
    expect(reader.locator(".discussion > .thread > .thread__item").first).to_have_id("c205")


# Folds


def test_a_reader_folds_and_unfolds_a_thread(reader: Page, large):
    reader.goto(large)
    summary = reader.locator("#c1 > .fold > summary")
    expect(summary).to_contain_text("60")
    expect(reader.locator("#c2")).to_be_visible()
    summary.press("Enter")
    expect(reader.locator("#c2")).not_to_be_visible()
    summary.press("Enter")
    expect(reader.locator("#c2")).to_be_visible()


def test_a_giant_thread_shows_its_first_replies_and_unfolds_the_others(reader: Page, large):
    reader.goto(large)
    expect(reader.locator("#c20")).to_be_visible()
    expect(reader.locator("#c21")).not_to_be_visible()
    reader.locator(".thread__rest > .fold > summary").click()
    expect(reader.locator("#c61")).to_be_visible()


def test_a_reply_to_a_folded_thread_can_be_seen(reader: Page, discussion):
    reader.goto(discussion)
    reader.locator("#c1 > .comment").get_by_role("link", name="返信 >>").click()
    reader.get_by_label("コメント", exact=True).fill("ここに返します。")
    reader.get_by_role("button", name="投稿する").click()
    expect(reader.locator("#c1 > .fold > .thread > #c4")).to_be_visible()


# Deep threads


def test_a_thread_of_a_thousand_levels_never_scrolls_sideways(reader: Page, deep):
    reader.set_viewport_size({"width": 320, "height": 800})
    reader.goto(f"{deep}#c1001")
    expect(reader.locator("#c1001")).to_be_in_viewport()
    assert reader.evaluate("document.documentElement.scrollWidth") <= 320
    assert reader.locator("#c1001 > .comment").bounding_box()["width"] > 200
    expect(reader.locator("#c1001 .comment__answered")).to_have_text(">>1000")


def test_the_browser_keeps_deep_replies_inside_what_they_answer(reader: Page, deep):
    reader.goto(deep)
    expect(reader.locator("#c99 #c100 #c101")).to_be_attached()
    expect(reader.locator("#c100 > .thread > #c1001")).to_be_attached()
    assert reader.locator(".discussion .thread__item").count() == 1001


def test_the_footer_stands_below_a_deep_thread(reader: Page, deep):
    reader.goto(deep)
    expect(reader.locator("body > .site-footer")).to_be_attached()
    expect(reader.locator(".discussion > [data-form-home] > form")).to_be_attached()


# Accessibility


@pytest.fixture(params=["light", "dark"])
def screen(request, new_context) -> Page:
    return new_context(viewport=PHONE, color_scheme=request.param).new_page()


def test_axe_finds_nothing_with_a_preview_and_a_fold(screen: Page, large):
    screen.goto(f"{large}?order=new&comments=2")
    assert_axe_finds_nothing(screen)
    screen.locator("#c1 .anchor, #c62 .anchor").first.hover()
    preview(screen).wait_for()
    assert_axe_finds_nothing(screen)
    screen.locator("#c1 > .fold > summary").click()
    assert_axe_finds_nothing(screen)


def test_axe_finds_nothing_in_a_deep_thread_with_placeholders(screen: Page, less_deep):
    screen.goto(less_deep)
    expect(screen.locator(".comment__withdrawn")).to_be_visible()
    expect(screen.locator(".comment__removed")).to_be_visible()
    expect(screen.locator("#c5 > .comment > header > .comment__edited")).to_be_visible()
    expect(screen.locator("#c5 > .comment > header > .comment__moved")).to_contain_text(">>3")
    assert_axe_finds_nothing(screen)

import re

from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import assert_axe_finds_nothing
from tests.browser.test_commenting import comment, write


def text(page: Page):
    return page.get_by_label("コメント", exact=True)


def choose(page: Page, place: str) -> None:
    page.locator(f"[name=place][value='{place}']").click()


def narrow(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_text_that_names_a_comment_becomes_its_reply_when_its_author_says_so(reader: Page, discussion, request):
    reader.goto(discussion)
    write(reader, ">>2 そのとおり")
    expect(reader.locator(".comment-form__question")).to_contain_text("2段目")
    expect(text(reader)).to_have_value(">>2 そのとおり")
    narrow(reader)
    # axe is a script itself.
    if "without" not in request.node.name:
        assert_axe_finds_nothing(reader)
        expect(reader.locator(".comment-form__question")).to_be_focused()
    choose(reader, "2")
    expect(reader.locator("#c2 > .thread > #c4 > .comment")).to_contain_text("そのとおり")


def test_a_text_that_names_a_comment_stands_on_its_own_when_its_author_says_so(reader: Page, discussion):
    reader.goto(discussion)
    write(reader, ">>2 も読みましたが")
    choose(reader, "new")
    expect(reader.locator("[data-thread] > #c4 > .comment")).to_contain_text("も読みましたが")
    reader.reload()
    expect(reader.locator(".thread__item")).to_have_count(4)


def test_enter_in_the_name_answers_no_question(reader: Page, discussion):
    reader.goto(discussion)
    write(reader, ">>2 そのとおり")
    reader.locator("[name=place]").first.wait_for()
    reader.get_by_label("名前").press("Enter")
    reader.wait_for_timeout(300)
    expect(reader.locator("[name=place]")).to_have_count(2)


def test_a_text_written_after_a_reply_form_was_closed_is_asked_about(phone: Page, discussion):
    phone.goto(discussion)
    comment(phone, 2).get_by_role("link", name="返信 >>").click()
    expect(phone.locator(".comment-form__title")).to_have_text(re.compile(">>2"))
    expect(phone.locator("[data-answered]")).to_have_text("2段目")
    text(phone).press("Escape")
    expect(phone.locator("[data-answered]")).to_be_hidden()
    write(phone, "やはり書きます")
    choose(phone, "2")
    expect(phone.locator("#c2 > .thread > #c4 > .comment")).to_contain_text("やはり書きます")


def test_another_reply_button_takes_the_place_of_the_question(phone: Page, discussion):
    phone.goto(discussion)
    write(phone, ">>2 そのとおり")
    phone.locator("[name=place]").first.wait_for()
    comment(phone, 1).get_by_role("link", name="返信 >>").click()
    expect(phone.locator("[name=place]")).to_have_count(0)
    expect(text(phone)).to_have_value(">>2 そのとおり")
    phone.get_by_role("button", name="投稿する").click()
    expect(phone.locator("#c1 > .fold > .thread > #c4 > .comment")).to_contain_text("そのとおり")


def test_a_double_click_on_the_choice_posts_once(phone: Page, discussion):
    phone.goto(discussion)
    write(phone, ">>2 一度だけ")
    phone.locator("[name=place][value='2']").dblclick()
    expect(comment(phone, 4)).to_contain_text("一度だけ")
    phone.reload()
    expect(phone.locator(".thread__item")).to_have_count(4)


def test_a_preview_shows_the_comment_and_keeps_everything(reader: Page, discussion, request):
    reader.goto(discussion)
    # The link of somebody who has written nothing yet would await approval.
    write(reader, "先の文")
    expect(comment(reader, 4)).to_be_visible()
    reader.goto(discussion)
    comment(reader, 2).get_by_role("link", name="返信 >>").click()
    reader.get_by_label("名前").fill("灯台守")
    text(reader).fill("見る。\nhttps://example.com/aです。")
    reader.locator("[name=preview]").click()
    preview = reader.locator(".comment-form__preview")
    expect(preview.get_by_role("link", name="example.com/a")).to_be_visible()
    expect(text(reader)).to_have_value("見る。\nhttps://example.com/aです。")
    expect(reader.get_by_label("名前")).to_have_value("灯台守")
    expect(reader.locator("[data-answered]")).to_have_text("2段目")
    narrow(reader)
    if "without" not in request.node.name:
        expect(preview).to_be_focused()
        assert_axe_finds_nothing(reader)
    reader.get_by_role("button", name="投稿する").click()
    expect(reader.locator("#c2 > .thread > #c5 > .comment")).to_contain_text("見る。")


def test_escape_after_a_preview_keeps_the_text(phone: Page, discussion):
    phone.goto(discussion)
    link = comment(phone, 2).get_by_role("link", name="返信 >>")
    link.click()
    text(phone).fill("見る。")
    phone.locator("[name=preview]").click()
    phone.locator(".comment-form__preview").press("Escape")
    expect(text(phone)).to_have_value("見る。")
    expect(phone.locator(".comment-form__preview")).to_have_count(0)
    expect(link).to_be_focused()


def test_the_keys_lead_through_the_form_in_reading_order(phone: Page, discussion):
    phone.goto(discussion)
    comment(phone, 2).get_by_role("link", name="返信 >>").press("Enter")
    expect(text(phone)).to_be_focused()
    for field in ("[name=author_name]", ".form__buttons [type=submit]", "[name=preview]", "[data-cancel]"):
        phone.keyboard.press("Tab")
        expect(phone.locator(field).first).to_be_focused()
    phone.keyboard.press("Enter")
    expect(comment(phone, 2).get_by_role("link", name="返信 >>")).to_be_focused()


def test_nothing_typed_while_a_comment_is_on_its_way_is_lost(phone: Page, discussion):
    waiting = []
    phone.route("**/comments/", lambda route: waiting.append(route))
    phone.goto(discussion)
    write(phone, "ゆっくり届く")
    expect(text(phone)).not_to_be_editable()
    comment(phone, 2).get_by_role("link", name="返信 >>").click()
    expect(phone.locator("[data-form-home] > form")).to_have_count(1)
    waiting[0].continue_()
    expect(comment(phone, 4)).to_contain_text("ゆっくり届く")
    expect(text(phone)).to_have_value("")
    expect(text(phone)).to_be_editable()


FULL = """
from django.utils import timezone
from comments.importing import CommentRecord, import_comments
from comments.models import Comment
from comments.models.queries import MAX_THREAD
leaf = Comment.objects.get(article__slug="{slug}", number=3)
Comment.objects.filter(pk=leaf.pk).update(import_ref="{slug}#leaf")
import_comments(leaf.article, [
    CommentRecord(f"{slug}#{{n}}", "{slug}#leaf", "", "満", timezone.now(), status="removed")
    for n in range(MAX_THREAD)
])
"""


def test_a_full_thread_offers_a_new_comment(reader: Page, discussion, server, browser_watch, request):
    browser_watch.expect("status of 409")
    server.manage("shell", "-v0", "-c", FULL.format(slug=discussion.split("/")[2]))
    reader.goto(discussion)
    comment(reader, 2).get_by_role("link", name="返信 >>").click()
    write(reader, "まだ話したい")
    expect(text(reader)).to_have_value(">>2\nまだ話したい")
    if "without" not in request.node.name:
        assert_axe_finds_nothing(reader)
    choose(reader, "new")
    expect(reader.locator("[data-thread] > #c1004 > .comment")).to_contain_text("まだ話したい")

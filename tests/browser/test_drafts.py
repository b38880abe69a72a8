import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import assert_axe_finds_nothing
from tests.browser.test_commenting import comment, write
from tests.browser.test_place import text

MODERATED = "from articles.models import Article; Article.objects.filter(slug='{slug}').update(comments='moderated')"


def type_draft(page: Page, words: str) -> None:
    text(page).fill(words)
    page.wait_for_function("words => (localStorage.drafts ?? '').includes(words)", arg=words)


def reply_to(page: Page, number: int) -> None:
    comment(page, number).get_by_role("link", name="返信 >>").click()


def test_a_draft_survives_a_reload(phone: Page, discussion):
    phone.goto(discussion)
    phone.get_by_label("名前").fill("灯台守")
    type_draft(phone, "書きかけの文")
    phone.goto("about:blank")
    phone.goto(discussion)
    expect(text(phone)).to_have_value("書きかけの文")
    expect(phone.get_by_label("名前")).to_have_value("灯台守")
    expect(phone.locator("[data-draft-status]")).to_be_visible()
    assert_axe_finds_nothing(phone)


def test_what_was_typed_last_is_kept_when_the_page_goes_away(phone: Page, discussion):
    phone.goto(discussion)
    text(phone).fill("最後の一文字まで")
    phone.goto("/archive/")
    phone.goto(discussion)
    expect(text(phone)).to_have_value("最後の一文字まで")


def test_the_draft_of_a_reply_waits_under_its_comment(phone: Page, discussion):
    phone.goto(discussion)
    reply_to(phone, 2)
    type_draft(phone, "二つめへの返信")
    phone.goto("about:blank")
    phone.goto(discussion)
    expect(text(phone)).to_have_value("")
    reply_to(phone, 3)
    expect(text(phone)).to_have_value("")
    reply_to(phone, 2)
    expect(text(phone)).to_have_value("二つめへの返信")


def test_two_drafts_do_not_write_over_each_other(phone: Page, discussion):
    phone.goto(discussion)
    reply_to(phone, 2)
    type_draft(phone, "二つめへの返信")
    phone.goto("about:blank")
    phone.goto(discussion)
    type_draft(phone, "新しい話")
    reply_to(phone, 2)
    expect(text(phone)).to_have_value("二つめへの返信")
    text(phone).press("Escape")
    expect(text(phone)).to_have_value("新しい話")
    phone.reload()
    reply_to(phone, 2)
    expect(text(phone)).to_have_value("二つめへの返信")


def test_a_draft_goes_when_the_comment_is_in(phone: Page, discussion):
    phone.goto(discussion)
    reply_to(phone, 2)
    type_draft(phone, "届く返信")
    phone.get_by_role("button", name="投稿する").click()
    expect(comment(phone, 4)).to_contain_text("届く返信")
    phone.reload()
    reply_to(phone, 2)
    expect(text(phone)).to_have_value("")
    assert phone.evaluate("localStorage.drafts") == "{}"


@pytest.mark.parametrize("words", ["届く文", "届く。\n\nhttps://example.com/" + "a" * 80 + "を見て"])
def test_a_draft_goes_after_the_plain_form_too(phone: Page, discussion, words):
    phone.goto(discussion)
    # The link of somebody who has written nothing yet would await approval.
    write(phone, "先の文")
    expect(comment(phone, 4)).to_be_visible()
    phone.goto(comment(phone, 2).get_by_role("link", name="返信 >>").get_attribute("href"))
    type_draft(phone, words.split("\n")[0])
    write(phone, words)
    phone.wait_for_url("**#c5")
    phone.wait_for_function("localStorage.drafts === '{}'")


def test_a_draft_goes_when_the_comment_awaits_approval(phone: Page, discussion, server):
    server.manage("shell", "-v0", "-c", MODERATED.format(slug=discussion.split("/")[2]))
    phone.goto(discussion)
    phone.goto(comment(phone, 2).get_by_role("link", name="返信 >>").get_attribute("href"))
    write(phone, "承認を待つ文")
    phone.wait_for_url("**/received/")
    phone.wait_for_function("localStorage.drafts === '{}'")


def test_a_draft_survives_a_refusal(phone: Page, discussion, browser_watch):
    browser_watch.expect("status of 422")
    phone.goto(discussion)
    write(phone, "長" * 5001)
    phone.get_by_text("5001文字あります").wait_for()
    phone.goto("about:blank")
    phone.goto(discussion)
    expect(text(phone)).to_have_value("長" * 5001)


def test_a_draft_survives_the_question_where_it_belongs(phone: Page, discussion):
    phone.goto(discussion)
    write(phone, ">>2 そのとおり")
    phone.locator("[name=place]").first.wait_for()
    phone.goto("about:blank")
    phone.goto(discussion)
    expect(text(phone)).to_have_value(">>2 そのとおり")


def test_it_is_dropped_after_thirty_days(phone: Page, discussion):
    phone.goto(discussion)
    type_draft(phone, "古い文")
    age = "const d = JSON.parse(localStorage.drafts); for (const k in d) d[k].saved -= 31 * 864e5;"
    phone.evaluate(f"{{ {age} localStorage.drafts = JSON.stringify(d) }}")
    phone.goto("about:blank")
    phone.goto(discussion)
    expect(text(phone)).to_have_value("")


@pytest.mark.parametrize("stored", ["no JSON", "null", "3", '{"x": null}'])
def test_it_bears_what_it_does_not_understand(phone: Page, discussion, stored):
    phone.goto(discussion)
    phone.evaluate("stored => { localStorage.drafts = stored }", stored)
    phone.reload()
    type_draft(phone, "書ける")

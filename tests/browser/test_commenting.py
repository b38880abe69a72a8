import pytest
from playwright.sync_api import Page, Route, expect


def write(page: Page, text: str) -> None:
    page.get_by_label("コメント", exact=True).fill(text)
    page.get_by_role("button", name="投稿する").click()


def comment(page: Page, number: int):
    return page.locator(f"#c{number} > .comment")


def test_a_reader_posts_a_comment(reader: Page, discussion):
    reader.goto(discussion)
    reader.get_by_label("名前").fill("灯台守")
    write(reader, "はじめまして。")
    expect(comment(reader, 4)).to_contain_text("灯台守")
    expect(reader.locator(".discussion__count")).to_have_text("コメント4件")
    reader.reload()
    expect(comment(reader, 4)).to_contain_text("はじめまして。")


def test_the_source_that_a_known_reader_names_is_a_link(reader: Page, discussion):
    reader.goto(discussion)
    write(reader, "はじめまして。")
    expect(comment(reader, 4)).to_be_visible()
    write(reader, "出典はhttps://example.com/aです。")
    expect(comment(reader, 5).get_by_role("link", name="example.com/a")).to_be_visible()


def test_the_link_of_a_newcomer_awaits_approval(reader: Page, discussion):
    reader.goto(discussion)
    write(reader, "出典はhttps://example.com/aです。")
    expect(reader.get_by_text("承認後に表示されます")).to_be_visible()
    reader.goto(discussion)
    expect(reader.locator(".discussion__count")).to_have_text("コメント3件")


def test_nobody_meets_the_field_for_robots(phone: Page, discussion):
    phone.goto(discussion)
    phone.get_by_label("コメント", exact=True).focus()
    phone.keyboard.press("Tab")
    expect(phone.get_by_label("名前")).to_be_focused()
    expect(phone.get_by_role("textbox", name="この欄は空のままにしてください")).to_have_count(0)
    box = phone.locator("[name=website]").locator("..").bounding_box()
    assert (box["width"], box["height"]) == (1, 1)


def test_the_form_of_an_open_page_stays_young(phone: Page, discussion):
    phone.clock.install()
    asked = []
    phone.route("**/since/**", lambda route: route.fulfill(status=204, headers={"X-Form-Stamp": f"stamp-{len(asked)}"}))
    phone.goto(discussion)
    stamp = phone.locator("[name=stamp]")
    made = stamp.input_value()
    phone.on("request", lambda request: "/since/" in request.url and asked.append(request.url))
    with phone.expect_response("**/since/**"):
        phone.clock.run_for(31_000)
    # Not the one that came just now: with that the comment would seem written within a second.
    expect(stamp).to_have_value(made)
    with phone.expect_response("**/since/**"):
        phone.clock.run_for(31_000)
    expect(stamp).to_have_value("stamp-1")
    comment(phone, 2).get_by_role("link", name="返信 >>").click()
    expect(stamp).to_have_value("stamp-1")


def test_a_reader_answers_a_comment_of_the_third_level(reader: Page, discussion):
    reader.goto(discussion)
    comment(reader, 3).get_by_role("link", name="返信 >>").click()
    expect(reader.locator(".comment-form__title")).to_contain_text(">>3")
    write(reader, "ここに返します。")
    expect(reader.locator("#c3 > .thread > #c4 > .comment")).to_contain_text("ここに返します。")
    reader.reload()
    expect(reader.locator("#c3 > .thread > #c4 > .comment")).to_contain_text("ここに返します。")


def test_a_reader_without_scripts_sees_what_is_answered(no_scripts_phone: Page, discussion):
    no_scripts_phone.goto(discussion)
    comment(no_scripts_phone, 3).get_by_role("link", name="返信 >>").click()
    expect(no_scripts_phone.locator(".ancestors > li")).to_have_count(3)
    expect(no_scripts_phone.locator(".ancestors > li").last).to_contain_text("3段目")


def test_a_refused_comment_stays_in_the_form_with_the_reason(reader: Page, discussion, browser_watch):
    browser_watch.expect("status of 422")
    reader.goto(discussion)
    comment(reader, 2).get_by_role("link", name="返信 >>").click()
    reader.get_by_label("名前").fill("太郎")
    write(reader, "長" * 5001)
    expect(reader.get_by_text("5001文字あります")).to_be_visible()
    expect(reader.get_by_label("コメント", exact=True)).to_have_value("長" * 5001)
    expect(reader.get_by_label("名前")).to_have_value("太郎")
    write(reader, "短く。")
    expect(reader.locator("#c2 > .thread > #c4 > .comment")).to_contain_text("短く。")


def test_a_reader_votes_and_takes_it_back(phone: Page, discussion):
    phone.goto(discussion)
    button = comment(phone, 2).get_by_role("button", name="いいね")
    count = comment(phone, 2).locator(".vote__count")
    button.click()
    expect(count).to_have_text("1")
    expect(button).to_have_attribute("aria-pressed", "true")
    phone.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(count).to_have_text("")
    expect(button).to_have_attribute("aria-pressed", "false")
    phone.reload()
    expect(count).to_have_text("")


def test_a_reader_without_scripts_votes_and_takes_it_back(no_scripts_phone: Page, discussion):
    page = no_scripts_phone
    page.goto(discussion)
    comment(page, 2).get_by_role("button", name="いいね").click()
    page.wait_for_url(f"**{discussion}#c2")
    expect(comment(page, 2).locator(".vote__count")).to_have_text("1")
    comment(page, 2).get_by_role("button", name="いいね").click()
    page.get_by_role("button", name="投票を取り消す").click()
    page.wait_for_url(f"**{discussion}#c2")
    expect(comment(page, 2).locator(".vote__count")).to_have_text("")


def test_the_reply_form_opens_under_the_comment_and_goes_back_with_its_text(phone: Page, discussion):
    phone.goto(discussion)
    link = comment(phone, 1).get_by_role("link", name="返信 >>")
    link.click()
    text = phone.get_by_label("コメント", exact=True)
    expect(phone.locator("#c1 > form")).to_be_visible()
    expect(text).to_be_focused()
    text.fill("書きかけ")
    text.press("Escape")
    expect(phone.locator("[data-form-home] > form")).to_be_visible()
    expect(link).to_be_focused()
    expect(text).to_have_value("書きかけ")
    expect(phone.locator("[name=parent]")).to_have_value("")


@pytest.mark.parametrize("fault", ["no connection", "an answer that is not ours"])
def test_nothing_is_lost_when_a_comment_does_not_arrive(phone: Page, discussion, browser_watch, fault):
    browser_watch.expect("failed|ERR_|status of 502")

    def answer(route: Route):
        if fault == "no connection":
            route.abort()
        else:
            route.fulfill(status=502, body="bad gateway")

    phone.route("**/comments/", answer)
    phone.goto(discussion)
    write(phone, "大切な文")
    expect(phone.get_by_text("送信できませんでした")).to_be_visible()
    expect(phone.get_by_label("コメント", exact=True)).to_have_value("大切な文")
    phone.unroute("**/comments/")
    phone.get_by_role("button", name="投稿する").click()
    expect(comment(phone, 4)).to_contain_text("大切な文")


def test_a_double_click_posts_once(phone: Page, discussion):
    phone.goto(discussion)
    phone.get_by_label("コメント", exact=True).fill("一度だけ")
    phone.get_by_role("button", name="投稿する").dblclick()
    expect(comment(phone, 4)).to_contain_text("一度だけ")
    phone.reload()
    expect(phone.locator(".thread__item")).to_have_count(4)


def test_ten_megabytes_are_answered_with_a_page(no_scripts_phone: Page, discussion, browser_watch):
    browser_watch.expect("status of 413")
    no_scripts_phone.goto(discussion)
    no_scripts_phone.locator("textarea").evaluate("field => { field.value = 'a'.repeat(10_000_000) }")
    no_scripts_phone.get_by_role("button", name="投稿する").click()
    expect(no_scripts_phone.get_by_role("heading", name="送信された内容が大きすぎます")).to_be_visible()


def test_a_parent_removed_while_writing_is_told_and_nothing_is_lost(reader: Page, discussion, server, browser_watch):
    browser_watch.expect("status of 409")
    reader.goto(discussion)
    comment(reader, 3).get_by_role("link", name="返信 >>").click()
    slug = discussion.split("/")[2]
    remove = f"from comments.models import *; Comment.objects.get(article__slug='{slug}', number=3).remove(by=None)"
    server.manage("shell", "-v0", "-c", remove)
    write(reader, "間に合わなかった返信")
    expect(reader.get_by_text("返信先のコメントが削除されました")).to_be_visible()
    expect(reader.get_by_label("コメント", exact=True)).to_have_value("間に合わなかった返信")

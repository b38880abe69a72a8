"""The owner writes: nothing typed is ever lost, and nothing is published by accident."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.server import OWNER, OWNER_PASSWORD

ADD = "/admin/articles/article/add/"
LOST_SESSION = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
FORGET = "from articles.models import Autosave; Autosave.objects.all().delete()"


@pytest.fixture(autouse=True)
def no_texts_of_other_tests(server):
    server.manage("shell", "-v0", "-c", FORGET)


@pytest.fixture
def title(owner) -> str:
    return f"試しの原稿 {uuid4().hex[:8]}"


def write(owner: Page, title: str, body: str = "港の朝は早い。") -> None:
    owner.goto(ADD)
    owner.get_by_role("textbox", name="題名:").fill(title)
    editor = owner.locator(".field-body .tiptap")
    editor.click()
    editor.press_sequentially(body)


def state(owner: Page):
    return owner.locator("[data-state]")


def kept(owner: Page) -> None:
    expect(state(owner)).to_have_text(re.compile(r"自動保存済み \d\d:\d\d"))


def press(owner: Page, name: str) -> None:
    owner.locator(".submit-row").get_by_role("button", name=name, exact=True).click()


def publish_anyway(owner: Page) -> None:
    press(owner, "公開する")
    owner.get_by_label("それでも公開する").check()
    press(owner, "公開する")
    expect(owner.locator(".messagelist")).to_be_visible()


def open_from_list(owner: Page, title: str) -> None:
    owner.goto(f"/admin/articles/article/?q={title}")
    owner.locator("#result_list").get_by_role("link", name=title).first.click()
    expect(owner.locator("#id_title")).to_have_value(re.compile(title))


def test_what_is_typed_survives_a_reload(owner: Page, title):
    write(owner, title)
    kept(owner)
    owner.reload()
    expect(owner.get_by_text("保存されていない文章があります")).to_be_visible()
    owner.get_by_role("button", name="続きから書く").click()
    expect(owner.locator("#id_title")).to_have_value(title)
    expect(owner.locator(".field-body .tiptap")).to_have_text("港の朝は早い。")


def test_a_text_can_be_given_up(owner: Page, title):
    write(owner, title)
    kept(owner)
    owner.reload()
    owner.get_by_role("button", name="破棄する").click()
    expect(owner.locator("[data-offer]")).to_be_hidden()
    owner.reload()
    expect(owner.locator("[data-offer]")).to_be_hidden()
    expect(owner.locator("#id_title")).to_have_value("")


def test_without_a_line_the_device_keeps_the_text(owner: Page, title, browser_watch):
    browser_watch.expect("ERR_INTERNET_DISCONNECTED|Failed to load")
    owner.goto(ADD)
    owner.context.set_offline(True)
    owner.get_by_role("textbox", name="題名:").fill(title)
    expect(state(owner)).to_have_text("保存できません。この端末には残っています。")
    # The browser dies and comes back: only the device has the text.
    again = owner.context.new_page()
    owner.close()
    again.context.set_offline(False)
    again.goto(ADD)
    expect(again.get_by_text("(この端末に残っています)")).to_be_visible()
    again.get_by_role("button", name="続きから書く").click()
    expect(again.locator("#id_title")).to_have_value(title)
    kept(again)


def test_it_is_kept_once_the_line_is_back(owner: Page, title, browser_watch):
    browser_watch.expect("ERR_INTERNET_DISCONNECTED|Failed to load")
    owner.goto(ADD)
    owner.context.set_offline(True)
    owner.get_by_role("textbox", name="題名:").fill(title)
    expect(state(owner)).to_have_text("保存できません。この端末には残っています。")
    owner.context.set_offline(False)
    kept(owner)


def test_the_bar_says_that_the_newest_words_are_not_kept_yet(owner: Page, title):
    owner.goto(ADD)
    owner.evaluate(
        """() => { window.said = []; const state = document.querySelector("[data-state]");
        new MutationObserver(() => said.push(state.dataset.now)).observe(state, { childList: true }); }"""
    )
    owner.get_by_role("textbox", name="題名:").fill(title)
    kept(owner)
    assert owner.evaluate("said[0]") == "unsaved"


def test_a_save_waits_for_the_autosave_under_way(owner: Page, title):
    unfinished = []
    owner.on("requestfailed", lambda request: unfinished.append(request.url))

    def save_meanwhile(route):
        owner.evaluate("document.querySelector('[name=_continue]').click()")
        route.continue_()

    owner.route("**/autosave/", save_meanwhile, times=1)
    owner.goto(ADD)
    owner.get_by_role("textbox", name="題名:").fill(title)
    expect(owner.locator(".messagelist")).to_be_visible()
    assert unfinished == []
    expect(owner.locator("[data-offer]")).to_be_hidden()


def test_an_expired_sign_in_costs_no_text_while_writing(owner: Page, title, server):
    owner.goto(ADD)
    server.manage("shell", "-v0", "-c", LOST_SESSION)
    owner.get_by_role("textbox", name="題名:").fill(title)
    expect(state(owner)).to_have_text("ログインの期限が切れました。文章はこの端末に残っています。")
    with owner.expect_popup() as popup:
        owner.get_by_role("link", name="新しいタブでログインする").click()
    sign_in_here(popup.value)
    expect(popup.value.get_by_text("このタブを閉じて")).to_be_visible()
    popup.value.close()
    owner.bring_to_front()
    kept(owner)
    press(owner, "保存して編集を続ける")
    expect(owner.locator("#id_title")).to_have_value(title)
    expect(owner.locator(".messagelist")).to_be_visible()


def sign_in_here(page: Page) -> None:
    page.fill("#id_username", OWNER)
    page.fill("#id_password", OWNER_PASSWORD)
    page.click("[type=submit]")


def test_an_expired_sign_in_costs_no_text_at_the_save(owner: Page, title, server):
    owner.goto(ADD)
    server.manage("shell", "-v0", "-c", LOST_SESSION)
    owner.get_by_role("textbox", name="題名:").fill(title)
    press(owner, "保存")
    expect(owner.locator("#id_username")).to_be_visible()
    sign_in_here(owner)
    expect(owner.get_by_text("保存されていない文章があります")).to_be_visible()
    owner.get_by_role("button", name="続きから書く").click()
    expect(owner.locator("#id_title")).to_have_value(title)


def test_what_was_saved_is_not_offered_again(owner: Page, title):
    write(owner, title)
    press(owner, "保存して編集を続ける")
    expect(owner.locator(".messagelist")).to_be_visible()
    expect(owner.locator("[data-offer]")).to_be_hidden()
    owner.goto(ADD)
    expect(owner.locator("#id_title")).to_have_value("")
    expect(owner.locator("[data-offer]")).to_be_hidden()


def test_two_tabs_do_not_overwrite_each_other(owner: Page, title):
    write(owner, title)
    press(owner, "保存して編集を続ける")
    expect(owner.locator(".messagelist")).to_be_visible()
    other = owner.context.new_page()
    other.goto(owner.url)
    other.locator("#id_title").fill(f"{title} 別")
    press(other, "保存して編集を続ける")
    expect(other.locator(".messagelist")).to_be_visible()

    owner.bring_to_front()
    owner.locator("#id_title").fill(f"{title} わたし")
    expect(state(owner)).to_have_text(re.compile("別の場所で変更されました"))
    press(owner, "保存して編集を続ける")
    expect(owner.locator(".writing-stale del")).to_have_text("別")
    expect(owner.locator(".writing-stale ins")).to_have_text("わたし")
    owner.get_by_label("自分の文章で上書きする").check()
    press(owner, "保存して編集を続ける")
    expect(owner.locator("#id_title")).to_have_value(f"{title} わたし")
    expect(owner.locator(".writing-stale")).to_have_count(0)


def test_the_preview_shows_what_is_not_saved(owner: Page, title):
    write(owner, title, "まだ保存していない本文。")
    with owner.expect_popup() as popup:
        press(owner, "プレビュー")
    expect(popup.value.get_by_role("heading", name=title)).to_be_visible()
    expect(popup.value.locator(".prose")).to_have_text("まだ保存していない本文。")
    expect(popup.value.get_by_text("まだ公開されていません")).to_be_visible()
    kept(owner)


def test_a_colleague_reads_by_the_link_until_it_is_revoked(owner: Page, title, new_context, browser_watch):
    browser_watch.expect("status of 404")
    write(owner, title)
    press(owner, "保存して編集を続ける")
    expect(owner.locator(".messagelist")).to_be_visible()
    owner.get_by_role("link", name="プレビューリンク").click()
    owner.get_by_role("button", name="リンクを作る").click()
    address = owner.get_by_label("リンク", exact=True).input_value()
    colleague = new_context().new_page()
    colleague.goto(address)
    expect(colleague.get_by_role("heading", name=title)).to_be_visible()
    owner.get_by_role("button", name="リンクを無効にする").click()
    expect(owner.get_by_text("いまはリンクがありません")).to_be_visible()
    assert colleague.goto(address).status == 404


def test_a_moment_is_chosen_with_a_tap(owner: Page, title):
    write(owner, title)
    owner.get_by_role("button", name="明朝 7 時").click()
    expect(owner.locator("#id_published_at_1")).to_have_value("07:00:00")
    kept(owner)
    publish_anyway(owner)
    owner.goto(f"/admin/articles/article/?q={title}")
    expect(owner.locator("#result_list")).to_contain_text(
        re.compile(r"公開予約: \d+月\d+日\(.\) 07:00\(日本時間\)、あと")
    )


def test_an_address_is_chosen_with_a_tap(owner: Page):
    owner.goto(ADD)
    owner.get_by_role("textbox", name="題名:").fill(f"F-35 {uuid4().hex[:6]} の配備")
    owner.locator(".field-slug").get_by_role("button", name=re.compile("^f-35")).first.click()
    expect(owner.locator("#id_slug")).to_have_value(re.compile("^f-35"))


def test_the_checklist_follows_what_is_typed(owner: Page, title):
    write(owner, title, "")
    checklist = owner.locator(".writing-checklist")
    expect(checklist).to_contain_text("本文が空です")
    owner.locator(".field-body .tiptap").press_sequentially("字")
    expect(checklist).not_to_contain_text("本文が空です")
    owner.locator("#id_title").fill("あ" * 61)
    expect(checklist).to_contain_text("60 文字を超えています")


def test_published_added_to_and_gone_back(owner: Page, title, new_context):
    write(owner, title)
    publish_anyway(owner)
    open_from_list(owner, title)
    owner.get_by_role("button", name="追記 の追加").click()
    addendum = owner.locator("#addenda-0 .tiptap")
    addendum.click()
    addendum.press_sequentially("追って知らせる。")
    owner.locator("#id_title").fill(f"{title} 改")
    press(owner, "保存して編集を続ける")
    expect(owner.locator(".messagelist")).to_be_visible()
    history = owner.get_by_role("link", name="変更履歴").get_attribute("href")
    address = owner.get_by_role("link", name="サイトで見る").get_attribute("href")
    owner.goto(address)
    expect(owner.get_by_role("heading", name=f"{title} 改")).to_be_visible()
    expect(owner.get_by_text("追って知らせる。")).to_be_visible()

    owner.goto(history)
    owner.locator(".revisions a").last.click()
    owner.get_by_role("link", name="現在の内容と比べる").click()
    expect(owner.locator(".difference ins")).to_have_text(re.compile("改"))
    owner.get_by_role("button", name="この版に戻す").click()
    expect(owner.locator("#id_title")).to_have_value(title)
    owner.goto(address)
    expect(owner.get_by_text("追って知らせる。")).to_be_visible()


def test_nothing_moves_sideways(owner: Page, title):
    write(owner, title)
    kept(owner)
    press(owner, "公開する")
    expect(owner.get_by_label("それでも公開する")).to_be_visible()
    assert owner.evaluate("document.documentElement.scrollWidth") <= owner.viewport_size["width"]


def test_the_toolbar_speaks_japanese(owner: Page):
    owner.goto(ADD)
    expect(owner.locator(".field-body").get_by_title("太字")).to_be_visible()


def test_it_is_saved_without_scripts(new_context, title):
    plain = sign_in(new_context(java_script_enabled=False).new_page())
    plain.goto(ADD)
    plain.locator("#id_title").fill(title)
    plain.locator("#id_body").fill("<p>字</p>")
    press(plain, "公開する")
    plain.get_by_label("それでも公開する").check()
    press(plain, "公開する")
    expect(plain.locator(".messagelist")).to_be_visible()

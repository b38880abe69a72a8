"""The owner at the desk, on a phone and on a wide screen."""

import re

from playwright.sync_api import Page, expect


def act_on(owner: Page, author: str, text: str, action: str) -> None:
    owner.goto(f"/admin/comments/comment/?q={author}")
    owner.locator("tr", has_text=text).locator(".action-select").check()
    owner.get_by_label("操作").select_option(label=action)
    owner.get_by_role("button", name="実行").click()
    expect(owner.get_by_text("1件のコメントを変更しました")).to_be_visible()


def test_the_owner_removes_and_restores_a_comment(owner: Page, discussion):
    author = discussion.split("/")[2]
    act_on(owner, author, "2段目", "削除する")
    owner.goto(discussion)
    expect(owner.locator("#c2 > .comment")).to_contain_text("このコメントは運営が削除しました")
    expect(owner.locator("#c2 #c3 > .comment")).to_contain_text("3段目")
    act_on(owner, author, "2段目", "元に戻す")
    owner.goto(discussion)
    expect(owner.locator("#c2 > .comment")).to_contain_text("2段目")


def test_the_owner_approves_a_comment_that_was_held(owner: Page, new_context, server, discussion):
    slug = discussion.split("/")[2]
    moderate = f"from articles.models import *; Article.objects.filter(slug='{slug}').update(comments='moderated')"
    server.manage("shell", "-v0", "-c", moderate)
    words = "待っているコメント"
    visitor = new_context(viewport={"width": 390, "height": 844}).new_page()
    visitor.goto(discussion)
    visitor.get_by_label("名前").fill(slug)
    visitor.get_by_label("コメント", exact=True).fill(words)
    visitor.get_by_role("button", name="投稿する").click()
    expect(visitor.get_by_role("status").filter(has_text="承認後に表示されます")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_text(words)).to_have_count(0)
    act_on(owner, slug, words, "承認する")
    visitor.reload()
    expect(visitor.get_by_text(words)).to_be_visible()


def test_the_owner_writes_previews_and_publishes_an_article(owner: Page, new_context, browser_watch):
    browser_watch.expect("status of 404")
    owner.goto("/admin/articles/article/add/")
    title = f"編集室から {owner.viewport_size['width']}"
    owner.get_by_role("textbox", name="題名:").fill(title)
    editor = owner.locator(".field-body .tiptap")
    editor.click()
    editor.press_sequentially("港の朝は早い。")
    owner.get_by_role("button", name="保存して編集を続ける").click()
    owner.get_by_role("link", name="プレビュー", exact=True).click()
    expect(owner.get_by_text("港の朝は早い。")).to_be_visible()
    expect(owner.get_by_text("まだ公開されていません")).to_be_visible()
    address = f"/articles/{title.replace(' ', '-')}/"
    visitor = new_context().new_page()
    assert visitor.goto(address).status == 404

    owner.go_back()
    owner.locator("#id_status").select_option("published")
    owner.get_by_role("button", name="保存", exact=True).click()
    owner.get_by_label("それでも公開する").check()
    owner.get_by_role("button", name="保存", exact=True).click()
    expect(owner.locator(".messagelist")).to_be_visible()
    visitor.goto(address)
    expect(visitor.locator(".prose")).to_have_text("港の朝は早い。")


def test_the_owner_puts_a_picture_with_its_credit_into_an_article(owner: Page):
    owner.goto("/admin/articles/article/add/")
    owner.locator(".field-body .tiptap").click()
    owner.locator(".field-body").get_by_title(re.compile("図版|Figure|Insert figure", re.I)).first.click()
    with owner.expect_popup() as popup:
        owner.get_by_role("button", name="選択…").click()
    chosen = popup.value.locator("[data-url]").first
    caption = chosen.get_attribute("data-caption")
    assert "出典:" in caption
    with popup.value.expect_event("close"):
        chosen.click()
    owner.locator("dialog").get_by_role("button", name="挿入").click()
    expect(owner.locator(".tiptap figure figcaption")).to_have_text(caption)
    expect(owner.locator(".tiptap figure img")).to_have_attribute("alt", re.compile("."))


def test_the_lists_of_the_desk_do_not_move_sideways(owner: Page):
    width = owner.viewport_size["width"]
    for address in ("/admin/", "/admin/comments/comment/", "/admin/articles/article/", "/admin/articles/article/add/"):
        owner.goto(address)
        assert owner.evaluate("document.documentElement.scrollWidth") <= width, address

from playwright.sync_api import expect

ARTICLE = "/articles/tsukino-mountain-freight/"


def post(page, text):
    page.goto(ARTICLE)
    page.get_by_label("コメント", exact=True).fill(text)
    page.get_by_role("button", name="投稿する").click()
    expect(page.locator(".thread").get_by_text(text)).to_be_visible()


def test_a_reader_erases_one_comment_without_scripts(no_scripts_phone):
    page = no_scripts_phone
    post(page, "あとで消す一言")
    page.get_by_role("link", name="自分のコメント").click()
    page.get_by_role("button", name="新しい専用リンク").click()
    page.get_by_role("link", name="このコメントについて保存されているものを消去する").click()
    expect(page.locator("main")).to_contain_text("あとで消す一言")
    page.get_by_role("button", name="このコメントを消去する").click()
    expect(page.get_by_role("heading", name="消去しました")).to_be_visible()
    page.goto(ARTICLE)
    expect(page.get_by_text("あとで消す一言")).to_have_count(0)


def test_a_reader_erases_everything_and_is_nobody_again(phone):
    post(phone, "全部消すつもりの話")
    phone.locator("form[data-vote] button").first.click()
    expect(phone.locator("form[data-vote] button").first).to_have_attribute("aria-pressed", "true")
    phone.goto("/mine/")
    phone.get_by_role("link", name="すべて消去する").click()
    expect(phone.locator("main")).to_contain_text("コメント1件、票1票")
    phone.get_by_label("確認しました").check()
    phone.get_by_role("button", name="すべて消去する").click()
    expect(phone.get_by_role("heading", name="消去しました")).to_be_visible()
    assert not [cookie for cookie in phone.context.cookies() if cookie["name"] == "visitor"]
    phone.wait_for_function("['votes', 'receipts', 'written'].every((key) => localStorage.getItem(key) === null)")
    phone.goto("/mine/")
    expect(phone.locator("main")).to_contain_text("コメントはまだありません")


def test_the_browser_forgets_the_link_to_an_erased_comment_only(phone):
    post(phone, "残しておく話")
    post(phone, "忘れてほしい話")
    link = phone.locator(".thread__item", has_text="忘れてほしい話").last.locator("[data-receipt]")
    phone.goto(link.get_attribute("href"))
    phone.locator("#erase").click()
    phone.get_by_role("button", name="このコメントを消去する").click()
    expect(phone.get_by_role("heading", name="消去しました")).to_be_visible()
    phone.wait_for_function("Object.keys(JSON.parse(localStorage.getItem('receipts'))).length === 1")

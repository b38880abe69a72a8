"""What readers report, what authors are told and appeal, and what the discussion says: on a phone, with and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

DECIDE = """
from datetime import timedelta
from django.utils import timezone
from articles.models import Article
from comments.models import Comment, Policy, Receipt
article = Article.objects.get(slug="{slug}")
comments = dict((comment.number, comment) for comment in Comment.objects.filter(article=article))
{code}
"""


@pytest.fixture
def decide(server, discussion):
    """Runs code in which `comments` are those of the discussion by number; gives what it prints."""
    slug = discussion.strip("/").split("/")[-1]

    def run(code: str) -> str:
        return server.manage("shell", "-v0", "-c", DECIDE.format(slug=slug, code=code))

    return run


@pytest.fixture
def has_public_log(server):
    policy = "from comments.models import Policy; Policy.objects.{}"
    server.manage("shell", "-v0", "-c", policy.format("update_or_create(pk=1, defaults=dict(has_public_log=True))"))
    yield
    server.manage("shell", "-v0", "-c", policy.format("update(has_public_log=False)"))


def assert_axe_finds_nothing(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def assert_nothing_stands_out_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def open_menu(page: Page, number: int) -> None:
    page.locator(f"#c{number} > .comment .comment__more > summary").click()


def test_a_reader_reports_a_comment(reader: Page, discussion):
    reader.goto(discussion)
    report = reader.locator("#c3 > .comment .comment__report")
    expect(report).to_be_hidden()
    open_menu(reader, 3)
    expect(report).to_be_in_viewport(ratio=1)
    report.click()
    reader.wait_for_url("**/report/")
    assert reader.context.cookies() == []
    reader.get_by_label("個人情報").check()
    reader.get_by_role("button", name="通報する").click()
    expect(reader.locator("#reported")).to_be_visible()
    assert [cookie["name"] for cookie in reader.context.cookies()] == ["visitor", "wrote"]
    reader.reload()
    expect(reader.locator("#reported")).to_be_visible()


def test_the_menu_is_opened_by_keys_and_closes_another(phone: Page, discussion):
    phone.goto(discussion)
    first, second = (phone.locator(f"#c{number} > .comment .comment__more") for number in (1, 2))
    first.locator("summary").press("Enter")
    expect(first.locator(".comment__report")).to_be_visible()
    second.locator("summary").press("Enter")
    expect(second.locator(".comment__report")).to_be_visible()
    expect(first.locator(".comment__report")).to_be_hidden()
    assert_nothing_stands_out_sideways(phone)
    assert_axe_finds_nothing(phone)
    second.locator(".comment__report").press("Escape")
    expect(second.locator(".comment__report")).to_be_hidden()
    expect(second.locator("summary")).to_be_focused()


def test_a_press_beside_the_menu_closes_it(phone: Page, discussion):
    phone.goto(discussion)
    open_menu(phone, 1)
    expect(phone.locator("#c1 > .comment .comment__report")).to_be_visible()
    phone.locator("#c1 > .comment .comment__text").click()
    expect(phone.locator("#c1 > .comment .comment__report")).to_be_hidden()


def test_an_author_reads_why_and_appeals_once(reader: Page, discussion, decide):
    code = 'comments[3].remove(by=None, reason="personal"); print(Receipt.objects.issue(comments[3]))'
    reader.goto(f"/receipts/{decide(code).strip()}/")
    expect(reader.locator("[data-state=removed]")).to_contain_text("個人情報")
    assert_nothing_stands_out_sideways(reader)
    reader.locator("#appeal input").fill("公開されている名前です。")
    reader.locator("#appeal button").click()
    expect(reader.locator("#appeal .comment__text")).to_have_text("公開されている名前です。")
    expect(reader.locator("#appeal input")).to_have_count(0)


def test_the_pinned_comment_leads_to_its_place(reader: Page, discussion, decide):
    decide("comments[3].pin(by=None)")
    reader.goto(discussion)
    pinned = reader.locator(".pinned")
    expect(pinned).to_contain_text("3段目")
    pinned.get_by_role("link", name="掲載された場所で見る").click()
    expect(reader.locator("#c3 > .comment")).to_be_in_viewport()
    assert reader.url.endswith("#c3")


def test_a_locked_thread_offers_no_reply_and_says_so(reader: Page, discussion, decide):
    decide("comments[2].lock_thread(by=None)")
    reader.goto(discussion)
    expect(reader.locator("#c1 > .comment [data-reply]")).to_have_count(1)
    expect(reader.locator("#c2 [data-reply]")).to_have_count(0)
    expect(reader.locator("#c2 > .comment")).to_contain_text("返信を締め切りました")


def test_axe_finds_nothing_on_what_readers_see_of_decisions(phone: Page, discussion, decide, has_public_log):
    code = """
comments[1].lock_thread(by=None)
comments[2].remove(by=None, reason="insult")
comments[3].pin(by=None)
article.comments_close_at = timezone.now() + timedelta(hours=3)
article.save()
print(comments[3].pk, Receipt.objects.issue(comments[2]))
"""
    pk, secret = decide(code).split()
    for page in (discussion, f"/comments/{pk}/report/", f"/receipts/{secret}/", "/moderation/", "/privacy/"):
        phone.set_viewport_size({"width": 390, "height": 844})
        phone.goto(page)
        assert_axe_finds_nothing(phone)
        phone.set_viewport_size({"width": 320, "height": 800})
        assert_nothing_stands_out_sideways(phone)

"""The links of a message to the owner, opened on a phone that is not signed in."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import assert_axe_finds_nothing
from tests.conftest import PHONE

# Under a draft, so that no other page shows it.
MAKE = """
from articles.models import Article
from comments import links
from comments.models import Comment, Notice
article = Article.objects.create(title="下書き", status="published")
comment = Comment.objects.post(article.pk, text="判断を待つコメント", visitor_key="waits")
Comment.objects.filter(pk=comment.pk).update(status="pending")
Article.objects.filter(pk=article.pk).update(status="draft")
notice = Notice.objects.create(channel="mail", kind="held", comment=comment)
print(links.address_of(notice.pk, "{action}", "pending"))
"""


@pytest.fixture
def make_link(server):
    return lambda action: server.manage("shell", "-v0", "-c", MAKE.format(action=action)).strip()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_link_removes_with_a_reason_and_serves_once(new_context, scripts, make_link, browser_watch):
    browser_watch.expect("status of 410")
    phone, path = new_context(viewport=PHONE, java_script_enabled=scripts).new_page(), make_link("remove")
    phone.goto(path)
    expect(phone.get_by_text("判断を待つコメント")).to_be_visible()
    phone.get_by_label("理由").select_option("advertising")
    phone.get_by_role("button", name="削除する").click()
    expect(phone.get_by_role("heading", name="コメントを削除しました。")).to_be_visible()
    phone.goto(path)
    expect(phone.get_by_role("heading", name="すでに使われています")).to_be_visible()


def test_axe_finds_nothing_on_its_pages(phone, make_link, browser_watch):
    browser_watch.expect("status of 404")
    phone.goto(make_link("remove"))
    assert_axe_finds_nothing(phone)
    phone.get_by_role("button", name="削除する").click()
    phone.get_by_role("heading", name="コメントを削除しました。").wait_for()
    assert_axe_finds_nothing(phone)
    phone.goto("/decide/guessed/")
    assert_axe_finds_nothing(phone)

import re

import pytest
from django.test import Client
from django.utils import timezone

from comments import public_log
from comments.models import Ban, Comment, ModerationEvent, Policy
from comments.models.decision import BanOrder, Decision
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown():
    return Policy.objects.create(pk=1, has_public_log=True)


def log(client, query="") -> str:
    response = client.get(f"/moderation/{query}")
    assert response.status_code == 200
    found = re.search(r'<ol class="log">.*?</ol>', response.text, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("has_public_log", [True, False])
def test_it_is_there_and_linked_only_when_the_owner_wants_it(client, has_public_log):
    Policy.objects.create(pk=1, has_public_log=has_public_log)
    assert client.get("/moderation/").status_code == (200 if has_public_log else 404)
    assert ('href="/moderation/"' in client.get("/").text) == has_public_log


def test_without_a_policy_there_is_none(client):
    assert client.get("/moderation/").status_code == 404
    assert not Policy.objects.exists()


def test_it_says_what_when_why_and_where(client, shown):
    comment = make_comment(article=make_article(title="ある記事"))
    comment.remove(by=make_owner(), reason="personal")
    page = log(client)
    assert "個人情報" in page
    assert "ある記事" in page
    assert "#1" in page
    assert f"/comments/{comment.pk}/" not in page
    assert f"{timezone.localtime(ModerationEvent.objects.get().created_at):%Y年%m月%d日 %H:%M}" in page
    comment.restore(by=make_owner())
    assert f'href="/comments/{comment.pk}/"' in log(client)


def test_it_says_how_many(client, shown):
    root = make_comment()
    for _ in range(3):
        make_comment(parent=root)
    root.refresh_from_db()
    Decision.on(root, "remove", "replies").carry_out(by=None, reason="hate")
    assert "コメント4件" in log(client)


def test_it_says_what_readers_have_hidden(client, shown):
    comment = make_comment()
    for n in range(3):
        comment.report(f"r{n}", f"n{n}", "insult")
    assert "読者の通報" in log(client)


def test_it_names_nobody(client, shown):
    owner = make_owner(username="owner-name", first_name="運営花子")
    comment = make_comment(text="秘密の言葉", author_name="書いた人", visitor_key="visitor-key")
    Decision.on(comment, "remove").carry_out(by=owner, note="内緒のメモ", ban=BanOrder(visitor_key="visitor-key"))
    Ban.objects.ban(by=owner, network_key="network-key", note="内緒のメモ", comment=comment)
    page = client.get("/moderation/").text
    for word in ("秘密の言葉", "書いた人", "owner-name", "運営花子", "内緒のメモ", "visitor-key", "network-key"):
        assert word not in page


def test_of_a_ban_it_says_no_more_than_that_there_was_one(client, shown):
    comment = make_comment(article=make_article(title="ある記事"))
    Ban.objects.ban(by=None, visitor_key="v", comment=comment).end(by=None)
    ModerationEvent.objects.update(article=comment.article)
    page = log(client)
    assert page.count("<li>") == 2
    assert "ある記事" not in page
    assert "#1" not in page


@pytest.mark.parametrize("action", ["erase", "hold", "release", "disclose", "leave_out", "count", "dismiss"])
def test_what_concerns_persons_is_not_in_it(client, shown, action):
    comment = make_comment()
    ModerationEvent.objects.create(comment=comment, article=comment.article, action=action)
    assert log(client) == ""


def test_an_undone_decision_is_marked_and_the_undoing_is_no_line_of_its_own(client, shown):
    comment = make_comment()
    comment.remove(by=None)
    assert "元に戻し" not in log(client)
    ModerationEvent.objects.get().undo(by=None)
    page = log(client)
    assert page.count("<li>") == 1
    assert "に元に戻しました" in page


def test_a_draft_is_not_named(client, shown):
    comment = make_comment(article=make_article(title="まだ秘密の記事"))
    comment.remove(by=None)
    type(comment.article).objects.update(status="draft")
    page = log(client)
    assert page.count("<li>") == 1
    assert "まだ秘密の記事" not in page


def test_pages_follow_each_other_without_gap_or_repetition(client, shown, monkeypatch):
    monkeypatch.setattr(public_log, "PAGE_SIZE", 3)
    article = make_article()
    for _ in range(7):
        make_comment(article=article).remove(by=None)
    seen, query = [], ""
    while True:
        text = client.get(f"/moderation/{query}").text
        seen += re.findall(r"#(\d+)", re.search(r'<ol class="log">.*?</ol>', text, re.DOTALL)[0])
        following = re.search(r'href="(\?before=\d+)"', text)
        if not following:
            break
        query = following[1]
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


@pytest.mark.parametrize("before", ["x", "", "-1", "９", "9" * 40])
def test_it_does_not_find_a_page_that_is_none(client, shown, before):
    assert client.get("/moderation/", {"before": before}).status_code == 404


def test_it_changes_nothing_and_is_the_same_for_everybody(reader, shown):
    comment = make_comment()
    comment.remove(by=None)
    reader.post(f"/articles/{comment.article.slug}/comments/", {"text": "やあ"})
    mine = reader.get("/moderation/")
    assert mine.content == Client().get("/moderation/").content
    assert not mine.cookies
    assert reader.post("/moderation/").status_code == 405


def test_the_number_of_queries_does_not_grow(client, shown, django_assert_num_queries):
    for _ in range(2):
        for _ in range(10):
            make_comment().remove(by=None)
        ModerationEvent.objects.filter(undoes=None).order_by("-pk")[0].undo(by=None)
        # The policy, the log, and what every page shows: categories and pages, until the next article appears.
        with django_assert_num_queries(5):
            client.get("/moderation/")
    assert Comment.objects.count() == 20

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.limits import Limit
from comments.models import Ban, Comment, Policy, RateLimit, Report
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

HERE = {"Sec-Fetch-Site": "same-origin"}


def report(client, comment, reason="insult"):
    return client.post(f"/comments/{comment.pk}/report/", {"reason": reason})


def from_network(n: int) -> Client:
    return Client(headers=HERE, REMOTE_ADDR=f"203.0.{n}.7")


def key_of(client) -> str:
    """The visitor's key, by a comment of theirs under another article."""
    article = make_article()
    client.post(f"/articles/{article.slug}/comments/", {"text": "わたしです。"})
    return Comment.objects.get(article=article).visitor_key


def test_every_comment_leads_to_the_form_which_sets_no_cookie(client):
    comment = make_comment()
    address = f"/comments/{comment.pk}/report/"
    assert f'href="{address}"' in client.get(comment.article.get_absolute_url()).text
    response = client.get(address)
    assert response.text.count('type="radio"') == 10
    assert "個人情報" in response.text
    assert not response.cookies


def test_it_takes_a_report_and_says_thanks(reader):
    comment = make_comment()
    response = report(reader, comment, "personal")
    assert response.status_code == 303
    assert "運営がコメントを確認します" in reader.get(response["Location"]).text
    assert 'id="reported"' not in Client().get(response["Location"]).text
    kept = Report.objects.get()
    assert (kept.comment, kept.reason, len(kept.network_key)) == (comment, "personal", 32)
    comment.refresh_from_db()
    assert comment.report_count == 1


def test_a_second_one_of_the_same_reader_says_thanks_and_counts_nothing(reader):
    comment = make_comment()
    report(reader, comment)
    hits = list(RateLimit.objects.order_by("key").values_list("key", "count"))
    assert report(reader, comment, "hate").status_code == 303
    assert Report.objects.get().reason == "insult"
    assert list(RateLimit.objects.order_by("key").values_list("key", "count")) == hits


@pytest.mark.parametrize("reason", ["", "x", "insult,hate"])
def test_it_refuses_what_is_no_reason(reader, reason):
    response = report(reader, make_comment(), reason)
    assert response.status_code == 422
    assert "理由を一つ選んでください" in response.text
    assert not response.cookies
    assert not Report.objects.exists()


def test_too_many_keep_the_choice(reader, monkeypatch):
    monkeypatch.setattr("comments.limits.REPORTS_PER_VISITOR", Limit("report/visitor", 1, timedelta(hours=1), "多い"))
    report(reader, make_comment())
    response = report(reader, make_comment(), "sexual")
    assert response.status_code == 429
    assert "多い" in response.text
    [checked] = re.findall(r"<input[^>]*checked[^>]*>", response.text)
    assert 'value="sexual"' in checked
    assert Report.objects.count() == 1


@pytest.mark.parametrize("status", [status for status in Comment.Status.values if status != "published"])
def test_it_does_not_find_a_hidden_comment(reader, status):
    comment = make_comment(status=status)
    assert report(reader, comment).status_code == 404
    assert reader.get(f"/comments/{comment.pk}/report/").status_code == 404


def test_it_does_not_find_one_under_a_draft_or_with_an_impossible_number(reader):
    comment = make_comment()
    type(comment.article).objects.update(status="draft")
    assert report(reader, comment).status_code == 404
    assert reader.get(f"/comments/{2**63}/report/").status_code == 404


def test_a_form_from_elsewhere_reports_nothing():
    assert report(Client(headers={"Origin": "https://evil.example"}), make_comment()).status_code == 403
    assert not Report.objects.exists()


def test_networks_hide_it_and_each_reporter_still_reads_thanks():
    comment = make_comment(text="見せない言葉")
    readers = [from_network(n) for n in range(3)]
    for reader in readers:
        assert report(reader, comment).status_code == 303
    assert Comment.objects.get().status == "pending"
    thanks = readers[2].get(f"/comments/{comment.pk}/report/").text
    assert 'id="reported"' in thanks
    assert "確認のため一時的に非表示" in thanks
    assert "見せない言葉" not in thanks
    assert report(readers[2], comment).status_code == 303


def test_nobody_reports_the_own_comment(reader):
    article = make_article()
    reader.post(f"/articles/{article.slug}/comments/", {"text": "わたしの言葉"})
    comment = Comment.objects.get()
    assert "あなた自身のコメント" in reader.get(f"/comments/{comment.pk}/report/").text
    response = report(reader, comment)
    assert response.status_code == 403
    assert "あなた自身のコメント" in response.text
    assert not Report.objects.exists()


def test_comments_of_the_staff_are_reported_but_stay():
    comment = make_comment(by_staff=True)
    for n in range(4):
        report(from_network(n), comment)
    assert Report.objects.count() == 4
    assert Comment.objects.get().is_published


# Banned


@pytest.mark.parametrize("address", ["report", "misplaced"])
def test_a_banned_reader_is_told_until_when_and_nothing_is_stored(reader, address):
    until = timezone.now() + timedelta(days=3)
    comment = make_comment()
    Ban.objects.ban(by=None, visitor_key=key_of(reader), expires_at=until)
    response = reader.post(f"/comments/{comment.pk}/{address}/", {"reason": "insult", "number": ""})
    assert response.status_code == 403
    assert f"{timezone.localtime(until):%Y年%m月%d日 %H:%M}まで" in response.text
    assert not response.cookies
    comment.refresh_from_db()
    assert (comment.reports.count(), comment.misplacement_reports.count()) == (0, 0)


@pytest.mark.parametrize("address", ["report", "misplaced"])
def test_whoever_is_banned_for_good_is_told_so(reader, address):
    Ban.objects.ban(by=None, visitor_key=key_of(reader))
    response = reader.post(f"/comments/{make_comment().pk}/{address}/", {"reason": "insult", "number": ""})
    assert response.status_code == 403
    assert "申し訳ありませんが、このサイトには書き込めなくなっています" in response.text


def test_a_banned_reader_still_votes_and_reports_again_when_it_is_over(reader):
    comment = make_comment()
    ban = Ban.objects.ban(by=None, visitor_key=key_of(reader))
    assert reader.post(f"/comments/{comment.pk}/vote/", {"value": 1}).status_code == 303
    ban.end(by=None)
    assert report(reader, comment).status_code == 303


def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries):
    comment = make_comment()
    client.get(f"/comments/{comment.pk}/report/")
    for _ in range(2):
        # The comment, and what every page shows: categories, pages, the policy, until the next article appears.
        with django_assert_num_queries(5):
            client.get(f"/comments/{comment.pk}/report/")
        for n in range(20):
            make_comment(parent=comment).report(f"r{n}", "n", "insult")
    assert Policy.objects.count() == 0

"""What happens at each limit, and whom it does not hit."""

from datetime import timedelta

import pytest
import time_machine

from comments import limits
from comments.limits import Limit, LimitReached
from comments.models import Comment, RateLimit
from tests.factories import make_article, make_comment
from tests.reader import Reader

pytestmark = pytest.mark.django_db

NOON = "2036-11-22 12:00+09:00"


def lower(monkeypatch, name, most):
    limit = getattr(limits, name)
    monkeypatch.setattr(limits, name, Limit(limit.name, most, limit.per, limit.reason))


def post(client, article, text, parent="", **headers):
    fields = {"text": text, "author_name": "花子", "parent": parent}
    return client.post(f"/articles/{article.slug}/comments/", fields, **headers)


def other_reader():
    return Reader(headers={"Sec-Fetch-Site": "same-origin"})


@pytest.mark.parametrize("limit", limits.ALL, ids=lambda limit: limit.name)
def test_each_limit_takes_its_number_and_no_more(limit):
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(limit.most):
            limit.take("key")
        with pytest.raises(LimitReached) as reached:
            limit.take("key")
        limit.take("another key")
        assert 0 < reached.value.retry_after <= limit.per.total_seconds()
        clock.shift(timedelta(seconds=reached.value.retry_after))
        limit.take("key")


def test_no_two_limits_share_a_row():
    assert len({limit.name for limit in limits.ALL}) == len(limits.ALL)


def test_what_is_over_the_limit_is_refused_with_the_text_still_there(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_VISITOR", 2)
    article = make_article()
    with time_machine.travel(NOON, tick=False):
        post(reader, article, "一つ目")
        post(reader, article, "二つ目")
        response = post(reader, article, "三つ目はまだここにある")
    assert response.status_code == 429
    assert response["Retry-After"] == "600"
    assert "12:10を過ぎてから" in response.text
    assert "三つ目はまだここにある</textarea>" in response.text
    assert 'value="花子"' in response.text
    assert Comment.objects.count() == 2


def test_the_same_words_again_and_again_are_too_many_too(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_VISITOR", 3)
    article = make_article()
    answers = [post(reader, article, "同じ言葉").status_code for _ in range(5)]
    assert answers == [303, 303, 303, 429, 429]
    assert Comment.objects.count() == 1


def test_a_script_gets_the_form_back_too(script, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_VISITOR", 1)
    article = make_article()
    post(script, article, "一つ目")
    response = post(script, article, "まだここにある")
    assert (response.status_code, "Retry-After" in response) == (429, True)
    assert "<html" not in response.text
    assert "まだここにある</textarea>" in response.text


def test_a_new_window_takes_new_comments(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_VISITOR", 1)
    article = make_article()
    with time_machine.travel(NOON, tick=False) as clock:
        post(reader, article, "一つ目")
        clock.shift(timedelta(minutes=10))
        assert post(reader, article, "二つ目").status_code == 303


def test_another_reader_behind_the_same_address_is_not_stopped(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_VISITOR", 1)
    article = make_article()
    post(reader, article, "一つ目")
    assert post(reader, article, "二つ目").status_code == 429
    assert post(other_reader(), article, "別の人").status_code == 303


def test_who_drops_the_cookie_is_stopped_by_the_network(monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_NETWORK", 3)
    article = make_article()
    answers = [post(other_reader(), article, f"{n}").status_code for n in range(5)]
    assert answers == [303, 303, 303, 429, 429]
    assert post(other_reader(), article, "別の町から", REMOTE_ADDR="198.51.100.1").status_code == 303


def test_who_keeps_the_cookie_is_not_stopped_by_newcomers(reader, monkeypatch):
    article = make_article()
    with time_machine.travel(NOON, tick=False) as clock:
        post(reader, article, "前からいる人")
        clock.shift(timedelta(hours=1))
        lower(monkeypatch, "COMMENTS_PER_NETWORK", 1)
        post(other_reader(), article, "一人目")
        assert post(other_reader(), article, "新しい人").status_code == 429
        assert post(reader, article, "まだ書ける").status_code == 303


def test_a_cookie_from_a_vote_a_moment_ago_makes_nobody_known(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_NETWORK", 1)
    comment = make_comment()
    post(other_reader(), comment.article, "一人目")
    reader.post(f"/comments/{comment.pk}/vote/", {"value": 1})
    assert post(reader, comment.article, "知り合いのふり").status_code == 429


def test_collected_cookies_do_not_add_up(monkeypatch):
    lower(monkeypatch, "ALL_COMMENTS_PER_NETWORK", 2)
    article, readers = make_article(), [other_reader() for _ in range(3)]
    comment = make_comment()
    with time_machine.travel(NOON, tick=False) as clock:
        for reader in readers:
            reader.post(f"/comments/{comment.pk}/vote/", {"value": 1})
        clock.shift(timedelta(hours=2))
        answers = [post(reader, article, f"{n}").status_code for n, reader in enumerate(readers)]
    assert answers == [303, 303, 429]


def test_nobody_gets_a_cookie_for_nothing(reader):
    comment = make_comment()
    assert not reader.post(f"/comments/{comment.pk}/vote/", {"value": 0}).cookies


@pytest.mark.parametrize("why", ["closed", "parent removed", "parent unknown"])
def test_what_is_refused_anyway_uses_up_no_limit(reader, why):
    root = make_comment()
    article = root.article
    if why == "closed":
        type(article).objects.update(comments="closed")
    if why == "parent removed":
        root.remove(by=None)
    parent = {"closed": "", "parent removed": root.pk, "parent unknown": root.pk + 100}[why]
    assert post(reader, article, "むだ", parent).status_code in {403, 404, 409}
    assert not RateLimit.objects.exists()


def test_one_thread_is_left_to_the_others(reader, monkeypatch):
    lower(monkeypatch, "REPLIES_IN_THREAD", 1)
    root = make_comment()
    other = make_comment(article=root.article)
    assert post(reader, root.article, "返事", root.pk).status_code == 303
    below = Comment.objects.get(text="返事")
    assert post(reader, root.article, "また返事", below.pk).status_code == 429
    assert post(reader, root.article, "こちらへ", other.pk).status_code == 303


def test_the_valve_closes_the_whole_site(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_OF_SITE", 1)
    assert post(reader, make_article(), "一つ目").status_code == 303
    response = post(other_reader(), make_article(), "二つ目", REMOTE_ADDR="198.51.100.1")
    assert response.status_code == 429
    assert "投稿が集中" in response.text


def test_what_another_limit_refuses_does_not_close_the_site(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_VISITOR", 1)
    lower(monkeypatch, "COMMENTS_OF_SITE", 2)
    article = make_article()
    for n in range(5):
        post(reader, article, f"{n}")
    assert post(other_reader(), article, "別の人").status_code == 303


def test_a_preview_and_a_mistake_cost_nothing(reader, monkeypatch):
    lower(monkeypatch, "COMMENTS_PER_VISITOR", 1)
    article = make_article()
    post(reader, article, "")
    reader.post(f"/articles/{article.slug}/comments/", {"text": "試し", "author_name": "", "preview": "1"})
    assert post(reader, article, "本番").status_code == 303


def test_too_many_votes_are_refused(reader, monkeypatch):
    lower(monkeypatch, "VOTES_PER_VISITOR", 1)
    first = make_comment()
    second = make_comment(article=first.article)
    with time_machine.travel(NOON, tick=False):
        reader.post(f"/comments/{first.pk}/vote/", {"value": 1})
        response = reader.post(f"/comments/{second.pk}/vote/", {"value": 1})
    assert (response.status_code, response["Retry-After"]) == (429, "600")
    assert "12:10を過ぎてから" in response.text
    second.refresh_from_db()
    assert second.score == 0


@pytest.mark.parametrize("name", ["REPORTS_PER_VISITOR", "REPORTS_PER_NETWORK"])
def test_too_many_reports_are_refused_and_the_number_stays(reader, monkeypatch, name):
    lower(monkeypatch, name, 0)
    above = make_comment()
    comment = make_comment(parent=above)
    make_comment(article=above.article)
    response = reader.post(f"/comments/{comment.pk}/misplaced/", {"number": "3"})
    assert (response.status_code, "Retry-After" in response) == (429, True)
    assert 'role="alert"' in response.text
    assert 'value="3"' in response.text
    assert not comment.misplacement_reports.exists()


def test_past_windows_are_told_from_open_ones():
    with time_machine.travel(NOON, tick=False) as clock:
        limits.VOTES_PER_VISITOR.take("key")
        clock.shift(limits.LONGEST)
        assert not RateLimit.objects.past(limits.LONGEST).exists()
        clock.shift(timedelta(seconds=1))
        assert RateLimit.objects.past(limits.LONGEST).count() == 1

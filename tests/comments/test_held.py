"""What becomes of a comment on its way through the form, by the verdict on it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article
from comments import facts, stamp
from comments.identity import COOKIE
from comments.models import Ban, Comment, Policy, RateLimit, Rule
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db

LONG = "どこにでも貼られる、二十文字よりは長い同じ文章です。"


def post(client, article, text="こんにちは", **fields):
    return client.post(f"/articles/{article.slug}/comments/", {"text": text, "author_name": "", "parent": "", **fields})


def newest() -> Comment:
    return Comment.objects.newest_first()[0]


def held_for(client, article, text="こんにちは", **fields) -> str:
    """The reasons for which the comment is held, "" when it is published."""
    post(client, article, text, **fields)
    comment = newest()
    assert (comment.status == Comment.Status.PENDING) == bool(comment.hold_reasons)
    return comment.hold_reasons


def set_policy(**values) -> None:
    Policy.objects.update_or_create(pk=1, defaults=values)


def known(client) -> None:
    """Let something of this visitor be published."""
    post(client, make_article(), text="前に書いたもの")


# Held


def test_a_held_comment_is_said_to_await_approval(reader):
    article = make_article(slug="kiji")
    response = post(reader, article, website="http://example.com/")
    assert response["Location"] == "/articles/kiji/comments/received/"
    assert newest().status == Comment.Status.PENDING


def test_a_script_is_told_the_same(script):
    response = post(script, make_article(), website="http://example.com/")
    assert response.status_code == 201
    assert "承認後に表示されます" in response.text


def test_the_answer_does_not_tell_robots_what_gave_them_away(script):
    trapped = post(script, make_article(), website="http://example.com/").text
    waiting = post(script, make_article(comments=Article.Comments.MODERATED)).text
    pages = {re.sub(r"receipts/[^/]+|data-receipt=.\d+", "", page) for page in (trapped, waiting)}
    assert len(pages) == 1


def test_the_field_for_robots_holds(reader):
    assert held_for(reader, make_article(), website="http://example.com/") == "trap"


def test_without_a_genuine_stamp_it_is_held(reader):
    article = make_article()
    assert held_for(reader, article, "一", stamp="") == "form:missing"
    assert held_for(reader, article, "二", stamp=stamp.make()[:-1]) == "form:missing"
    assert held_for(reader, article, "三", stamp=f"1{stamp.make()}") == "form:missing"


def test_what_is_sent_within_a_second_is_held(reader, settings):
    settings.MIN_FORM_SECONDS = 2
    assert held_for(reader, make_article()) == "form:quick"


def test_a_page_left_open_overnight_still_posts(reader, settings, time_machine):
    settings.MIN_FORM_SECONDS = 2
    article, made = make_article(), stamp.make()
    time_machine.move_to(timezone.now() + timedelta(hours=14))
    assert held_for(reader, article, stamp=made) == ""


def test_a_page_of_last_week_posts_for_those_who_are_known(reader, client, time_machine):
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    article, made = make_article(), stamp.make()
    known(reader)
    time_machine.move_to(timezone.now() + timedelta(days=8))
    assert held_for(reader, article, stamp=made) == ""
    assert held_for(client, article, stamp=made) == "form:old"


@pytest.mark.parametrize(
    ("premoderation", "first", "second", "with_link"),
    [
        ("none", "", "", ""),
        ("first", "premoderation:first", "", ""),
        ("links", "", "", "premoderation:links"),
        ("all", "premoderation:all", "premoderation:all", "premoderation:all"),
    ],
)
@pytest.mark.parametrize("place", ["site", "article"])
def test_premoderation(reader, place, premoderation, first, second, with_link):
    of_article = {"none": "at_once", "first": "first", "links": "links", "all": "moderated"}[premoderation]
    other = "none" if premoderation == "all" else "all"
    set_policy(premoderation=premoderation if place == "site" else other)
    article = make_article(comments=of_article if place == "article" else "open")
    assert held_for(reader, article, "はじめ") == first
    Comment.objects.update(status=Comment.Status.PUBLISHED)
    assert held_for(reader, article, "ふたつめ") == second
    assert held_for(reader, article, "資料 https://example.com/") == with_link


def test_who_was_removed_is_not_known(reader):
    set_policy(premoderation="first")
    article = make_article()
    post(reader, article)
    newest().approve(by=make_owner())
    newest().remove(by=make_owner())
    assert held_for(reader, article, "もう一度") == "premoderation:first"


def test_the_valve_holds_newcomers_and_lets_known_ones_pass(reader, client):
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    article = make_article()
    known(reader)
    set_policy(valve_until=timezone.now() + timedelta(minutes=10))
    assert held_for(reader, article) == ""
    assert held_for(client, article) == "valve"
    set_policy(valve_until=timezone.now())
    assert held_for(client, article, "あとで") == ""


def test_links_of_newcomers_are_held(reader):
    article = make_article()
    assert held_for(reader, article, "資料 https://example.com/") == "links:newcomer"
    assert held_for(reader, article) == ""
    assert held_for(reader, article, "資料2 https://example.com/") == ""


def test_the_same_text_in_a_third_place_is_held_whoever_wrote_it(reader):
    for _ in range(2):
        make_comment(text=LONG)
    assert held_for(reader, make_article(), f"　{LONG}") == "repeats:2"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("それな", {}),
        (LONG, {"created_at": timezone.now() - timedelta(hours=25)}),
        (LONG, {"status": Comment.Status.WITHDRAWN}),
    ],
    ids=["a short answer", "a day later", "withdrawn by its author"],
)
def test_what_may_be_said_again(reader, text, values):
    for _ in range(2):
        make_comment(text=text, **values)
    assert held_for(reader, make_article(), text) == ""


def test_the_reader_who_sends_twice_is_not_held_for_it(reader):
    make_comment(text=LONG)
    article = make_article()
    for _ in range(2):
        assert held_for(reader, article, LONG) == ""


def test_staff_are_not_held(client):
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    client.force_login(make_owner())
    set_policy(premoderation="all", valve_until=timezone.now() + timedelta(hours=1))
    Rule.objects.create(pattern="禁句", action="refuse")
    assert held_for(client, make_article(), "禁句 https://example.com/", stamp="", website="x") == ""


# Masked and refused


def test_a_masked_word_is_not_stored(reader):
    Rule.objects.create(pattern="禁句", action="mask")
    assert held_for(reader, make_article(), "これは禁句です") == ""
    assert newest().text == "これは○○です"


def test_a_rule_that_refuses_says_so_and_keeps_what_was_typed(reader, script):
    Rule.objects.create(pattern="禁句", action="refuse", message="別の言い方でお願いします。")
    for client in (reader, script):
        response = post(client, make_article(), "これは禁句です")
        assert response.status_code == 422
        assert "別の言い方でお願いします。" in response.text
        assert "これは禁句です</textarea>" in response.text
        assert nothing_was_kept(response)


def nothing_was_kept(response) -> bool:
    return not (Comment.objects.exists() or RateLimit.objects.exists() or COOKIE in response.cookies)


def test_an_expired_rule_refuses_nothing(reader):
    Rule.objects.create(pattern="禁句", action="refuse", expires_at=timezone.now())
    assert held_for(reader, make_article(), "これは禁句です") == ""


@pytest.mark.parametrize("days", [None, 3])
def test_who_is_banned_is_told_so_and_nothing_is_kept(reader, days):
    from comments.identity import network_key_of

    request = reader.get("/").wsgi_request
    until = days and timezone.now() + timedelta(days=days)
    Ban.objects.ban(by=make_owner(), network_key=network_key_of(request), expires_at=until)
    response = post(reader, make_article(), "聞いてくれ")
    assert response.status_code == 403
    assert ("までこのサイトには書き込めません" if days else "書き込めなくなっています") in response.text
    assert "聞いてくれ</textarea>" in response.text
    assert nothing_was_kept(response)


def test_after_the_ban_they_write_again(reader):
    known(reader)
    ban = Ban.objects.ban(by=make_owner(), visitor_key=newest().visitor_key)
    article = make_article()
    assert post(reader, article).status_code == 403
    ban.end(by=make_owner())
    assert post(reader, article).status_code == 303


def test_a_form_that_is_shown_again_keeps_its_stamp(script):
    made = stamp.make()
    assert f'value="{made}"' in post(script, make_article(), text="", stamp=made).text
    assert f'value="{made}"' in post(script, make_article(), preview="1", stamp=made).text


# The page


def test_readers_do_not_see_the_field_for_robots(reader):
    page = reader.get(make_article().get_absolute_url()).text
    field = re.search(r'<p class="visually-hidden" aria-hidden="true">.*</p>', page)[0]
    assert 'tabindex="-1"' in field
    assert 'autocomplete="off"' in field


def test_an_open_page_gets_fresh_stamps(reader, time_machine):
    comment = make_comment()
    for number, status in (("0", 200), ("1", 204)):
        response = reader.get(f"/articles/{comment.article.slug}/comments/since/{number}/")
        assert response.status_code == status
        assert stamp.age(response[stamp.HEADER]) < timedelta(minutes=1)


# Edits


def edit(client, text, **fields):
    address = client.post(f"/mine/{newest().pk}/receipt/")["Location"]
    return client.post(f"{address}edit/", {"edit-text": text, "edit-author_name": "", **fields})


@pytest.mark.parametrize(
    ("rule", "text", "status", "stored"),
    [
        ("refuse", "禁句です", 422, "もとの文"),
        ("hold", "禁句です", 422, "もとの文"),
        ("hold_new", "禁句です", 422, "もとの文"),
        ("mask", "禁句です", 303, "○○です"),
        ("refuse", "よい文", 303, "よい文"),
    ],
)
def test_an_edit_holds_no_more_than_a_new_comment_could(reader, rule, text, status, stored):
    post(reader, make_article(), "もとの文")
    Rule.objects.create(pattern="禁句", action=rule)
    response = edit(reader, text)
    assert response.status_code == status
    assert newest().text == stored
    assert status == 303 or "禁句です</textarea>" in response.text


def test_what_waits_already_may_be_edited_into_what_waits(reader):
    assert held_for(reader, make_article(), "もとの文 https://example.com/")
    assert edit(reader, "別の文 https://example.com/").status_code == 303
    assert (newest().text, newest().status) == ("別の文 https://example.com/", Comment.Status.PENDING)


def test_what_the_valve_held_is_not_let_through_with_other_words(reader):
    set_policy(valve_until=timezone.now() + timedelta(minutes=9))
    post(reader, make_article(), "よい記事でした。")
    edit(reader, "https://example.com/a")
    assert newest().text == "https://example.com/a"
    assert newest().hold_reasons == "links:newcomer valve"


def test_a_first_comment_does_not_make_its_writer_known_for_its_edit(reader):
    post(reader, make_article(), "よい記事でした。")
    assert newest().is_published
    assert edit(reader, "https://example.com/a").status_code == 422
    assert newest().text == "よい記事でした。"


def test_who_is_banned_does_not_edit(reader):
    post(reader, make_article(), "もとの文")
    Ban.objects.ban(by=make_owner(), visitor_key=newest().visitor_key)
    assert edit(reader, "別の文").status_code == 403
    assert newest().text == "もとの文"


def test_an_edit_is_no_repetition_of_itself(reader):
    for _ in range(2):
        post(reader, make_article(), LONG)
    assert edit(reader, f"{LONG[:9]}\n{LONG[9:]}").status_code == 303


# The database


def plan_of(query) -> str:
    sql, parameters = query.query.sql_with_params()
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            # The plan must not hang on what an earlier test left in the statistics.
            cursor.execute("ANALYZE comments_comment")
        cursor.execute(f"{explain} {sql}", parameters)
        return "\n".join(str(row) for row in cursor.fetchall())


def test_each_fact_comes_by_an_index():
    article = make_article()
    for number in range(200):
        make_comment(article=article, visitor_key=str(number), network_key=str(number), fingerprint=str(number))
    assert "comment_of_visitor" in plan_of(facts.published_by("x"))
    assert "comment_fingerprint" in plan_of(facts.written_lately("x"))

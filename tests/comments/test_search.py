import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from articles.models import Article, Series
from articles.snippets import Folded, Searched
from comments import limits, search
from comments.limits import Limit
from comments.models import Comment, CommentText, comment_text
from tests.factories import make_article, make_category, make_comment, make_tag

pytestmark = pytest.mark.django_db


def get(client, q, **asked):
    return client.get("/search/", {"q": q, **asked})


def shown(response):
    """The texts of the results, without their marks."""
    snippets = re.findall(r'<p class="result__snippet">(.*?)</p>', response.text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", text).strip() for text in snippets]


def marks(response):
    return re.findall(r"<mark>(.*?)</mark>", response.text)


def comments(client, q, **asked):
    response = get(client, q, **{"in": "comments"} | asked)
    assert response.status_code == 200
    return shown(response)


# What is found


def test_comments_are_found_by_any_part_of_their_words(client):
    make_comment(text="北の空軍とミサイル")
    make_comment(text="陸の話")
    for query in ("空軍", "軍", "ﾐｻｲﾙ", "空軍 みさ", '"軍とミ"', "空軍 -陸"):
        assert comments(client, query) == ["北の空軍とミサイル"], query
    for query in ("軍空", "空軍 陸", "空軍 -北"):
        assert comments(client, query) == [], query


@pytest.mark.parametrize(
    "state",
    [{"status": status} for status in Comment.Status.values if status != "published"],
    ids=lambda state: state["status"],
)
def test_hidden_comments_are_never_found(client, state):
    make_comment(text="空軍", **state)
    assert comments(client, "空軍") == []
    assert "空軍" not in re.sub(r"<(input|title|a) .*?>|<title>.*?</title>", "", get(client, "海軍").text)


def test_verbs_of_the_moderator_take_effect_at_once(client):
    comment = make_comment(text="空軍")
    comment.remove(by=None)
    assert comments(client, "空軍") == []
    comment.restore(by=None)
    assert comments(client, "空軍") == ["空軍"]


@pytest.mark.parametrize(
    "state", [{"status": "draft"}, {"published_at": timezone.now() + timedelta(days=1)}], ids=["draft", "scheduled"]
)
def test_comments_on_what_is_not_public_are_never_found(client, state):
    comment = make_comment(text="空軍")
    Article.objects.filter(pk=comment.article_id).update(**state)
    assert comments(client, "空軍") == []


def test_an_edited_comment_is_found_by_its_new_words(client):
    comment = make_comment(text="陸軍", author_name="太郎")
    comment.edit("空軍", author_name="花子")
    assert comments(client, "空軍 author:花子") == ["空軍"]
    assert comments(client, "陸軍") == comments(client, "author:太郎") == []


def test_nothing_is_kept_of_an_erased_comment(client):
    comment = make_comment(text="空軍", author_name="花子")
    comment.erase()
    assert not CommentText.objects.exists()
    CommentText.objects.write_missing()
    assert not CommentText.objects.exists()


def test_what_has_no_row_yet_gets_one(client):
    for n in range(3):
        make_comment(text=f"空軍{n}")
    CommentText.objects.all().delete()
    CommentText.objects.write_missing()
    assert len(comments(client, "空軍")) == 3


def test_a_new_comment_is_found_after_the_next_tick_also_when_another_has_overtaken_it(client, script):
    article = make_article()
    for n in range(3):
        script.post(f"/articles/{article.slug}/comments/", {"text": f"空軍{n}"})
    newest = Comment.objects.order_by("-pk")[0]
    CommentText.objects.write([newest])
    assert len(comments(client, "空軍")) == 1
    CommentText.objects.write_missing()
    assert len(comments(client, "空軍")) == 3


def test_all_that_was_imported_is_found_after_the_next_tick_whatever_its_size(client, monkeypatch):
    monkeypatch.setattr(comment_text, "PART", 2)
    for n in range(9):
        make_comment(text=f"空軍{n}")
    # Somebody has searched in the admin for the last one.
    CommentText.objects.exclude(text="空軍8").delete()
    CommentText.objects.write_missing()
    assert len(comments(client, "空軍")) == 9


def test_what_has_no_row_is_found_within_as_many_minutes_as_there_are_parts(client, monkeypatch):
    monkeypatch.setattr(comment_text, "PART", 2)
    comments_made = [make_comment(text=f"空軍{n}") for n in range(6)]
    CommentText.objects.filter(comment=comments_made[3]).delete()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(comments_made[-1].pk // 2 + 1):
            CommentText.objects.write_missing()
            clock.shift(timedelta(minutes=1))
    assert len(comments(client, "空軍")) == 6


def test_comments_are_found_by_category_and_name(client):
    above = make_category(name="国際", slug="world")
    article = make_article(category=make_category(parent=above))
    make_comment(article=article, text="空軍一", author_name="花子")
    make_comment(article=article, text="空軍二", author_name="花子さん")
    make_comment(text="空軍三")
    assert sorted(comments(client, "空軍 category:国際")) == ["空軍一", "空軍二"]
    assert comments(client, "空軍 -category:world") == ["空軍三"]
    assert comments(client, "author:花子") == ["空軍一"]
    assert comments(client, "空軍 author:匿名") == ["空軍三"]
    assert sorted(comments(client, "空軍 -author:匿名")) == ["空軍一", "空軍二"]


def test_comments_come_newest_or_best_first(client):
    now = timezone.now()
    for n, rank in ((1, 0.1), (2, 0.9), (3, 0.5)):
        make_comment(text=f"空軍{n}", rank=rank, created_at=now - timedelta(hours=n))
    assert comments(client, "空軍") == ["空軍1", "空軍2", "空軍3"]
    assert comments(client, "空軍", order="best") == ["空軍2", "空軍3", "空軍1"]


# The page


def test_hits_are_marked_in_title_and_snippet(client):
    make_article(title="ＦＩＧＨＴＥＲの話", body="<p>前の文。" + "長い文。" * 50 + "ここにＦighterが来た。</p>")
    response = get(client, "fighter")
    assert marks(response) == ["ＦＩＧＨＴＥＲ", "Ｆighter"]
    assert shown(response)[0].startswith("…")


def test_what_was_written_stays_text(client):
    make_article(title="<b>空軍</b>", body="<p>空軍 &lt;script&gt;alert(1)&lt;/script&gt;</p>")
    make_comment(text="空軍<img src=x>")
    for kind in ("articles", "comments"):
        response = get(client, '空軍 "<', **{"in": kind})
        assert marks(response)
        assert "<script>alert" not in response.text
        assert "<img" not in response.text
        assert "<b>" not in response.text


def test_twenty_results_are_a_page(client):
    for n in range(45):
        make_article(title=f"空軍{n:02}", published_at=timezone.now() - timedelta(hours=n))
    first, last = get(client, "空軍"), get(client, "空軍", page=3)
    assert len(shown(first)) == 20
    assert "45件" in first.text
    assert 'rel="next" href="/search/?q=%E7%A9%BA%E8%BB%8D&amp;page=2"' in first.text
    assert len(shown(last)) == 5
    assert 'rel="prev" href="/search/?q=%E7%A9%BA%E8%BB%8D&amp;page=2"' in last.text
    assert 'rel="next"' not in last.text


@pytest.mark.parametrize("number", ["4", "0", "-1", "x", "51", "9" * 400, "0" * 8 + "1" * 5000, "１"])
def test_a_page_that_is_not_there_is_not_found(client, number):
    for n in range(3):
        make_article(title=f"空軍{n}")
    assert get(client, "空軍", page=number).status_code == 404


def test_more_than_a_thousand_results_are_not_counted(client, monkeypatch):
    monkeypatch.setattr(search, "MOST_RESULTS", 40)
    monkeypatch.setattr("articles.article_search.MOST_RESULTS", 40)
    for n in range(42):
        make_article(title=f"空軍{n}")
    response = get(client, "空軍", page=2)
    assert "1,000件以上" in response.text
    assert len(shown(response)) == 20
    assert 'rel="next"' not in response.text


@pytest.mark.parametrize("kind", ["articles", "comments"])
def test_the_number_of_queries_does_not_grow(client, kind, django_assert_max_num_queries):
    make_comment(article=make_article(title="空軍"), text="空軍")
    with django_assert_max_num_queries(20) as few:
        get(client, "空軍", **{"in": kind})
    for _ in range(15):
        make_comment(article=make_article(title="空軍"), text="空軍")
    with django_assert_max_num_queries(len(few)):
        assert len(shown(get(client, "空軍", **{"in": kind}))) == 16


@pytest.mark.django_db(transaction=True)
def test_what_was_changed_is_shown_as_it_is_now(client):
    article = make_article(title="空軍の旧題", body="<p>本文の空軍</p>")
    for title, body in (("空軍の新題", "<p>本文の空軍</p>"), ("空軍の新題", "<p>別の空軍</p>")):
        get(client, "空軍")
        article.title, article.body = title, body
        article.save()
        assert marks(get(client, "空軍")) == ["空軍", "空軍"]
        text = re.sub(r"</?mark>", "", get(client, "空軍").text)
        assert title in text
        assert re.sub("<.*?>", "", body) in text
        assert "旧題" not in text


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_the_database_is_asked_twice(client, django_assert_num_queries):
    """Whether that many searches are allowed, and what is found; the version of the site goes with the second."""
    make_article(title="空軍")
    get(client, "空軍")
    for query in ("空軍", "空軍 本文です -海軍", "空"):
        with django_assert_num_queries(2):
            get(client, query)


def test_the_page_is_the_same_for_everybody(client, reader):
    make_article(title="空軍")
    comment = make_comment()
    reader.post(f"/comments/{comment.pk}/vote/", {"value": 1})
    answers = [get(c, "空軍") for c in (client, reader)]
    assert answers[0].content == answers[1].content
    assert not any(answer.cookies for answer in answers)
    assert not any("Cookie" in answer.get("Vary", "") for answer in answers)


@pytest.mark.parametrize("query", ["", "空軍", "見つからない言葉"])
def test_for_search_engines_the_form_is_the_page_whatever_was_looked_for(client, query):
    make_article(title="空軍")
    page = get(client, query).text
    assert re.findall(r'<link rel="canonical" href="(.*?)">', page) == ["http://testserver/search/"]
    assert "noindex" not in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("あ" * 10_000, "200文字以内"),
        ("-空軍", "探したい言葉も"),
        (" ".join("あいうえおかきくけこさ"), "10語以内"),
    ],
    ids=["long", "only a minus", "many"],
)
def test_a_query_that_cannot_be_answered_is_told_why_and_stays(client, query, sentence):
    response = get(client, query)
    assert response.status_code == 400
    assert sentence in response.text
    assert f'value="{query[:200]}"' in response.text


@pytest.mark.parametrize("query", ["", " ", "　", '""', "-"])
def test_nothing_typed_is_no_mistake(client, query):
    response = get(client, query)
    assert response.status_code == 200
    assert "見つかりませんでした" not in response.text


@pytest.mark.parametrize(
    "query",
    ["%", "_", "'", '"', "\\", "* OR 1=1", "空軍'); DROP TABLE", "😀", "\ud800".encode("utf-8", "replace").decode()],
)
@pytest.mark.parametrize("kind", ["articles", "comments"])
def test_signs_of_databases_are_only_signs(client, query, kind):
    make_comment(text="空軍", author_name=query[:10])
    assert get(client, query, **{"in": kind}).status_code == 200
    assert get(client, f"author:{query}", **{"in": kind, "order": "best"}).status_code == 200


def test_nul_is_refused(client):
    assert client.get("/search/?q=%00").status_code == 400


def test_a_form_sent_by_post_is_refused(reader):
    assert reader.post("/search/", {"q": "空軍"}).status_code == 405


def test_who_searches_too_often_is_told_when_to_go_on_and_keeps_the_query(client, monkeypatch):
    limit = limits.SEARCHES_PER_NETWORK
    monkeypatch.setattr(limits, "SEARCHES_PER_NETWORK", Limit(limit.name, 1, limit.per, limit.reason))
    with time_machine.travel("2036-11-22 12:00+09:00", tick=False):
        assert get(client, "空軍").status_code == 200
        response = get(client, "弾道ミサイル")
        elsewhere = client.get("/search/", {"q": "空軍"}, REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 200
    assert (response.status_code, response["Retry-After"]) == (429, "600")
    assert "12:10を過ぎてから" in response.text
    assert 'value="弾道ミサイル"' in response.text
    assert client.get("/search/").status_code == 200


# Suggestions


def suggested(response):
    return re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', response.text)


def test_where_nothing_is_found_the_words_alone_are_offered(client):
    make_article(title="空軍の訓練")
    response = get(client, "空軍 海軍 -陸軍")
    names = [name for _, name in suggested(response)]
    assert names == ["空軍"]
    assert "見つかりませんでした" in response.text


def test_without_what_was_left_out_something_may_be_found(client):
    make_article(title="空軍の訓練")
    assert [name for _, name in suggested(get(client, "空軍 -訓練"))] == ["空軍"]
    assert [name for _, name in suggested(get(client, "空軍 category:無い"))] == ["空軍"]


def test_a_word_of_several_scripts_is_offered_in_parts(client):
    make_article(title="弾道を描くミサイル")
    assert [name for _, name in suggested(get(client, "弾道ミサイル"))] == ["弾道 ミサイル", "弾道", "ミサイル"]


def test_the_other_kind_and_similar_topics_are_offered(client):
    make_comment(text="空軍の話")
    make_article(title="夏の予定", tags=[make_tag(name="空軍演習", slug="drill")])
    make_category(name="防空軍")
    response = get(client, "空軍")
    assert "同じ言葉はコメントの中にあります" in response.text
    assert {name for _, name in suggested(response)} == {"空軍演習", "防空軍"}


def test_offers_lead_to_what_they_promise(client):
    make_comment(article=make_article(title="空軍の訓練"), text="空軍の話")
    for kind in ("articles", "comments"):
        for address, _ in suggested(get(client, "空軍 海軍", **{"in": kind})):
            assert shown(client.get(address.replace("&amp;", "&")))


def test_drafts_are_not_offered(client):
    make_article(title="空軍", status="draft")
    make_comment(text="空軍", status="removed")
    response = get(client, "空軍 -訓練")
    assert suggested(response) == []
    assert "コメントの中にあります" not in response.text


def test_topics_of_drafts_are_not_suggested(client):
    series = Series.objects.create(title="滑走路の秘密", slug="secret")
    draft = make_article(status="draft", series=series, tags=[make_tag(name="滑走路の延長")])
    assert "滑走路の秘密" not in get(client, "滑走路の").text
    assert "滑走路の延長" not in get(client, "滑走路の").text
    draft.status = "published"
    draft.save()
    assert "滑走路の秘密" in get(client, "滑走路の").text
    assert "滑走路の延長" in get(client, "滑走路の").text


def test_one_article_is_marked_for_each_search_anew():
    found = search.Found("%(title)s: %(snippet)s", Folded("空軍と陸軍"), Searched(["空軍の話"]), {})
    words = ["空軍", "陸軍", "話", "と", "の", "空軍の話"]
    for word in [*words, *words]:
        html = found.html((word,))
        assert set(re.findall("<mark>(.*?)</mark>", html)) == {word}
    assert len(found.made) <= search.MOST_MADE

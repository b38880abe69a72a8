from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from comments.models import Comment
from comments.models.queries import MAX_THREAD
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def post(client, article, text="こんにちは", **fields):
    return client.post(f"/articles/{article.slug}/comments/", {"text": text, "author_name": "", "parent": "", **fields})


def only_comment():
    return Comment.objects.get()


def test_it_posts_a_comment_and_leads_to_it(reader):
    article = make_article(slug="kiji")
    response = post(reader, article)
    assert response.status_code == 303
    assert response["Location"] == "/articles/kiji/#c1"
    assert only_comment().text == "こんにちは"


def test_it_answers_a_script_with_the_comment_alone(script):
    response = post(script, make_article())
    assert response.status_code == 201
    assert 'id="c1"' in response.text
    assert "<html" not in response.text


def test_it_remembers_the_visitor_only_after_writing(reader):
    article = make_article()
    assert not reader.get(article.get_absolute_url()).cookies
    assert "visitor" in post(reader, article).cookies


def test_it_posts_a_reply_below_its_parent(reader):
    parent = make_comment()
    post(reader, parent.article, parent=parent.pk)
    assert Comment.objects.get(number=2).parent == parent


def test_it_numbers_comments_within_their_article(reader):
    article, other = make_article(), make_article()
    for place in (article, other, article):
        post(reader, place, text=f"{Comment.objects.count()}つめ")
    assert list(article.discussion.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert other.discussion.get().number == 1


def test_it_counts_on_the_article(reader):
    article = make_article()
    post(reader, article)
    article.refresh_from_db()
    assert (article.comment_count, article.last_comment_number, article.discussion_version) == (1, 1, 1)


def test_it_holds_comments_of_a_moderated_article(reader):
    article = make_article(slug="kiji", comments=Article.Comments.MODERATED)
    response = post(reader, article, text="まだ見えない")
    assert response["Location"] == "/articles/kiji/comments/received/"
    assert only_comment().status == Comment.Status.PENDING
    assert "承認待ち" in reader.get(response["Location"]).text
    assert "まだ見えない" not in reader.get("/articles/kiji/").text
    article.refresh_from_db()
    assert article.comment_count == 0


def test_it_tells_a_script_that_a_comment_is_held(script):
    response = post(script, make_article(comments=Article.Comments.MODERATED))
    assert "承認後に表示されます" in response.text


def test_the_same_text_sent_twice_is_one_comment(reader):
    article = make_article()
    first, second = post(reader, article), post(reader, article)
    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 1


def test_two_readers_may_say_the_same(reader, client):
    article = make_article()
    post(reader, article)
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    post(client, article)
    assert Comment.objects.count() == 2


def test_the_same_text_may_be_sent_again_later(reader):
    article = make_article()
    post(reader, article)
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    post(reader, article)
    assert Comment.objects.count() == 2


def test_the_same_text_may_answer_another_comment(reader):
    article = make_article()
    parent = make_comment(article=article)
    post(reader, article)
    post(reader, article, parent=parent.pk)
    assert Comment.objects.count() == 3


@pytest.mark.parametrize("name", ["", " \u3000 "])
def test_a_name_is_not_needed(reader, name):
    article = make_article()
    post(reader, article, author_name=name)
    assert only_comment().author_name == ""
    assert "匿名" in reader.get(article.get_absolute_url()).text


def test_it_keeps_a_name(reader):
    post(reader, make_article(), author_name=" 瓦版  太郎 ")
    assert only_comment().author_name == "瓦版 太郎"


def assert_refused(response, status, reason, kept=""):
    assert response.status_code == status
    assert reason in response.text
    assert kept in response.text
    assert 'lang="ja"' in response.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "コメントを入力してください"),
        (" \u3000\n\u200b", "コメントを入力してください"),
        ("あ" * 5001, "5001文字あります"),
        ("鐘\x07が鳴る", "表示できない文字"),
        ("空\0", "表示できない文字"),
    ],
)
def test_it_refuses_a_text_that_cannot_be_a_comment(reader, text, reason):
    response = post(reader, make_article(), text=text, author_name="太郎")
    assert_refused(response, 422, reason, kept="太郎")
    assert not Comment.objects.exists()


def test_it_takes_the_longest_text_counted_in_characters(reader):
    assert post(reader, make_article(), text="𠮟" * 5000).status_code == 303


def test_it_refuses_bytes_that_are_not_text(reader):
    article = make_article()
    # A lone surrogate, as some broken clients encode it.
    response = reader.post(
        f"/articles/{article.slug}/comments/",
        "text=%E5%89%8D%ED%A0%BD",
        content_type="application/x-www-form-urlencoded",
    )
    assert_refused(response, 422, "表示できない文字")


def test_it_refuses_a_name_that_is_too_long(reader):
    assert_refused(post(reader, make_article(), author_name="あ" * 41), 422, "名前が長すぎます", kept="こんにちは")


def test_it_answers_a_script_with_the_form_and_the_reason(script):
    response = post(script, make_article(), text="あ" * 5001)
    assert response.status_code == 422
    assert "長すぎます" in response.text
    assert "<html" not in response.text


@pytest.mark.parametrize("article", [{"status": Article.Status.DRAFT}, {"published_at": timezone.now() + timedelta(1)}])
def test_it_refuses_an_article_that_readers_cannot_see(reader, article):
    assert_refused(post(reader, make_article(**article)), 404, "この記事は存在しない", kept="こんにちは")


def test_it_refuses_an_unknown_article_and_keeps_the_text(reader):
    response = reader.post("/articles/nowhere/comments/", {"text": "長く考えた文"})
    assert_refused(response, 404, "この記事は存在しない", kept="長く考えた文")


@pytest.mark.parametrize(
    "article",
    [{"comments": Article.Comments.CLOSED}, {"comments_close_at": timezone.now() - timedelta(minutes=1)}],
)
def test_it_refuses_a_closed_discussion(reader, article):
    assert_refused(post(reader, make_article(**article)), 403, "受け付けは終了", kept="こんにちは")
    assert not Comment.objects.exists()


def test_it_refuses_a_parent_in_another_article(reader):
    elsewhere = make_comment()
    assert_refused(post(reader, make_article(), parent=elsewhere.pk), 404, "この記事にはありません", kept="こんにちは")
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("parent", ["abc", "-1", "9" * 30, "0", "1.5"])
def test_it_refuses_a_parent_that_cannot_be(reader, parent):
    response = post(reader, make_article(), parent=parent)
    assert_refused(response, 422, "返信先のコメントが見つかりません", kept="こんにちは")


def test_it_refuses_an_unknown_parent(reader):
    assert_refused(post(reader, make_article(), parent=2**62), 404, "この記事にはありません", kept="こんにちは")


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.SPAM, Comment.Status.PENDING])
def test_it_refuses_a_parent_that_is_no_longer_shown(reader, status):
    parent = make_comment(status=status)
    response = post(reader, parent.article, parent=parent.pk)
    assert_refused(response, 409, "返信先のコメントが削除されました", kept="こんにちは")
    # It stays a reply: nothing becomes a comment of its own by itself.
    assert Comment.objects.count() == 1
    assert f'value="{parent.pk}"' in response.text


def test_it_refuses_a_reply_to_a_full_thread(reader, monkeypatch):
    assert MAX_THREAD == 1000
    monkeypatch.setattr("comments.models.queries.MAX_THREAD", 2)
    root = make_comment()
    make_comment(parent=root)
    assert_refused(post(reader, root.article, parent=root.pk), 409, "上限に達しました", kept="こんにちは")


def test_it_refuses_to_be_read(reader):
    article = make_article()
    response = reader.get(f"/articles/{article.slug}/comments/")
    assert_refused(response, 405, "このアドレスは直接開けません")
    assert response["Allow"] == "POST"


def test_it_refuses_a_body_of_ten_megabytes(reader):
    article = make_article()
    response = post(reader, article, text="あ" * 3_500_000)
    assert response.status_code in {400, 413}
    big = reader.post(
        f"/articles/{article.slug}/comments/",
        "text=" + "a" * 10_000_000,
        content_type="application/x-www-form-urlencoded",
    )
    assert_refused(big, 413, "大きすぎます")


def test_the_number_of_queries_does_not_grow(reader, django_assert_max_num_queries):
    root = make_comment()
    with django_assert_max_num_queries(37) as few:
        post(reader, root.article, text="はじめ", parent=root.pk)
    for _ in range(20):
        make_comment(parent=root)
    # Else so many in one minute were a flood, with a notice of its own.
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    with django_assert_max_num_queries(len(few)):
        post(reader, root.article, text="おわり", parent=root.pk)

"""A text that seems to answer a comment is asked about before it is posted."""

import pytest

from articles.models import Article
from comments.models import Comment
from tests.comments.test_post_comment import post
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

LINE = "公共放送はひどいものを作りましたね"


@pytest.fixture
def article():
    article = make_article(slug="kiji")
    make_comment(article=article, text=f"読みました。\n{LINE}。")
    make_comment(article=article, text="別の話ですが。")
    return article


def assert_asked(response, number, text):
    assert response.status_code == 200
    assert f'name="place" value="{number}"' in response.text
    assert 'name="place" value="new"' in response.text
    assert text in response.text
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "number", "hinted"),
    [
        (">>2 いい話", 2, ""),
        ("＞＞２\nいい話", 2, ""),
        (f"> {LINE}\n同感です", 1, ""),
        (f"「{LINE}」に同感", 1, ""),
        ("同感です", 2, "2"),
        # What the text says goes before what was pressed; what nobody can see is no answer.
        (">>1 同感", 1, "2"),
        (">>99 同感", 2, "2"),
    ],
)
@pytest.mark.parametrize("way", ["reader", "script"])
def test_it_asks_where_the_comment_belongs_and_stores_nothing(request, article, way, text, number, hinted):
    client = request.getfixturevalue(way)
    response = post(client, article, text=text, hinted=hinted, author_name="灯台守")
    assert_asked(response, number, text.replace(">", "&gt;"))
    assert "灯台守" in response.text
    assert ("<html" in response.text) == (way == "reader")


@pytest.mark.parametrize(
    "text", ["いい話", ">>99 いない", "いい話 >>2", "> 短い引用", "> どこにも書かれていない長い一行"]
)
def test_it_posts_at_once_what_answers_nobody(reader, article, text):
    assert post(reader, article, text=text).status_code == 303
    assert Comment.objects.get(number=3).parent is None


@pytest.mark.parametrize("hinted", ["x", "-1", "9" * 30, "\0", "99"])
def test_it_ignores_a_hint_that_names_no_comment(reader, article, hinted):
    assert post(reader, article, hinted=hinted).status_code == 303


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.SPAM, Comment.Status.PENDING])
def test_it_does_not_ask_about_a_comment_that_is_not_shown(reader, article, status):
    Comment.objects.update(status=status)
    assert post(reader, article, text=f">>1 「{LINE}」").status_code == 303


def test_it_does_not_ask_about_a_comment_of_another_article(reader, article):
    elsewhere = make_article()
    assert post(reader, elsewhere, text=f">>1 「{LINE}」").status_code == 303


def test_it_does_not_ask_about_a_reply(reader, article):
    parent = Comment.objects.get(number=2)
    post(reader, article, text=">>1 と違って", parent=parent.pk)
    assert Comment.objects.get(number=3).parent == parent


@pytest.mark.parametrize(("place", "parent"), [("1", 1), ("2", 2), ("new", None)])
def test_it_posts_where_its_author_says_without_asking_again(reader, article, place, parent):
    assert post(reader, article, text=">>2 いい話", place=place).status_code == 303
    assert getattr(Comment.objects.get(number=3).parent, "number", None) == parent


def test_it_gives_a_script_the_comment_of_the_chosen_place(script, article):
    response = post(script, article, text=">>2 いい話", place="2")
    assert response.status_code == 201
    assert 'id="c3"' in response.text


@pytest.mark.parametrize("place", ["2", "new"])
def test_a_choice_sent_twice_is_one_comment(reader, article, place):
    first, second = (post(reader, article, text=">>2 いい話", place=place) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 3


@pytest.mark.parametrize("way", ["reader", "script"])
def test_a_chosen_comment_that_was_removed_meanwhile_keeps_the_text_as_a_reply(request, article, way):
    parent = Comment.objects.get(number=2)
    parent.remove(by=None)
    response = post(request.getfixturevalue(way), article, text="いい話", place="2")
    assert response.status_code == 409
    assert f'name="parent" value="{parent.pk}"' in response.text
    assert "いい話" in response.text
    assert Comment.objects.count() == 2


def test_it_refuses_a_chosen_number_that_does_not_exist(reader, article):
    assert post(reader, article, place="99").status_code == 404
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("place", ["x", "-1", "9" * 30, "2.0", "NEW", "\0"])
def test_it_refuses_a_place_that_cannot_be(reader, article, place):
    response = post(reader, article, place=place)
    assert response.status_code == 422
    assert "form__error" in response.text
    assert "こんにちは" in response.text


def test_a_closed_discussion_is_told_after_the_choice(reader, article):
    Article.objects.update(comments=Article.Comments.CLOSED)
    assert post(reader, article, text=">>2 いい話", place="2").status_code == 403


def test_the_question_asks_as_many_queries_however_many_comments(script, article, django_assert_num_queries):
    for _ in range(2):
        # One for the article, two for the question, one for what the form says.
        with django_assert_num_queries(4):
            asked = post(script, article, text=f"> {LINE}")
        assert 'value="1"' in asked.text
        for _ in range(20):
            make_comment(article=article)


@pytest.mark.parametrize("way", ["reader", "script"])
def test_a_removed_parent_stays_named_but_its_text_is_gone(request, article, way):
    parent = Comment.objects.get(number=2)
    parent.remove(by=None)
    page = post(request.getfixturevalue(way), article, parent=parent.pk).text
    assert ">>2 への返信" in page
    assert "別の話ですが" not in page


# A thread that takes no more


@pytest.mark.parametrize("way", ["reader", "script"])
def test_a_full_thread_offers_a_new_comment_that_names_the_one_answered(request, article, monkeypatch, way):
    monkeypatch.setattr("comments.models.queries.MAX_THREAD", 1)
    parent = Comment.objects.get(number=2)
    response = post(request.getfixturevalue(way), article, text="いい話", parent=parent.pk)
    assert response.status_code == 409
    assert "&gt;&gt;2\nいい話</textarea>" in response.text
    assert 'name="place" value="new"' in response.text
    assert f'name="parent" value="{parent.pk}"' not in response.text
    assert Comment.objects.count() == 2


def test_the_offered_comment_is_posted_as_one_of_its_own(reader, article):
    assert post(reader, article, text=">>2\nいい話", place="new").status_code == 303
    assert Comment.objects.get(number=3).parent is None

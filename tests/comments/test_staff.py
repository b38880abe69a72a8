import pytest

from comments import limits
from comments.models import Comment, Receipt
from tests.factories import make_article, make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db

MARK = '<span class="comment__staff">'


@pytest.fixture
def owner():
    return make_owner(username="aruji", first_name="太郎", last_name="港町")


@pytest.fixture
def signed_in(reader, owner):
    reader.force_login(owner)
    return reader


def post(client, article, name="", text="こんにちは", **fields):
    return client.post(
        f"/articles/{article.slug}/comments/", {"text": text, "author_name": name, "parent": "", **fields}
    )


def edit(client, comment, name):
    secret = Receipt.objects.issue(comment)
    response = client.post(f"/receipts/{secret}/edit/", {"edit-text": "別の言葉", "edit-author_name": name})
    comment.refresh_from_db()
    return response


# The mark


def test_staff_carry_a_mark_and_their_full_name(signed_in, client):
    article = make_article()
    post(signed_in, article)
    comment = Comment.objects.get()
    assert (comment.by_staff, comment.author_name) == (True, "太郎 港町")
    assert MARK in client.get(article.get_absolute_url()).text


def test_staff_may_take_another_name(signed_in):
    post(signed_in, make_article(), name="編集部#key")
    comment = Comment.objects.get()
    assert (comment.by_staff, comment.author_name, len(comment.trip)) == (True, "編集部", 10)


def test_a_full_name_longer_than_a_name_is_cut(reader):
    reader.force_login(make_owner(first_name="た" * 30, last_name="み" * 30))
    post(reader, make_article())
    assert len(Comment.objects.get().author_name) == 40


@pytest.mark.parametrize("who", [{}, {"is_staff": True, "is_active": False}], ids=["account", "dismissed"])
def test_others_carry_none(reader, who):
    reader.force_login(make_user(first_name="花子", last_name="港町", **who))
    post(reader, make_article())
    comment = Comment.objects.get()
    assert (comment.by_staff, comment.author_name) == (False, "")


def test_no_field_of_the_form_makes_a_mark(reader):
    post(reader, make_article(), by_staff="on")
    assert not Comment.objects.get().by_staff


def test_another_site_cannot_post_as_staff(owner, client):
    client.force_login(owner)
    response = client.post(
        f"/articles/{make_article().slug}/comments/", {"text": "あ"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403


def test_no_limit_holds_staff_up(signed_in):
    article = make_article()
    for number in range(limits.COMMENTS_PER_VISITOR.most + 1):
        assert post(signed_in, article, text=f"{number}つめ").status_code == 303


# Names


@pytest.mark.parametrize("name", ["港町太郎", "太郎 港町", "運営", "スタツフ", "瓦版", "Аdmin#key", "港町太郎＃key"])
def test_a_name_of_the_staff_is_refused(reader, owner, name):
    response = post(reader, make_article(), name=name, text="書いたこと")
    assert response.status_code == 422
    assert "書いたこと</textarea>" in response.text
    assert 'id="id_author_name_error" role="alert"' in response.text
    assert not Comment.objects.exists()


@pytest.mark.parametrize("name", ["aruji", "港町花子", "灯台守"])
def test_other_names_are_taken_and_so_is_what_staff_sign_in_with(reader, owner, name):
    assert post(reader, make_article(), name=name).status_code == 303


@pytest.mark.parametrize("gone", [{"is_staff": False}, {"is_active": False}], ids=["left", "dismissed"])
def test_a_name_is_free_again_when_its_bearer_has_left(reader, owner, gone):
    type(owner).objects.update(**gone)
    assert post(reader, make_article(), name="港町太郎").status_code == 303


def test_a_name_of_the_staff_is_refused_in_editing(reader, owner):
    comment = make_comment(author_name="灯台守")
    assert edit(reader, comment, "港町 太郎").status_code == 422
    assert comment.author_name == "灯台守"


def test_staff_keep_their_name_in_editing_on_another_device(reader, owner):
    comment = make_comment(author_name="太郎 港町", by_staff=True)
    assert edit(reader, comment, "港町太郎").status_code == 303
    assert comment.author_name == "港町太郎"


def test_names_cost_one_query(reader, owner, django_assert_max_num_queries):
    article = make_article()
    post(reader, article)
    with django_assert_max_num_queries(100) as without:
        post(reader, article, text="名前なし")
    make_owner(first_name="花子", last_name="川端")
    with django_assert_max_num_queries(100) as named:
        post(reader, article, text="名前あり", name="灯台守")
    assert len(named) == len(without) + 1


# Without marks


def test_without_marks_staff_post_as_everybody_does(signed_in, settings):
    settings.STAFF_MARKS = False
    post(signed_in, make_article())
    comment = Comment.objects.get()
    assert (comment.by_staff, comment.author_name) == (False, "")


def test_without_marks_no_name_is_refused(reader, owner, settings):
    settings.STAFF_MARKS = False
    assert post(reader, make_article(), name="港町太郎").status_code == 303

import pytest

from comments.forms import CommentForm
from comments.identity import trip_of
from comments.models import Comment, Receipt
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

KEY = "himitsu-no-kagi"


def post(client, article, name, text="こんにちは", **fields):
    return client.post(
        f"/articles/{article.slug}/comments/", {"text": text, "author_name": name, "parent": "", **fields}
    )


def edit(client, comment, name, text):
    secret = Receipt.objects.issue(comment)
    response = client.post(f"/receipts/{secret}/edit/", {"edit-text": text, "edit-author_name": name})
    comment.refresh_from_db()
    return response


@pytest.mark.parametrize("sign", ["#", "＃"])
def test_a_key_becomes_a_trip(reader, sign):
    article = make_article()
    post(reader, article, f"灯台守{sign}{KEY}")
    comment = Comment.objects.get()
    assert (comment.author_name, comment.trip) == ("灯台守", trip_of(KEY))
    assert f"◆{trip_of(KEY)}" in reader.get(article.get_absolute_url()).text


def test_the_key_is_neither_stored_nor_shown(reader):
    article = make_article()
    answer = post(reader, article, f"灯台守#{KEY}")
    shown = [
        answer.text,
        reader.get(article.get_absolute_url()).text,
        reader.get(f"/articles/{article.slug}/comments.atom").text,
    ]
    stored = str(list(Comment.objects.values()))
    assert KEY not in stored + "".join(shown) + str(answer.headers)


def test_a_script_gets_no_key_back(script):
    answer = post(script, make_article(), f"灯台守#{KEY}")
    assert answer.status_code == 201
    assert KEY not in answer.text


def test_a_trip_needs_no_name(reader):
    article = make_article()
    post(reader, article, f"#{KEY}")
    assert f'匿名<span class="comment__trip">◆{trip_of(KEY)}</span>' in reader.get(article.get_absolute_url()).text


def test_nobody_can_type_a_trip(reader):
    article = make_article()
    post(reader, article, f"灯台守◆{trip_of(KEY)}")
    assert Comment.objects.get().trip == ""
    assert "◆" not in reader.get(article.get_absolute_url()).text.partition("<form")[0]


def test_an_invisible_name_is_none(reader):
    post(reader, make_article(), f"\u200b#{KEY}")
    assert Comment.objects.get().author_name == ""


def test_a_refused_form_keeps_what_was_typed(reader):
    response = post(reader, make_article(), f"灯台守#{KEY}", text="")
    assert response.status_code == 422
    assert f'value="灯台守#{KEY}"' in response.text


@pytest.mark.parametrize(
    "name, status", [("あ" * 40 + "#" + "k" * 128, 303), ("あ" * 41 + "#k", 422), ("あ#" + "k" * 129, 422)]
)
def test_name_and_key_have_lengths_of_their_own(reader, name, status):
    assert post(reader, make_article(), name).status_code == status


def test_the_form_tells_of_trips(client, settings):
    article = make_article()
    hint = f'<p class="field__hint">{CommentForm().name_hint}</p>'
    assert hint in client.get(article.get_absolute_url()).text
    settings.TRIPS = False
    assert hint not in client.get(article.get_absolute_url()).text


# Editing


def test_the_form_for_editing_shows_no_key_and_keeps_the_trip(reader):
    comment = make_comment(author_name="灯台守", trip=trip_of(KEY))
    secret = Receipt.objects.issue(comment)
    assert 'value="灯台守"' in reader.get(f"/receipts/{secret}/").text
    edit(reader, comment, "灯台守の娘", "別の言葉")
    assert (comment.author_name, comment.trip) == ("灯台守の娘", trip_of(KEY))


def test_a_new_key_changes_the_trip(reader):
    comment = make_comment(author_name="灯台守", trip=trip_of(KEY), text="同じ言葉")
    edit(reader, comment, "灯台守#another", "同じ言葉")
    assert comment.trip == trip_of("another")
    assert comment.edited_at


# Without trips


def test_without_trips_a_key_is_refused(reader, settings):
    settings.TRIPS = False
    response = post(reader, make_article(), f"灯台守#{KEY}")
    assert response.status_code == 422
    assert f'value="灯台守#{KEY}"' in response.text
    assert not Comment.objects.exists()


def test_without_trips_an_edit_with_a_key_is_refused(reader, settings):
    settings.TRIPS = False
    comment = make_comment(text="前のまま")
    assert edit(reader, comment, f"灯台守#{KEY}", "別の言葉").status_code == 422
    assert (comment.text, comment.author_name) == ("前のまま", "")

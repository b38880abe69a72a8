import pytest
from django.test import Client

from comments.models import Comment, MisplacementReport
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def report(client, comment, number=""):
    return client.post(f"/comments/{comment.pk}/misplaced/", {"number": number})


def test_every_comment_leads_to_the_form(client):
    comment = make_comment()
    address = f"/comments/{comment.pk}/misplaced/"
    assert f'href="{address}"' in client.get(comment.article.get_absolute_url()).text
    response = client.get(address)
    assert 'name="number"' in response.text
    assert not response.cookies


def test_it_takes_a_report_and_says_thanks(reader):
    comment = make_comment()
    target = make_comment(article=comment.article)
    response = report(reader, comment, ">>2")
    assert response.status_code == 303
    assert 'id="reported"' in reader.get(response["Location"]).text
    assert 'id="reported"' not in Client().get(response["Location"]).text
    kept = MisplacementReport.objects.get()
    assert (kept.comment, kept.guessed_parent) == (comment, target)


def test_the_number_may_be_left_empty(reader):
    report(reader, make_comment())
    assert MisplacementReport.objects.get().guessed_parent is None


def test_a_second_report_of_the_same_visitor_takes_the_place_of_the_first(reader):
    comment = make_comment()
    target = make_comment(article=comment.article)
    report(reader, comment)
    report(reader, comment, "2")
    assert MisplacementReport.objects.get().guessed_parent == target
    assert not Comment.objects.misplaced()


def test_two_readers_put_it_before_the_owner(reader):
    comment = make_comment()
    report(reader, comment)
    report(Client(headers={"Sec-Fetch-Site": "same-origin"}), comment)
    assert list(Comment.objects.misplaced()) == [comment]
    comment.remove(by=None)
    assert not Comment.objects.misplaced()


@pytest.mark.parametrize("number", ["99", "x", "0", "3", "4", "1"])
def test_it_refuses_what_it_cannot_answer(reader, number):
    comment = make_comment(parent=(root := make_comment()), text="2")
    make_comment(parent=comment, text="3: its own reply")
    make_comment(article=root.article, status=Comment.Status.PENDING, text="4: nobody can see it")
    # 1 is what it stands under already.
    response = report(reader, comment, number)
    assert response.status_code == 422
    assert f'value="{number}"' in response.text
    assert not MisplacementReport.objects.exists()


def test_it_refuses_the_comment_itself(reader):
    assert report(reader, make_comment(), "1").status_code == 422


@pytest.mark.parametrize("status", [status for status in Comment.Status.values if status != "published"])
def test_it_does_not_find_a_hidden_comment(reader, status):
    assert report(reader, make_comment(status=status)).status_code == 404


def test_a_form_from_elsewhere_reports_nothing():
    elsewhere = Client(headers={"Origin": "https://evil.example"})
    assert report(elsewhere, make_comment()).status_code == 403
    assert not MisplacementReport.objects.exists()


def test_the_guess_of_most_readers_is_the_best():
    article = make_article()
    comment, first, second, hidden = (make_comment(article=article) for _ in range(4))
    assert MisplacementReport.objects.best_guess(comment) is None
    for n, guess in enumerate([first, second, second, None, hidden, hidden, hidden]):
        MisplacementReport.objects.report(comment, f"reader{n}", guess)
    hidden.remove(by=None)
    assert MisplacementReport.objects.best_guess(comment) == second

import pytest
from django.test import Client, RequestFactory

from config.cross_origin import is_same_origin
from tests.factories import make_comment, make_owner

HERE = "http://testserver"
ELSEWHERE = "https://evil.example"


# what the browser says, and whether the form is taken
CASES = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),  # reloaded or restored by the person
    ({"Sec-Fetch-Site": "same-site"}, False),  # another host of the same domain
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, False),  # the first word counts
    ({"Sec-Fetch-Site": "nonsense"}, False),
    ({"Sec-Fetch-Site": "", "Origin": HERE}, False),
    ({"Origin": HERE}, True),
    ({"Origin": HERE + "/"}, True),
    ({"Origin": "https://testserver"}, False),  # another scheme
    ({"Origin": HERE + ":81"}, False),
    ({"Origin": ELSEWHERE}, False),
    ({"Origin": "null"}, False),  # a sandboxed frame
    ({"Origin": ELSEWHERE, "Referer": HERE + "/"}, False),
    ({"Referer": HERE + "/articles/a/"}, True),
    ({"Referer": ELSEWHERE + "/?" + HERE}, False),
    ({"Referer": "http://testserver.evil.example/"}, False),
    ({"Referer": "http://testserver@evil.example/"}, False),
    ({"Referer": "http://[bad"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "taken"), CASES)
def test_a_form_is_taken_only_from_a_page_of_this_site(headers, taken):
    assert is_same_origin(RequestFactory().post("/", headers=headers)) is taken


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["comment", "vote"])
def test_nothing_is_written_for_a_form_from_elsewhere(act):
    comment = make_comment()
    addresses = {"comment": f"/articles/{comment.article.slug}/comments/", "vote": f"/comments/{comment.pk}/vote/"}
    elsewhere = Client(headers={"Origin": ELSEWHERE})
    response = elsewhere.post(addresses[act], {"text": "こっそり", "value": 1})
    assert response.status_code == 403
    assert "ほかのサイトのページから送信された" in response.text
    comment.article.refresh_from_db()
    comment.refresh_from_db()
    assert (comment.article.last_comment_number, comment.score) == (1, 0)


@pytest.mark.django_db
def test_the_admin_keeps_tokens_of_its_own():
    client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    client.force_login(make_owner())
    response = client.post("/admin/articles/tag/add/", {"name": "札", "slug": "fuda"})
    assert response.status_code == 403
    assert "フォームを開いたまま" in response.text

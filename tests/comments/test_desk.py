import pytest

from tests.factories import make_comment, make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = make_owner()
    client.force_login(user)
    return user


def test_smoke(client, owner):
    c = make_comment(status="pending", hold_reasons="links:3", network_key="nk")
    make_comment(parent=None, visitor_key=c.visitor_key)
    for a in ["", "held/", "reported/", "misplaced/", "unread/", "published/", "removed/", "spam/", "appeals/", "decisions/", "bans/", f"comments/{c.pk}/", f"comments/{c.pk}/decide/approve/", f"comments/{c.pk}/decide/remove/", f"comments/{c.pk}/move/", f"comments/{c.pk}/ban/", f"comments/{c.pk}/disclosure/"]:
        r = client.get("/admin/desk/" + a)
        print(a, r.status_code)
        assert r.status_code in (200, 302)
    r = client.post(f"/admin/desk/comments/{c.pk}/decide/remove/", {"scope": "visitor", "reason": "insult"}, follow=True)
    print(r.text)

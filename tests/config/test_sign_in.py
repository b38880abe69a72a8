import pytest

pytestmark = pytest.mark.django_db


def test_the_page_of_signing_in_has_the_name_of_the_site(client):
    page = client.get("/admin/login/").text
    assert "瓦版 編集室" in page
    assert "example.com" not in page


def test_so_has_the_page_after_signing_out(admin_client):
    page = admin_client.post("/admin/logout/").text
    assert "瓦版 編集室" in page
    assert "example.com" not in page

import mimetypes
from pathlib import Path

import pytest

from tests.factories import make_picture

pytestmark = pytest.mark.django_db


def put(settings, name: str, content: bytes = b"<svg xmlns='http://www.w3.org/2000/svg'/>") -> None:
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_pictures_are_kept_by_browsers_for_long_and_not_taken_for_anything_else(client):
    picture = make_picture()
    for address in (picture.file.url, picture.thumbnail_url):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
        response.close()
        assert response["Content-Type"] in ("image/png", "image/webp")


@pytest.mark.parametrize(
    "name", ["a.svg", "a.SVG", "a.html", "a.js", "a.svgz", "a.xml", "a", "a.jpg.svg", "secret_key"]
)
def test_nothing_but_pictures_is_served(client, settings, name):
    put(settings, name)
    assert client.get(f"/media/{name}").status_code == 404


def test_nothing_beside_the_folder_is_served(client, settings):
    put(settings, "../outside.jpg")
    for address in ("/media/../outside.jpg", "/media/%2e%2e/outside.jpg", "/media//etc/x.jpg"):
        assert client.get(address).status_code in (400, 404)


def test_what_is_not_there_is_not_kept_as_such(client):
    response = client.get("/media/none.jpg")
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_there_is_nothing_under_a_name_that_no_file_can_have(client):
    assert client.get(f"/media/{'a' * 5000}.jpg").status_code == 404


def test_it_only_gives(client, settings):
    put(settings, "a.jpg")
    assert client.post("/media/a.jpg", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405


def test_the_type_of_a_picture_does_not_hang_on_the_system(client, monkeypatch):
    picture = make_picture()
    monkeypatch.setattr(mimetypes, "guess_type", lambda *args, **kwargs: (None, None))
    response = client.get(picture.thumbnail_url)
    response.close()
    assert response["Content-Type"] == "image/webp"

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Picture
from tests.articles.test_pictures import HEIC, SVG, TEXT, photograph, picture_bytes, png_bomb
from tests.factories import make_owner, make_picture, make_user

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/articles/picture/upload/"
ADD = "/admin/articles/picture/add/"


@pytest.fixture
def owner(client):
    client.force_login(make_owner())
    return client


def fields(content: bytes, name="photo.jpg", **others) -> dict:
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return {"file": file, "alt": "朝の港", "author": "瓦版写真部", "licence": "CC BY 4.0", "caption": "港"} | others


@pytest.mark.parametrize("address", [UPLOAD, ADD])
@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        pytest.param(png_bomb(), "bomb.png", "画素数が多すぎます", id="a PNG bomb"),
        pytest.param(SVG, "drawing.svg", "SVG はスクリプト", id="an SVG with a script"),
        pytest.param(SVG, "drawing.png", "SVG はスクリプト", id="an SVG under another name"),
        pytest.param(HEIC, "photo.heic", "互換性優先", id="a HEIC"),
        pytest.param(TEXT, "text.jpg", "画像ではないか", id="a text"),
    ],
)
def test_it_refuses_with_a_sentence_and_keeps_nothing(owner, settings, address, content, name, said):
    response = owner.post(address, fields(content, name))
    assert said in response.text
    assert not Picture.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))


@pytest.mark.parametrize("address", [UPLOAD, ADD])
def test_a_photograph_is_taken_without_its_place(owner, address):
    owner.post(address, fields(photograph()))
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (40, 60)
    assert b"Exif" not in Path(picture.file.path).read_bytes()


def test_a_photograph_of_60_megapixels_is_taken(owner):
    response = owner.post(UPLOAD, fields(picture_bytes(size=(9504, 6336))))
    assert response.status_code == 200
    assert (Picture.objects.get().width, Picture.objects.get().height) == (2400, 1600)


def test_the_editor_is_told_what_to_insert(owner):
    told = owner.post(UPLOAD, fields(photograph())).json()
    picture = Picture.objects.get()
    assert told == {
        "pk": picture.pk,
        "name": "朝の港",
        "url": picture.file.url,
        "alt": "朝の港",
        "caption": "港 出典:瓦版写真部 / CC BY 4.0",
    }


def test_it_asks_for_an_alternative_text(owner):
    response = owner.post(UPLOAD, fields(photograph(), alt=""))
    assert response.status_code == 422
    assert 'name="alt"' in response.text
    assert not Picture.objects.exists()


def test_only_who_may_add_pictures_may_upload(client):
    assert client.post(UPLOAD, fields(photograph())).status_code == 302
    client.force_login(make_user(is_staff=True))
    for response in (client.get(UPLOAD), client.post(UPLOAD, fields(photograph()))):
        assert response.status_code == 403
    assert client.get("/admin/articles/picture/picker/").status_code == 403
    assert not Picture.objects.exists()


def test_it_needs_the_token(owner):
    owner.handler.enforce_csrf_checks = True
    assert owner.post(UPLOAD, fields(photograph())).status_code == 403
    assert not Picture.objects.exists()


def test_the_picker_finds_by_words_and_by_author(owner):
    make_picture(alt="朝の港", author="山田")
    make_picture(alt="夜の駅", author="港町写真部")
    make_picture(alt="昼の山", author="佐藤")
    page = owner.get("/admin/articles/picture/picker/?q=港&CKEditorFuncNum=-1").text
    assert "朝の港" in page and "夜の駅" in page and "昼の山" not in page


def test_the_lists_show_small_ones_and_what_has_no_credit(owner):
    picture = make_picture(alt="朝の港")
    make_picture(alt="夜の駅", author="山田")
    assert picture.thumbnail_url in owner.get("/admin/articles/picture/").text
    missing = owner.get("/admin/articles/picture/?credit=missing").text
    assert "朝の港" in missing and "夜の駅" not in missing


def test_a_picture_without_credit_is_warned_about(owner):
    response = owner.post(ADD, fields(photograph(), author="", licence=""), follow=True)
    assert "この画像には出典がありません" in response.text


def test_the_picker_bears_a_pasted_text(owner):
    assert owner.get("/admin/articles/picture/picker/", {"q": "港 " * 1900}).status_code == 200

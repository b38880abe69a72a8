import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from PIL import Image, ImageCms

from articles import pictures
from articles.models import Picture
from tests.factories import PIXEL, make_article, make_picture

GPS = 0x8825
ORIENTATION = 0x0112


def picture_bytes(kind="JPEG", size=(60, 40), mode="RGB", colour="white", **options) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size, colour).save(content, kind, **options)
    return content.getvalue()


def photograph() -> bytes:
    """A photograph of a phone, lying on its side: red above when it is turned, with a place and a comment."""
    image = Image.new("RGB", (60, 40), "white")
    image.paste("red", (0, 0, 20, 40))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "KawarabanPhone"
    exif.get_ifd(GPS).update({1: "N", 2: (35.0, 41.0, 22.0)})
    content = io.BytesIO()
    xmp = b"<x:xmpmeta>KawarabanPlace</x:xmpmeta>"
    image.save(content, "JPEG", exif=exif, comment=b"KawarabanNote", xmp=xmp)
    return content.getvalue()


def png_bomb(width=30_000, height=30_000) -> bytes:
    """The header of a large picture and a little of its content."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
SVG = b'<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></SVG>'
TEXT = "これは絵ではありません。".encode()


def normal(content: bytes, name="photo.jpg") -> pictures.NormalPicture:
    return pictures.normalise(ContentFile(content, name=name))


def opened(file) -> Image.Image:
    file.seek(0)
    return Image.open(io.BytesIO(file.read()))


# What is kept


def test_it_turns_the_picture_upright():
    image = opened(normal(photograph()))
    assert image.size == (40, 60)
    red, green, _blue = image.convert("RGB").getpixel((20, 5))
    assert red > 200 and green < 60


def test_place_camera_and_comments_are_gone():
    original, kept = photograph(), normal(photograph())
    for word in (b"KawarabanPhone", b"KawarabanPlace", b"KawarabanNote", b"Exif"):
        assert word in original
        assert word not in kept.read()
    assert not opened(kept).getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_lose_what_was_written_into_them_too(kind):
    exif = Image.Exif()
    exif[0x010F] = "KawarabanPhone"
    original = picture_bytes(kind, exif=exif)
    assert b"KawarabanPhone" in original
    kept = normal(original)
    assert b"KawarabanPhone" not in kept.read()
    assert opened(kept).format == kind


def test_a_profile_of_colours_becomes_srgb():
    # A space of colours with a gamma of 1: its middle grey is a light one.
    curve = struct.pack(">4sIIH", b"curv", 0, 1, 1 << 8) + b"\0\0"
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        place = profile.index(name) + 4
        offset = struct.unpack(">I", profile[place : place + 4])[0]
        profile[offset : offset + len(curve)] = curve
        profile[place + 4 : place + 8] = struct.pack(">I", 14)
    image = opened(normal(picture_bytes("PNG", colour=(128, 128, 128), icc_profile=bytes(profile))))
    assert "icc_profile" not in image.info
    assert image.getpixel((0, 0))[0] > 170


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_is_taken(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new("L", (8, 8), 200).convert(mode) if mode != "I;16" else Image.new("I;16", (8, 8), 200 * 256)
    content = io.BytesIO()
    image.save(content, kind)
    grey = opened(normal(content.getvalue())).convert("L").getpixel((4, 4))
    assert grey == 255 if mode == "1" else abs(grey - 200) < 8


def test_what_can_be_seen_through_stays_so():
    assert opened(normal(picture_bytes("PNG", mode="RGBA", colour=(0, 0, 0, 0)))).mode == "RGBA"


def test_a_gif_becomes_its_first_frame():
    first, second = Image.new("P", (8, 8), 0), Image.new("P", (8, 8), 1)
    content = io.BytesIO()
    first.save(content, "GIF", save_all=True, append_images=[second], comment=b"KawarabanNote")
    kept = normal(content.getvalue(), name="moves.gif")
    assert kept.name.endswith(".png")
    assert getattr(opened(kept), "n_frames", 1) == 1


def test_the_longest_side_is_capped():
    assert opened(normal(picture_bytes(size=(4000, 1000)))).size == (2400, 600)


def test_a_smaller_one_is_not_made_larger():
    assert opened(normal(picture_bytes(size=(300, 200)))).size == (300, 200)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../etc/Passwd.php", "passwd"),
        ("C:\\photos\\Harbour at dawn.JPG", "harbour-at-dawn"),
        ("港の朝.jpg", "picture"),
        ("a" * 300 + ".jpg", "a" * 40),
        (".jpg", "jpg"),
    ],
)
def test_the_name_is_made_safe_and_says_the_kind_of_the_content(name, stem):
    kept = normal(picture_bytes("PNG"), name=name)
    assert kept.name.rpartition("-")[0] == stem
    assert kept.name.endswith(".png")


# What is refused


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(TEXT, "unreadable", id="a text"),
        pytest.param(b"", "unreadable", id="nothing"),
        pytest.param(b"BM" + bytes(100), "unreadable", id="another kind"),
        pytest.param(picture_bytes()[:-200], "unreadable", id="half a picture"),
        pytest.param(picture_bytes("TIFF"), "unreadable", id="TIFF"),
        pytest.param(SVG, "svg", id="SVG"),
        pytest.param(HEIC, "heic", id="HEIC"),
        pytest.param(png_bomb(), "too_many_pixels", id="a bomb"),
        pytest.param(png_bomb(6000, 5000), "too_many_pixels", id="a smaller bomb"),
    ],
)
def test_it_refuses(content, code):
    with pytest.raises(ValidationError) as refusal:
        normal(content)
    assert refusal.value.code == code


def test_it_refuses_too_many_bytes_without_reading_them(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_BYTES", 100)
    with pytest.raises(ValidationError) as refusal:
        normal(picture_bytes())
    assert refusal.value.code == "too_large"


def test_a_progressive_photograph_counts_as_read_whole(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS_WHOLE", 1000)
    assert normal(picture_bytes(size=(60, 40)))
    with pytest.raises(ValidationError):
        normal(picture_bytes(size=(60, 40), progressive=True))


# Memory


MEASURE = """
import resource, sys
from django.conf import settings
settings.configure()
from django.core.exceptions import ValidationError
from django.core.files.base import File
from articles import pictures
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    pictures.normalise(File(open(sys.argv[1], "rb")))
except ValidationError as refusal:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def megabytes_for(path: Path) -> int:
    """By how much a process grows that does nothing but this."""
    command = [sys.executable, "-c", MEASURE, str(path)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_a_photograph_of_60_megapixels_is_taken_with_little_memory(tmp_path):
    path = tmp_path / "large.jpg"
    path.write_bytes(picture_bytes(size=(9504, 6336)))
    # Read as a whole it would take 230.
    assert megabytes_for(path) < 150
    assert opened(normal(path.read_bytes())).size == (2400, 1600)


@pytest.mark.parametrize("content", [png_bomb(), png_bomb(12_000, 12_000)], ids=["bomb", "smaller bomb"])
def test_a_bomb_takes_no_memory(tmp_path, content):
    path = tmp_path / "bomb.png"
    path.write_bytes(content)
    assert megabytes_for(path) < 40


def test_the_largest_that_is_read_whole_stays_bounded(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(picture_bytes("PNG", size=(5000, 5000), mode="LA", colour=(9, 200)))
    assert megabytes_for(path) < 400


# The row and its files


pytestmark = pytest.mark.django_db


def large(**kwargs) -> Picture:
    content = picture_bytes(size=(1000, 500), **kwargs.pop("options", {}))
    return make_picture(file=ContentFile(content, name="harbour.jpg"), **kwargs)


def names_in(settings) -> set[str]:
    return {path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_smaller_ones_lie_beside_the_file(settings):
    picture = large()
    name = Path(picture.file.name).name
    ends = {"", ".400.webp", ".400.jpg", ".800.webp", ".800.jpg", ".1000.webp"}
    assert names_in(settings) == {name + end for end in ends}
    assert picture.widths == [400, 800, 1000]


def test_each_is_of_the_width_and_kind_that_its_name_says():
    picture = large()
    for end, kind, size in [(".400.webp", "WEBP", (400, 200)), (".800.jpg", "JPEG", (800, 400))]:
        with Image.open(picture.file.path + end) as image:
            assert (image.format, image.size) == (kind, size)


def test_the_page_is_told_of_each():
    picture = large()
    url = picture.file.url
    assert picture.srcset == f"{url}.400.jpg 400w, {url}.800.jpg 800w, {url} 1000w"
    assert picture.webp_srcset == f"{url}.400.webp 400w, {url}.800.webp 800w, {url}.1000.webp 1000w"


def test_a_webp_needs_no_second_list():
    content = picture_bytes("WEBP", size=(1000, 500))
    picture = make_picture(file=ContentFile(content, name="harbour.webp"))
    assert picture.webp_srcset == ""
    assert picture.srcset.startswith(f"{picture.file.url}.400.webp 400w")


def test_whatever_saves_a_file_gets_it_normalised():
    picture = make_picture(file=ContentFile(photograph(), name="a.jpg"))
    other = Picture(alt="港")
    other.file.save("b.jpg", ContentFile(photograph(), name="b.jpg"))
    for each in (picture, other):
        each.refresh_from_db()
        assert (each.width, each.height) == (40, 60)
        assert b"KawarabanPhone" not in Path(each.file.path).read_bytes()


def test_the_files_go_with_the_row(settings, django_capture_on_commit_callbacks):
    picture = large()
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert names_in(settings) == set()


def test_the_files_go_with_the_rows(settings, django_capture_on_commit_callbacks):
    large()
    large()
    with django_capture_on_commit_callbacks(execute=True):
        Picture.objects.all().delete()
    assert names_in(settings) == set()


def test_the_old_files_go_when_another_is_given(settings, django_capture_on_commit_callbacks):
    picture = large()
    picture.file = ContentFile(PIXEL, name="pixel.gif")
    with django_capture_on_commit_callbacks(execute=True):
        picture.save()
    assert len(names_in(settings)) == 2
    assert all(name.startswith("pixel-") for name in names_in(settings))


def test_the_files_stay_while_an_article_shows_the_picture(settings, django_capture_on_commit_callbacks):
    picture = large()
    make_article(eye_catch=picture)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ProtectedError):
        picture.delete()
    assert names_in(settings)


# Older ones


def older(settings, content: bytes, name: str, **about) -> Picture:
    """A picture as it was kept before it was normalised."""
    picture = make_picture()
    (Path(settings.MEDIA_ROOT) / name).write_bytes(content)
    Picture.objects.filter(pk=picture.pk).update(file=name, widths=None, **about)
    return picture


def test_older_pictures_are_made_what_an_upload_becomes(settings):
    picture = older(settings, photograph(), "old.jpeg")
    Picture.objects.renew_older()
    picture.refresh_from_db()
    assert picture.file.name == "old.jpeg"
    assert (picture.width, picture.height, picture.widths) == (40, 60, [40])
    assert b"KawarabanPhone" not in Path(picture.file.path).read_bytes()
    assert (Path(settings.MEDIA_ROOT) / "old.jpeg.40.webp").exists()


def test_an_older_gif_keeps_its_name_and_gets_smaller_ones(settings):
    content = picture_bytes("GIF", size=(900, 600), mode="P", colour=0)
    picture = older(settings, content, "old.gif", width=900, height=600)
    Picture.objects.renew_older()
    picture.refresh_from_db()
    assert Path(picture.file.path).read_bytes() == content
    assert "/media/old.gif.400.png 400w" in picture.srcset
    assert (Path(settings.MEDIA_ROOT) / "old.gif.400.png").exists()


def test_one_that_cannot_be_read_is_not_tried_again(settings, caplog):
    picture = older(settings, TEXT, "old.jpg")
    Picture.objects.renew_older()
    Picture.objects.renew_older()
    picture.refresh_from_db()
    assert picture.widths == []
    assert picture.srcset.startswith("/media/old.jpg ")
    assert len(caplog.records) == 1


def test_many_older_ones_are_made_a_part_at_a_time(settings, monkeypatch):
    monkeypatch.setattr("articles.models.picture.RENEWED", 1)
    for name in ("one.jpg", "two.jpg"):
        older(settings, photograph(), name)
    Picture.objects.renew_older()
    assert Picture.objects.filter(widths__isnull=True).count() == 1
    Picture.objects.renew_older()
    assert not Picture.objects.filter(widths__isnull=True).exists()

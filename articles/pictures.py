"""What becomes of a file before it is kept as a picture.

Nothing is believed but the content, and nothing of it is kept but the pixels:
upright, in sRGB, at most LONGEST pixels long, encoded anew. So no place, no
camera and no comment of the original reaches a reader. A file's header says
how much memory it would take, and too much is refused before it is taken.
"""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePath
from threading import Lock

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 50 * 2**20

# A JPEG is made smaller while it is read: a photograph of 60 megapixels takes
# the memory of 15. Whatever else (a progressive JPEG too) is read as a whole,
# at up to eight bytes a pixel.
MAX_PIXELS = 100_000_000
MAX_PIXELS_WHOLE = 25_000_000

# Pixels; wide screens of two pixels to the dot have no use for more.
LONGEST = 2400

# Widths of the smaller ones: lists, phones, and the text of an article on a sharp screen.
WIDTHS = (400, 800, 1600)

SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
KINDS = {suffix: kind for kind, suffix in SUFFIXES.items()}

# WebP's method 4 saves a twentieth of the bytes and takes more than twice the time of 2.
ORIGINAL_OPTIONS = {"JPEG": {"quality": 90, "optimize": True}, "PNG": {}, "WEBP": {"quality": 90, "method": 2}}
SMALLER_OPTIONS = {"JPEG": {"quality": 82, "optimize": True}, "PNG": {}, "WEBP": {"quality": 80, "method": 2}}

# Colour spaces that every format here can hold.
MODES = {"L", "RGB", "RGBA"}
SRGB = ImageCms.createProfile("sRGB")

# What a phone calls HEIC or HEIF: boxes that name one of these brands (ISO/IEC 23008-12).
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}

# Two threads that each read a large picture would need the memory twice.
_one_at_a_time = Lock()


class NormalPicture(ContentFile):
    """A file that came out of `normalise`."""


def normalise(file: File, name: str = "") -> NormalPicture:
    """The picture in the file as the site keeps it, under a name made from the file's own and its content.

    Raises ValidationError with a sentence for the owner. Of an animation the
    first frame is kept: what moves by itself and cannot be stopped may not stand
    beside a text (WCAG 2.2.2).
    """
    if isinstance(file, NormalPicture):
        return file
    if file.size > MAX_BYTES:
        limit = {"limit": filesizeformat(MAX_BYTES)}
        raise ValidationError(_("The file is too large; at most %(limit)s."), "too_large", limit)
    file.seek(0)
    _refuse_by_its_beginning(file.read(1024))
    with _one_at_a_time:
        kind, content = _normal(file)
    return NormalPicture(content, name=_name(name or file.name or "", kind, content))


def _refuse_by_its_beginning(head: bytes) -> None:
    """Kinds of pictures that people have and that are not taken: each with what to do instead."""
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise ValidationError(
            _(
                "This is a HEIC picture of an iPhone, which most browsers cannot show. "
                "Save it as JPEG, or set the camera to “Most Compatible”."
            ),
            "heic",
        )
    if b"<svg" in head.lower():
        raise ValidationError(
            _("SVG drawings can hold scripts, so they are not taken. Save the drawing as PNG."), "svg"
        )


def _normal(file: File) -> tuple[str, bytes]:
    try:
        image = _opened(file)
        kind = "JPEG" if image.format in ("JPEG", "MPO") else "WEBP" if image.format == "WEBP" else "PNG"
        return kind, _encoded(_upright(image), kind, ORIGINAL_OPTIONS)
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    # A broken or hostile file makes Pillow raise nearly every kind of error.
    except Exception as error:
        raise ValidationError(
            _("This is not a picture, or it is damaged. Taken are JPEG, PNG, WebP and GIF."), "unreadable"
        ) from error


def _opened(file: File) -> Image.Image:
    """The picture with only its header read."""
    file.seek(0)
    image = Image.open(file, formats=["JPEG", "PNG", "WEBP", "GIF"])
    shrinks = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    if image.width * image.height > (MAX_PIXELS if shrinks else MAX_PIXELS_WHOLE):
        raise _too_many_pixels()
    return image


def _too_many_pixels() -> ValidationError:
    limits = {"jpeg": MAX_PIXELS // 1_000_000, "others": MAX_PIXELS_WHOLE // 1_000_000}
    sentence = _(
        "The picture has too many pixels: at most %(jpeg)s million as a JPEG photograph, %(others)s million otherwise."
    )
    return ValidationError(sentence, "too_many_pixels", limits)


def _upright(image: Image.Image) -> Image.Image:
    """At most LONGEST long, as it is meant to be seen."""
    if image.format not in ("JPEG", "MPO"):
        image = _in_a_common_mode(image)
    # 1.0: a JPEG is reduced while it is read as far as it can be.
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=1.0)
    return _in_srgb(ImageOps.exif_transpose(image))


def _in_a_common_mode(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits; converted as they are, all but the darkest would be white.
        image = image.convert("I").point(lambda value: value / 256)
    if image.mode in MODES and "transparency" not in image.info:
        return image
    if "transparency" in image.info or image.mode in ("LA", "PA", "RGBa"):
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "I") else "RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colours that a file without a profile is taken to have."""
    mode = image.mode if image.mode in MODES else "RGB"
    if profile := image.info.get("icc_profile"):
        try:
            colours = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, colours, SRGB, outputMode="RGB" if mode == "L" else mode)
            return converted or image
        except ImageCms.PyCMSError:
            # A profile that is not this picture's: slightly wrong colours are better than none.
            pass
    return image if image.mode == mode else image.convert(mode)


def _encoded(image: Image.Image, kind: str, options: dict[str, dict]) -> bytes:
    # What Pillow read beside the pixels, it would write for some formats.
    image.info = {}
    if kind == "JPEG" and image.mode == "RGBA":
        image = image.convert("RGB")
    content = BytesIO()
    image.save(content, kind, **options[kind])
    return content.getvalue()


def _name(name: str, kind: str, content: bytes) -> str:
    """No two pictures share one, so what a browser has kept under it stays right for ever."""
    # Windows' strokes too, whatever this machine makes of them.
    stem = slugify(PurePath(name.replace("\\", "/")).stem)[:40].strip("-_") or "picture"
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}{SUFFIXES[kind]}"


def widths_of(width: int) -> list[int]:
    """The widths in which a picture of this width is given out as WebP; it is never made larger."""
    return sorted({min(width, smaller) for smaller in WIDTHS})


def size_of(file: File) -> tuple[int, int]:
    """Width and height of a picture that `normalise` has made."""
    file.seek(0)
    with Image.open(file) as image:
        return image.size


def smaller(file: File, suffix: str) -> Iterator[tuple[int, str, bytes]]:
    """The widths, suffixes and contents of what is given out beside a picture: WebP, and the kind with this suffix."""
    with _one_at_a_time, Image.open(file) as image:
        image.load()
        original = _in_srgb(_in_a_common_mode(image))
    for width in widths_of(original.width):
        height = max(1, round(original.height * width / original.width))
        # From the original each time: what was made smaller twice is less sharp.
        resized = original.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        for made in {".webp", suffix} if width < original.width else {".webp"}:
            yield width, made, _encoded(resized, KINDS[made], SMALLER_OPTIONS)

"""Pictures in a body: the site's own become what readers' screens need, those of others stay as they are."""

import html as entities
import re
from urllib.parse import unquote

from django.conf import settings
from django.template.loader import render_to_string

from articles.models.picture import Picture

IMAGE = re.compile(r"<img\b[^>]*>")
ATTRIBUTE = re.compile(r'\s([a-z]+)="([^"]*)"')

# The column of the text: `--measure` in static/css/tokens.css.
SIZES = "(min-width: 43rem) 41rem, 100vw"


def add_smaller_pictures(html: str) -> str:
    """The HTML with each of the site's pictures in several sizes; it takes one query, however many there are."""
    images = [_attributes(tag) for tag in IMAGE.findall(html)]
    names = {name for image in images if (name := _name(image))}
    if not names:
        return html
    pictures = {picture.file.name: picture for picture in Picture.objects.filter(file__in=names)}
    return IMAGE.sub(lambda found: _marked_up(found[0], pictures), html)


def _attributes(tag: str) -> dict[str, str]:
    """Of a tag as the sanitiser writes it, with every value in double quotes."""
    return {name: entities.unescape(value) for name, value in ATTRIBUTE.findall(tag)}


def _name(image: dict[str, str]) -> str:
    """The name in the storage, or "" of a picture that is not the site's."""
    address = image.get("src", "").removeprefix(settings.SITE_URL)
    return unquote(address.removeprefix(settings.MEDIA_URL)) if address.startswith(settings.MEDIA_URL) else ""


def _marked_up(tag: str, pictures: dict[str, Picture]) -> str:
    image = _attributes(tag)
    picture = pictures.get(_name(image))
    if picture is None:
        return tag
    context = {"picture": picture, "sizes": SIZES, "alt": image.get("alt", picture.alt), "is_first": False}
    return " ".join(render_to_string("articles/_picture.html", context).split())

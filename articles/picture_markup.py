"""Pictures in a body: the site's own become what readers' screens need, those of others stay as they are."""

from urllib.parse import unquote

from django.conf import settings
from django.template.loader import render_to_string

from articles import elements
from articles.models.picture import Picture

# The column of the text: `--measure` in static/css/tokens.css.
SIZES = "(min-width: 43rem) 41rem, 100vw"


def add_smaller_pictures(html: str) -> str:
    """The HTML with each of the site's pictures in several sizes; it takes one query, however many there are."""
    named = [(image, name) for image in elements.find(html, "img") if (name := _name(image))]
    if not named:
        return html
    pictures = {picture.file.name: picture for picture in Picture.objects.filter(file__in={name for _, name in named})}
    pieces = [(image.start, image.end, _marked_up(image, pictures[name])) for image, name in named if name in pictures]
    return elements.replace(html, pieces)


def _name(image: elements.Element) -> str:
    """The name in the storage, or "" of a picture that is not the site's."""
    address = image.attributes.get("src", "").removeprefix(settings.SITE_URL)
    name = unquote(address.removeprefix(settings.MEDIA_URL)) if address.startswith(settings.MEDIA_URL) else ""
    # PostgreSQL cannot even be asked for it.
    return "" if "\0" in name else name


def _marked_up(image: elements.Element, picture: Picture) -> str:
    alt = image.attributes.get("alt", picture.alt)
    context = {"picture": picture, "sizes": SIZES, "alt": alt, "is_first": False}
    return " ".join(render_to_string("articles/_picture.html", context).split())

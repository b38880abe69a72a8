from django import template

from articles.models import Picture

register = template.Library()


@register.inclusion_tag("articles/_picture.html")
def picture(picture: Picture, sizes: str = "100vw", alt: str | None = None, is_first: bool = False) -> dict:
    """A picture in the size that the reader's screen needs.

    `sizes` is the attribute of HTML; `alt` replaces the picture's own text ("" where a title beside it says the same);
    `is_first`: it is seen at once, so it is loaded at once.
    """
    return {"picture": picture, "sizes": sizes, "alt": picture.alt if alt is None else alt, "is_first": is_first}

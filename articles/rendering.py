"""What readers get of a body: made once, at the save, never at a page view.

The body stays as it was written. Each step takes HTML that `body.clean` has
passed and gives such HTML back, with what the site adds to it: pictures in
several sizes, cards for players. A step finds its elements by `elements`,
and what it adds is made by `format_html` of what it has checked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from articles import body, embeds, headings, picture_markup

# To be raised with every change of what is made: `tick` then makes the older ones again.
VERSION = 2

# Each from HTML to HTML, in this order.
STEPS: tuple[Callable[[str], str], ...] = (embeds.add_cards, picture_markup.add_smaller_pictures)


@dataclass(frozen=True)
class Rendering:
    html: str
    # For the table of contents: {"level": 2, "text": "…", "id": "…"}.
    headings: list[dict]
    # Of the text alone.
    characters: int


def render(html: str) -> Rendering:
    """Of an article's body that `body.clean` has passed."""
    characters = len(body.plain_text(html))
    html, found = headings.mark(html)
    return Rendering(render_part(html), found, characters)


def render_part(html: str) -> str:
    """Of what stands on the article's page beside the body: without ids, which might be there already."""
    for step in STEPS:
        html = step(html)
    return html

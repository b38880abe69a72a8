"""What readers get of a body: made once, at the save, never at a page view.

The body stays as it was written. Each step takes HTML that `body.clean` has
passed and gives such HTML back, with what the site adds to it: places to link
to, pictures in several sizes, cards for players.
"""

from collections.abc import Callable
from dataclasses import dataclass

from articles import body, picture_markup

# To be raised with every change of what is made: `tick` then makes the older ones again.
VERSION = 1

# Each from HTML to HTML, in this order.
STEPS: tuple[Callable[[str], str], ...] = (picture_markup.add_smaller_pictures,)


@dataclass(frozen=True)
class Rendering:
    html: str
    # For the table of contents: {"level": 2, "text": "…", "id": "…"}.
    headings: list[dict]
    # Of the text alone.
    characters: int


def render(html: str) -> Rendering:
    """Of a body that `body.clean` has passed."""
    characters = len(body.plain_text(html))
    for step in STEPS:
        html = step(html)
    return Rendering(html, [], characters)

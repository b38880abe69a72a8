"""Where the elements of a body begin and end, for the steps of `rendering`.

A step looks for its elements with a parser, never with a pattern over the
whole text, because what looks like a tag may stand in an attribute. Then it
puts its own HTML into those places and leaves every other character alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate

# They have no end tag (HTML Living Standard, 13.1.2).
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    tag: str
    # With the character references resolved.
    attributes: dict[str, str]
    # Places in the HTML: of the whole element, and of what is in it.
    start: int
    inner_start: int
    inner_end: int = -1
    end: int = -1


@dataclass
class _Parser(HTMLParser):
    html: str
    found: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.lines = [0, *accumulate(len(line) + 1 for line in self.html.split("\n"))]
        self.feed(self.html)
        self.close()
        for element in self.open:
            element.inner_end = element.end = len(self.html)

    @property
    def place(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag, attrs):
        after = self.place + len(self.get_starttag_text() or "")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.place, after)
        self.found.append(element)
        if tag in VOID:
            element.inner_end = element.end = after
        else:
            self.open.append(element)

    def handle_endtag(self, tag):
        if any(element.tag == tag for element in self.open):
            end = self.html.index(">", self.place) + 1
            while (element := self.open.pop()).tag != tag:
                element.inner_end = element.end = self.place
            element.inner_end, element.end = self.place, end


def find(html: str, *tags: str) -> list[Element]:
    """The elements with one of these tags in the order of their beginnings; without tags all of them."""
    return [element for element in _Parser(html).found if not tags or element.tag in tags]


def replace(html: str, pieces: Iterable[tuple[int, int, str]]) -> str:
    """The HTML with other text from one place to another; the pieces do not overlap."""
    parts, done = [], 0
    for start, end, text in sorted(pieces):
        parts += [html[done:start], text]
        done = end
    return "".join([*parts, html[done:]])

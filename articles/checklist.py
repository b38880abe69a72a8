"""What is worth a look before an article is published. Nothing here forbids it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _

from articles.body import plain_text

# Search engines and cards cut what is longer.
TITLE_LENGTH = 60


@dataclass(frozen=True)
class Manuscript:
    """What of an article the rules look at."""

    title: str = ""
    lead: str = ""
    body: str = ""
    has_category: bool = False
    has_sources: bool = False
    # Anything with `alt` and `credit`, None: without an eye-catch.
    eye_catch: Any = None
    same_titles: Sequence[str] = ()


@dataclass(frozen=True)
class Point:
    code: str
    text: str


class _Body(HTMLParser):
    """Counts what the rules ask for."""

    def __init__(self, html: str):
        super().__init__()
        self.without_alt = self.without_credit = self.skips = self.insecure = 0
        self.level = 1
        self.figure_images = 0
        self.in_figure = self.has_caption = self.in_caption = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = dict(attrs)
        if tag == "img":
            self.see_image(values)
        elif tag == "a":
            self.insecure += (values.get("href") or "").startswith("http:")
        elif tag == "figure":
            self.in_figure, self.figure_images, self.has_caption = True, 0, False
        elif tag == "figcaption":
            self.in_caption = True
        elif re.fullmatch(r"h[2-6]", tag):
            self.skips += int(tag[1]) > self.level + 1
            self.level = int(tag[1])

    def see_image(self, values: dict) -> None:
        self.without_alt += not (values.get("alt") or "").strip()
        if self.in_figure:
            self.figure_images += 1
        else:
            self.without_credit += 1

    def handle_data(self, data: str) -> None:
        self.has_caption |= self.in_caption and bool(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "figcaption":
            self.in_caption = False
        elif tag == "figure":
            self.in_figure = False
            # The caption is where the credit stands.
            self.without_credit += 0 if self.has_caption else self.figure_images


def open_points(of: Manuscript) -> list[Point]:
    """In the order of the form; none: everything is there."""
    return [*_of_the_head(of), *_of_the_eye_catch(of), *_of_the_body(of)]


def _of_the_head(of: Manuscript) -> Iterator[Point]:
    if of.same_titles:
        yield Point(
            "same_title", _("Another article has this title: %(titles)s") % {"titles": ", ".join(of.same_titles)}
        )
    if len(of.title) > TITLE_LENGTH:
        yield Point("long_title", _("The title has more than %(limit)s letters.") % {"limit": TITLE_LENGTH})
    if not of.has_category:
        yield Point("no_category", _("No category is chosen."))
    if not of.lead.strip():
        yield Point("no_lead", _("There is no lead."))
    if not of.has_sources:
        yield Point("no_sources", _("No source is named."))


def _of_the_eye_catch(of: Manuscript) -> Iterator[Point]:
    if of.eye_catch is None:
        yield Point("no_eye_catch", _("There is no eye-catch picture."))
        return
    if not of.eye_catch.credit:
        yield Point("eye_catch_credit", _("The eye-catch picture has no credit."))
    if not of.eye_catch.alt.strip():
        yield Point("eye_catch_alt", _("The eye-catch picture has no alternative text."))


def _of_the_body(of: Manuscript) -> Iterator[Point]:
    if not plain_text(of.body):
        yield Point("empty_body", _("The body is empty."))
    found = _Body(of.body)
    if found.without_alt:
        yield Point("no_alt", _("Pictures without alternative text: %(n)s") % {"n": found.without_alt})
    if found.without_credit:
        yield Point("no_credit", _("Pictures without a caption with their credit: %(n)s") % {"n": found.without_credit})
    if found.skips:
        yield Point("heading_skip", _("A heading skips a level."))
    if found.insecure:
        yield Point("insecure_link", _("Links without https: %(n)s") % {"n": found.insecure})

"""Headings that can be linked to: ids made of their words, and what the table of contents needs."""

import html as entities
import re
from collections import Counter
from collections.abc import Container

import nh3
from django.utils.text import slugify

from articles import elements

LEVELS = {f"h{level}": level for level in range(2, 7)}

# What the table of contents shows.
LISTED = (2, 3)

# The room of a body's ids (`body._own_names`), in which none is taken for the page's, such as `c12`.
ROOM = "body-"

ID_LENGTH = 60


def mark(html: str) -> tuple[str, list[dict]]:
    """The HTML with an id on every heading that says something, and {"level", "text", "id"} of those of LISTED.

    The id hangs on the words alone, so that links to it outlive changes elsewhere; the same words
    again are numbered. An id that is there stays, unless it is one that no link can lead to.
    """
    found = elements.find(html)
    taken = {element.attributes.get("id", "") for element in found if element.tag not in LEVELS}
    used: Counter[str] = Counter()
    pieces, headings = [], []
    for element in found:
        text = words(html[element.inner_start : element.inner_end]) if element.tag in LEVELS else ""
        if not text:
            continue
        name = element.attributes.get("id", "")
        if not name or name in taken or re.search(r"\s", name):
            name = _free(f"{ROOM}{_stem(text)}", taken, used)
            pieces.append((element.start, element.inner_start, f'<{element.tag}{_others(element)} id="{name}">'))
        taken.add(name)
        headings.append({"level": LEVELS[element.tag], "text": text, "id": name})
    return elements.replace(html, pieces), [heading for heading in headings if heading["level"] in LISTED]


def words(html: str) -> str:
    """The text of a heading, white space folded; of ruby only what the characters are, not how they are read."""
    spaced = re.sub(r"<br\b[^>]*>", r"\g<0> ", html)
    text = nh3.clean(spaced, tags=set(), clean_content_tags={"rt", "rp", "script", "style"})
    return " ".join(entities.unescape(text).split())


def _stem(text: str) -> str:
    # Letters, digits, - and _ alone: nothing in it could end the attribute.
    return slugify(text, allow_unicode=True)[:ID_LENGTH].strip("-_") or "section"


def _free(stem: str, taken: Container[str], used: Counter[str]) -> str:
    """`used`: how often each stem was, so that a thousand same headings are not counted through again for each."""
    while True:
        used[stem] += 1
        name = stem if used[stem] == 1 else f"{stem}-{used[stem]}"
        if name not in taken:
            return name


def _others(element: elements.Element) -> str:
    rest = {name: value for name, value in element.attributes.items() if name != "id"}
    return "".join(f' {name}="{entities.escape(value)}"' for name, value in rest.items())

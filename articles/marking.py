"""Templates that run once for many things alike: with marks where the values go, and then only filled in.

A mould is a string for `%`. Marks are digits, because some of the values are
numbers, and of more digits than any number that a template has.
"""

import re
from functools import lru_cache

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

FIRST = 919_000_000_000_000


def marks(*names: str) -> dict[str, int]:
    return {name: FIRST + n for n, name in enumerate(names)}


def mould(template: str, context: dict, marks: dict[str, int], request: HttpRequest | None = None, **texts: str) -> str:
    """What the template makes of the context, `%(name)s` standing for each mark in it and for each of the further texts.

    `%(name,)s` stands where the template has written the number with commas.
    """
    names = {text: name for name, text in texts.items()}
    for name, number in marks.items():
        names |= {str(number): name, intcomma(number): f"{name},"}
    html = render_to_string(template, context, request).replace("%", "%%")
    return re.sub("|".join(map(re.escape, names)), lambda mark: f"%({names[mark[0]]})s", html)


def with_commas(number: int) -> str:
    """As the filter `intcomma` writes it in the language of the page; that alone asks for its format each time."""
    return str(number) if -1_000 < number < 1_000 else _with_commas(get_language(), number)


@lru_cache(maxsize=1_000)
def _with_commas(language: str | None, number: int) -> str:
    return intcomma(number)

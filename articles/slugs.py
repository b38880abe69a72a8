"""Addresses to choose from for an article that has only a title."""

import unicodedata
from collections.abc import Iterator
from datetime import date

from django.utils.text import slugify

LENGTH = 40


def fold_title(title: str) -> str:
    """The same for titles that readers would take for the same: width, letter case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split())[:300]


def suggestions(title: str, today: date) -> list[str]:
    """At most three: the words and numbers in Latin letters, those with the date, the title as it is."""
    return list(dict.fromkeys(_suggestions(title, today)))


def _suggestions(title: str, today: date) -> Iterator[str]:
    latin = cut(
        slugify("".join(letter if letter.isascii() else " " for letter in unicodedata.normalize("NFKC", title)))
    )
    day = today.strftime("%Y%m%d")
    # A number alone says nothing of the article.
    if any(letter.isalpha() for letter in latin):
        yield latin
    yield f"{day}-{latin}" if latin else day
    if whole := cut(slugify(title, allow_unicode=True)):
        yield whole


def cut(slug: str) -> str:
    """At most LENGTH letters, at a hyphen where there is one in the second half."""
    if len(slug) <= LENGTH:
        return slug
    hyphen = slug.rfind("-", LENGTH // 2, LENGTH + 1)
    return slug[: hyphen if hyphen > 0 else LENGTH].strip("-_")

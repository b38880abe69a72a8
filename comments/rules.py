"""What the rules in force find in a text.

Words are looked for as `comments.words` says. Regular expressions meet the
text after NFKC, without regard to case; `^` and `$` are the ends of lines.
Both work against a clock: some expressions need more steps for a text than a
year has seconds ((a+)+$), and a text may be made for one. What did not come
to its end is told (`ran_out_of_time`), so that the comment is held and not
passed unread.

A hit that is not exact is a guess, if mostly a good one: a reason to hold a
comment, never to refuse it.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import thread_time
from typing import Any

import regex
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from comments.words import Word, Words, clusters

# Seconds of the processor. An expression that does its work needs less than
# a thousandth for the longest comment; this is fifty times as much.
EXPRESSION_SECONDS = 0.05
# All words and expressions together: a reader waits this long at most, and a
# worker answers nobody else meanwhile.
SECONDS = 0.5
# Characters. A comment has at most 5,000 (`comments.text.MAX_LENGTH`); the rest of a longer text is not looked at.
LOOKED_AT = 10_000

# The library writes a group out as often as it must occur, and groups within
# groups once more each time, with no clock running: 60 pairs of brackets with
# a + behind them would take all memory there is.
MOST_COPIES = 10_000
_MUST_OCCUR = re.compile(r"\+|\{\s*(\d{1,9})")

# A word of one letter would be in every other comment.
SHORTEST = 2

MASK = "○"


@dataclass(frozen=True)
class Hit:
    """A rule and the part of the original text that it found, `text[start:end]`."""

    rule: Any
    start: int
    end: int
    # False when found only through gaps, masks or look-alikes
    is_exact: bool


@dataclass(frozen=True)
class Found:
    hits: tuple[Hit, ...]
    # Or the text was longer than what is looked at: either way something was not read.
    ran_out_of_time: bool


class RuleSet:
    """Rules made ready once, to be asked about many texts. Each has pattern and kind."""

    def __init__(self, rules: Iterable[Any]):
        rules = list(rules)
        self._words = Words(Word(rule.pattern, rule) for rule in rules if rule.kind == "word")
        self._expressions = [(rule, _compiled(rule.pattern)) for rule in rules if rule.kind == "regex"]

    def search(self, text: str) -> Found:
        """All hits, from the beginning of the text to its end. Takes at most about SECONDS."""
        ends_at = thread_time() + SECONDS
        looked_at = text[:LOOKED_AT]
        places = self._words.find(looked_at, lambda: thread_time() > ends_at)
        hits = [Hit(place.word.owner, place.start, place.end, place.is_exact) for place in places]
        found, is_done = self._matches(looked_at, ends_at)
        hits = sorted(hits + found, key=lambda hit: (hit.start, hit.end))
        return Found(tuple(hits), not is_done or thread_time() > ends_at or len(text) > LOOKED_AT)

    def _matches(self, text: str, ends_at: float) -> tuple[list[Hit], bool]:
        """The hits of the expressions, and whether each came to its end."""
        hits: list[Hit] = []
        if not self._expressions:
            return hits, True
        wide, places = _widened(text)
        is_done = True
        for rule, expression in self._expressions:
            try:
                for start, end in _spans(expression, wide, min(EXPRESSION_SECONDS, ends_at - thread_time())):
                    hits.append(Hit(rule, places[start][0], places[end - 1][1], True))
            except (TimeoutError, MemoryError):
                is_done = False
        return hits, is_done


def masked(text: str, hits: Iterable[Hit]) -> str:
    """The text with a ○ for each character of the hits; spaces and line ends stay."""
    characters = list(text)
    for hit in hits:
        for place in range(hit.start, hit.end):
            if not characters[place].isspace():
                characters[place] = MASK
    return "".join(characters)


def check_pattern(kind: str, pattern: str) -> None:
    """Raises ValidationError, with a sentence for the owner, for a pattern that cannot serve."""
    if kind == "regex":
        _check_expression(pattern)
    elif not (word := Word(pattern)).letters:
        raise ValidationError(_("The word needs letters: nothing is left of it without spaces and signs."))
    elif len(word) < SHORTEST:
        raise ValidationError(_("One letter alone stands in too many comments. Write at least two."))


def _check_expression(pattern: str) -> None:
    try:
        expression = _compiled_strictly(pattern)
    except ValueError as error:
        raise ValidationError(_("This is no regular expression: %(reason)s."), params={"reason": str(error)}) from error
    if _is_idle(expression):
        raise ValidationError(_("This expression matches where nothing is written, so it would catch every comment."))


def _is_idle(expression: Any) -> bool:
    try:
        found = [match for text in ("", "あ a\n") for match in expression.finditer(text, timeout=EXPRESSION_SECONDS)]
    except (TimeoutError, MemoryError):
        return False
    return any(match.start() == match.end() for match in found)


# Kept beyond one set of rules: when one rule changes, the others are not made anew.
@lru_cache(maxsize=2048)
def _compiled_strictly(pattern: str) -> Any:
    """Raises ValueError for what is no expression, or one too large to be made."""
    pattern = _as_the_text(pattern)
    if math.prod(int(match[1] or 1) + 1 for match in _MUST_OCCUR.finditer(pattern)) > MOST_COPIES:
        raise ValueError("too many repetitions")
    try:
        return regex.compile(pattern, regex.IGNORECASE | regex.MULTILINE)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise ValueError(str(error)) from error


def _as_the_text(pattern: str) -> str:
    """The expression in NFKC, for ａ and ｶﾞ are never met. What was no operator (（, ？, …) becomes none."""
    pieces = (pattern[start:end] for start, end in clusters(pattern))
    return "".join(
        piece if piece.isascii() else regex.escape(unicodedata.normalize("NFKC", piece), special_only=True)
        for piece in pieces
    )


def _compiled(pattern: str) -> Any:
    """Forms check each pattern; one that got past them (an import, another version of the library) finds nothing."""
    try:
        return _compiled_strictly(pattern)
    except ValueError:
        return regex.compile(r"(?!)")


def _spans(expression: Any, text: str, seconds: float) -> Iterator[tuple[int, int]]:
    if seconds <= 0:
        raise TimeoutError
    for match in expression.finditer(text, timeout=seconds):
        if match.end() > match.start():
            yield match.span()


def _widened(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text after NFKC, and for each of its characters the place in the original."""
    if unicodedata.is_normalized("NFKC", text):
        return text, [(place, place + 1) for place in range(len(text))]
    wide: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in clusters(text):
        piece = unicodedata.normalize("NFKC", text[start:end])
        wide.append(piece)
        places += [(start, end)] * len(piece)
    return "".join(wide), places

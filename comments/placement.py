"""Which comment a text seems to answer, when it was sent without saying so.

Readers write `>>12` or quote a line into the form for new comments, and
their words then stand far from what they answer. This is only ever a reason
to ask: whoever calls it shows both choices and decides nothing.
"""

import re
import unicodedata
from collections.abc import Iterable

# Shorter passages (「そうですね」) stand in many comments by chance.
QUOTED_LENGTH = 10

# A quotation is looked for in this many comments, the newest: people quote
# what they have just read, and the work must not grow with the discussion.
QUOTED_AMONG = 500

# And only the first passages of a text: one made of quotations alone would cost a second.
QUOTATIONS = 10

# NFKC has made ＞＞１２ into >>12. Numbers of more digits do not exist.
NAMED = re.compile(r"\s*>>\s?([0-9]{1,7})(?![0-9])")
QUOTED_LINE = re.compile(r"^[^\S\n]*>+(.+)$", re.MULTILINE)
IN_BRACKETS = re.compile(r"「([^「」]+)」")


def number(value: object) -> int | None:
    """A comment's number as a form sends it; None for whatever cannot be one."""
    text = str(value or "")
    return int(text) if re.fullmatch(r"[0-9]{1,7}", text) else None


def named(text: str) -> int | None:
    """The number with which the text begins (`>>12`, `＞＞１２`)."""
    match = NAMED.match(unicodedata.normalize("NFKC", text))
    return int(match.group(1)) if match else None


def quotations(text: str) -> list[str]:
    """What the text quotes, folded: lines after > or ＞ and passages in 「」, long enough to be told apart."""
    text = unicodedata.normalize("NFKC", text)
    passages = [fold(passage) for pattern in (QUOTED_LINE, IN_BRACKETS) for passage in pattern.findall(text)]
    return [passage for passage in passages if len(passage) >= QUOTED_LENGTH][:QUOTATIONS]


def quoted(passages: Iterable[str], comments: Iterable[tuple[int, str]]) -> int | None:
    """The number of the comment that one of the passages comes from; None when it could be several."""
    folded = [(number, fold(text)) for number, text in comments]
    for passage in passages:
        found = [number for number, text in folded if passage in text]
        if len(found) == 1:
            return found[0]
    return None


def fold(text: str) -> str:
    """The text as it is compared: without white space, width and case."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()

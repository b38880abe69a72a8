"""What a text is found by: the same for what is searched in and for what is searched for.

Japanese has no spaces between words, so a text is found by any part of it, as
a plain scan of the folded texts would find it. Both databases keep for each
text its bigrams, which narrow a search down to the texts that may hold a word;
what is longer than a bigram is then looked for in those texts themselves.
pg_trgm and FTS5's trigram would need three characters, and 空軍 has two.

What is folded is one cluster of characters (UAX #29) after the other, so that
a place in the folded text leads back to one in the text as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from articles.folding import fold

_CLUSTER = regex.compile(r"\X")

# Dashes, wave dashes and quotation marks that people take for one another.
_SIGNS = str.maketrans("‐‑‒–—―−〜‘’“”", "-------~''\"\"")

# What nearly all of a Japanese text is made of: ASCII, kana, Chinese characters, their punctuation and wide ASCII.
# Two of them that stand side by side are two clusters, each of which folds to one character.
PLAIN = r" -~、-〃〈-】〔-〜ぁ-ゖゝゞァ-ヾ㐀-䶿一-鿿！-～"
# The last of them may be part of a cluster with what stands behind, and the first with what stands before.
_PARTS = re.compile(f"[{PLAIN}]+(?![^{PLAIN}])|(?P<mixed>[{PLAIN}]?(?:[^{PLAIN}]+[{PLAIN}]?)+)")

# In a document's tokens: its text, and its head.
TEXT, HEAD = "b", "t"

# What PostgreSQL keeps in a tsvector (1 MiB). More than 140,000 different pairs of characters are in no book.
MOST_BYTES = 1_000_000


@lru_cache(maxsize=100_000)
def fold_cluster(cluster: str) -> str:
    """Without what nobody sees: joiners, directions, the selectors of glyphs."""
    return "".join(filter(_is_searched, fold(cluster).translate(_SIGNS)))


def _is_searched(character: str) -> bool:
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return not is_selector and unicodedata.category(character) != "Cf"


class _Folded(dict[int, str]):
    """For `str.translate`, of which a whole part costs as much as two clusters do one by one."""

    def __missing__(self, code: int) -> str:
        self[code] = fold_cluster(chr(code))
        return self[code]


_FOLDED = _Folded()


def fold_plain(part: str) -> str:
    """Of a plain part: the folded characters stand where those do that they were made of."""
    return part.translate(_FOLDED)


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """The whole text in parts that are plain, and others. Each begins with a new cluster."""
    for part in _PARTS.finditer(text):
        yield part[0], part.lastgroup is None


def clusters(text: str) -> list[str]:
    return _CLUSTER.findall(text)


def searchable(text: str) -> str:
    """The text as it is compared, in one line."""
    folded = (
        fold_plain(part) if is_plain else "".join(map(fold_cluster, clusters(part))) for part, is_plain in parts(text)
    )
    return " ".join("".join(folded).split())


def bigrams(folded: str) -> Iterator[str]:
    """All pairs of neighbours, and the last character alone, by which a word of one character is found there too."""
    yield from (first + second for first, second in pairwise(folded))
    if folded:
        yield folded[-1]


def tokens(head: str, text: str) -> list[str]:
    """By which a document is found, of its folded parts; both parts may have several lines."""
    # A head that is empty can be asked for too.
    found = (
        {HEAD} | {HEAD + pair for pair in _bigrams_of_lines(head)} | {TEXT + pair for pair in _bigrams_of_lines(text)}
    )
    if sum(len(token.encode()) for token in found) <= MOST_BYTES:
        return sorted(found)
    kept, size = [], 0
    for token in sorted(found):
        size += len(token.encode())
        if size <= MOST_BYTES:
            kept.append(token)
    return kept


def _bigrams_of_lines(folded: str) -> Iterator[str]:
    for line in folded.split("\n"):
        yield from bigrams(line)


class Needle(NamedTuple):
    """A token to look for; of a prefix, any token that begins so."""

    token: str
    is_prefix: bool = False


def needles(words: Iterable[str], where: str = TEXT) -> list[Needle]:
    """The tokens that every document with all these folded words has."""
    found: dict[Needle, None] = {}
    for word in words:
        if len(word) == 1:
            found[Needle(where + word, is_prefix=True)] = None
        else:
            found |= {Needle(where + first + second): None for first, second in pairwise(word)}
    return list(found)


def tsquery(wanted: Iterable[Needle]) -> str:
    """For PostgreSQL's tsquery type."""
    return " & ".join(_quoted(needle.token) + (":*" if needle.is_prefix else "") for needle in wanted)


def tsvector(found: Iterable[str]) -> str:
    """The same tokens as a value of PostgreSQL's type tsvector is written."""
    return " ".join(map(_quoted, found))


def _quoted(token: str) -> str:
    doubled = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def fts_document(found: Iterable[str]) -> str:
    """Tokens as words of plain ASCII, which no tokenizer of SQLite splits or folds."""
    return " ".join(map(_encoded, found))


def fts_query(wanted: Iterable[Needle]) -> str:
    """For SQLite's MATCH."""
    return " AND ".join(f'"{_encoded(needle.token)}"' + ("*" if needle.is_prefix else "") for needle in wanted)


def _encoded(token: str) -> str:
    # Each character ends in a letter that is no hexadecimal digit, so that a prefix ends where a character does.
    return token[0] + "".join(f"{ord(character):x}g" for character in token[1:])

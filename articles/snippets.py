"""What of a text is shown where it was found, with the hits marked as they are written there."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from articles.search import clusters, fold_cluster

# Characters around the first hit, and how many of them stand before it.
LENGTH = 120
BEFORE = 30

# A long text is folded a piece at a time, until something is found. A hit is shorter than the overlap.
PIECE = 4_000
OVERLAP = 400

_SENTENCE_END = re.compile(r"[。．！？!?]\s*|\n|\.\s")


class Part(NamedTuple):
    text: str
    is_hit: bool = False


class Folded:
    """A text as it is searched in, and where in the text each of its characters comes from."""

    def __init__(self, text: str):
        characters: list[str] = []
        # Of each character, begin and end of what it was made of.
        self.places: list[tuple[int, int]] = []
        begin = 0
        for cluster in clusters(text):
            end = begin + len(cluster)
            for character in fold_cluster(cluster):
                # As `search.searchable` does it: white space is one space, and there is none at the ends.
                if character.isspace():
                    character = " "
                    if not characters or characters[-1] == " ":
                        continue
                characters.append(character)
                self.places.append((begin, end))
            begin = end
        self.text = "".join(characters).rstrip(" ")

    def hits(self, words: Iterable[str]) -> list[tuple[int, int]]:
        """Where in the text as written the folded words stand; hits that touch are one."""
        merged: list[tuple[int, int]] = []
        for begin, end in sorted(hit for word in words for hit in self._hits_of(word)):
            if merged and begin <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((begin, end))
        return merged

    def _hits_of(self, word: str) -> Iterator[tuple[int, int]]:
        begin = self.text.find(word) if word else -1
        while begin >= 0:
            yield self.places[begin][0], self.places[begin + len(word) - 1][1]
            begin = self.text.find(word, begin + len(word))


def marked(text: str, words: Iterable[str]) -> list[Part]:
    """The whole text."""
    return _parts(text, Folded(text).hits(words), 0, len(text))


def snippet(texts: Iterable[str], words: Iterable[str]) -> list[Part]:
    """About LENGTH characters around the first hit in one of the texts, else the beginning of the first text with words."""
    words, texts = list(words), [text for text in texts if text]
    for text in texts if words else []:
        for piece in _pieces(text):
            if hits := Folded(piece).hits(words):
                return _around(piece, hits)
    return _around(texts[0][:PIECE], []) if texts else []


def _pieces(text: str) -> Iterator[str]:
    for begin in range(0, max(len(text), 1), PIECE):
        yield text[max(begin - OVERLAP, 0) : begin + PIECE]


def _around(text: str, hits: list[tuple[int, int]]) -> list[Part]:
    begin = _begin(text, hits[0][0]) if hits else 0
    # No hit is cut off in its middle.
    end = next((end for start, end in hits if start < begin + LENGTH <= end), begin + LENGTH)
    parts = _parts(text, hits, begin, min(end, len(text)))
    return [*([Part("…")] if begin else []), *parts, *([Part("…")] if end < len(text) else [])]


def _begin(text: str, hit: int) -> int:
    """A little before the hit, at the beginning of a sentence where there is one."""
    if hit <= BEFORE:
        return 0
    first = hit - BEFORE
    sentences = [end.end() for end in _SENTENCE_END.finditer(text, first, hit)]
    if sentences:
        return sentences[0]
    # Rather a whole word, in languages that have spaces.
    space = text.find(" ", first, hit)
    return space + 1 if space >= 0 else first


def _parts(text: str, hits: list[tuple[int, int]], begin: int, end: int) -> list[Part]:
    parts, place = [], begin
    for start, stop in hits:
        if start >= end:
            break
        if stop <= begin:
            continue
        parts += [Part(text[place:start]), Part(text[start:stop], is_hit=True)]
        place = stop
    parts.append(Part(text[place:end]))
    return [part for part in parts if part.text]

"""What of a text is shown where it was found, with the hits marked as they are written there."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import takewhile
from typing import NamedTuple

from articles import search

# Characters around the first hit, and how many of them stand before it.
LENGTH = 120
BEFORE = 30

PIECE = 4_000
OVERLAP = 400
# Some sixteen kilobytes each, the text as written and folded.
MOST_KEPT = 4

_SENTENCE_END = re.compile(r"[。．！？!?]\s*|\n|\.\s")


# Begin and end in a text as it was written.
Hit = tuple[int, int]


class Part(NamedTuple):
    text: str
    is_hit: bool = False


class Folded:
    """A text as it is searched in, and where in the text each of its characters comes from."""

    def __init__(self, written: str):
        self.written = written
        # Of runs of folded characters: where each begins, and begin and end of what it was made of. Without an end
        # each character was made of one, as in nearly all of a text; else each one of the run was made of the whole.
        self._runs: list[int] = []
        self._begins: list[int] = []
        self._ends: list[int | None] = []
        folded: list[str] = []
        length = 0
        for run, begin, end in _fold(written):
            if end or not self._goes_on(length, begin):
                self._runs.append(length)
                self._begins.append(begin)
                self._ends.append(end)
            folded.append(run)
            length += len(run)
        self.text = "".join(folded).rstrip(" ")

    def _goes_on(self, place: int, begin: int) -> bool:
        """Whether what begins here belongs to the last run."""
        return bool(self._runs) and not self._ends[-1] and begin - self._begins[-1] == place - self._runs[-1]

    def place(self, n: int) -> tuple[int, int]:
        """Begin and end of what the folded character was made of."""
        run = bisect_right(self._runs, n) - 1
        if end := self._ends[run]:
            return self._begins[run], end
        begin = self._begins[run] + n - self._runs[run]
        return begin, begin + 1

    def hits(self, words: Iterable[str]) -> Iterator[Hit]:
        """Where in the text as written the folded words stand, looked for as far as asked; hits that touch are one."""
        last: Hit | None = None
        for begin, end in merge(*map(self._hits_of, words)):
            if last and begin <= last[1]:
                last = last[0], max(end, last[1])
                continue
            if last:
                yield last
            last = begin, end
        if last:
            yield last

    def _hits_of(self, word: str) -> Iterator[Hit]:
        begin = self.text.find(word) if word else -1
        while begin >= 0:
            yield self.place(begin)[0], self.place(begin + len(word) - 1)[1]
            begin = self.text.find(word, begin + len(word))

    def marked(self, words: Iterable[str]) -> list[Part]:
        """The whole text."""
        return _parts(self.written, self.hits(words), 0, len(self.written))


def _fold(text: str) -> Iterator[tuple[str, int, int | None]]:
    """Folded runs, with begin and end of what they were made of; no end where each character was made of one.

    As `search.searchable` does it: white space is one space, and there is none at the beginning.
    """
    begin, after_space = 0, True
    for part, is_plain in search.parts(text):
        if is_plain and "  " not in part and not (after_space and part[0] == " "):
            yield search.fold_plain(part), begin, None
            begin, after_space = begin + len(part), part[-1] == " "
            continue
        for cluster in search.clusters(part):
            folded = search.fold_cluster(cluster)
            end = None if len(cluster) == len(folded) == 1 else begin + len(cluster)
            for character in folded:
                if not (is_space := character.isspace()):
                    yield character, begin, end
                elif not after_space:
                    yield " ", begin, end
                after_space = is_space
            begin += len(cluster)


class Searched:
    """Texts of one thing that snippets are taken of, folded as far as somebody looked.

    A piece at a time, until something is found; a hit is shorter than the overlap. Of long texts
    the rest is not kept folded. Threads may share one: what two of them fold at once is the same.
    """

    def __init__(self, texts: Iterable[str]):
        self.texts = [text for text in texts if text]
        self._kept: dict[tuple[int, int], Folded] = {}

    def snippet(self, words: Iterable[str]) -> list[Part]:
        """About LENGTH characters around the first hit in one of the texts, else the beginning of the first text with words."""
        words = list(words)
        for piece in self._pieces() if words else ():
            hits = piece.hits(words)
            if first := next(hits, None):
                return _around(piece.written, first, hits)
        return _around(self.texts[0][:PIECE]) if self.texts else []

    def _pieces(self) -> Iterator[Folded]:
        for n, text in enumerate(self.texts):
            for begin in range(0, len(text), PIECE):
                yield self._kept.get((n, begin)) or self._piece(n, begin)

    def _piece(self, n: int, begin: int) -> Folded:
        piece = Folded(self.texts[n][max(begin - OVERLAP, 0) : begin + PIECE])
        if len(self._kept) < MOST_KEPT:
            self._kept[n, begin] = piece
        return piece


def marked(text: str, words: Iterable[str]) -> list[Part]:
    """The whole text."""
    return Folded(text).marked(words)


def snippet(texts: Iterable[str], words: Iterable[str]) -> list[Part]:
    """See `Searched.snippet`."""
    return Searched(texts).snippet(words)


def _around(text: str, first: Hit | None = None, others: Iterable[Hit] = ()) -> list[Part]:
    begin = _begin(text, first[0]) if first else 0
    hits = [first, *takewhile(lambda hit: hit[0] < begin + LENGTH, others)] if first else []
    # No hit is cut off in its middle.
    end = max(begin + LENGTH, hits[-1][1]) if hits else LENGTH
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


def _parts(text: str, hits: Iterable[Hit], begin: int, end: int) -> list[Part]:
    parts, place = [], begin
    for start, stop in hits:
        parts += [Part(text[place:start]), Part(text[start:stop], is_hit=True)]
        place = stop
    parts.append(Part(text[place:end]))
    return [part for part in parts if part.text]

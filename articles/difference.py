"""What differs between two bodies, for somebody who reads Japanese.

Paragraph by paragraph, and inside a paragraph by runs: a word in Latin letters,
a run of kanji or of katakana, else a single character. By characters alone the
particles, which every sentence shares, would tear each change to pieces.

Comparing takes time with the product of the lengths, so each step has a limit
above which the whole is shown as taken out and put in.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import zip_longest
from typing import NamedTuple

# Pairs that are compared at most: paragraphs of the two bodies, and runs of all their changed paragraphs.
PARAGRAPH_PAIRS = 4_000_000
RUN_PAIRS = 3_000_000
ALL_RUN_PAIRS = 18_000_000
# A pair of equal ones counts as so many, because difflib comes back to it for each match:
# of one letter written over and over all pairs are equal.
EQUAL_PAIR = 40

# Paragraphs that have less in common are two different ones.
LIKENESS = 0.35
# Letters that two changes may have between them and still be shown as one.
ISLAND = 2

BLOCKS = {"p", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "pre", "figcaption", "td", "th", "caption", "summary"}
BLOCKS |= {"div", "blockquote", "br", "hr", "tr", "table", "ul", "ol", "figure", "details"}
RUN = re.compile(r"[0-9A-Za-z0-9A-Za-z]+|[一-龯々〆]+|[ァ-ヴー]+|\s+|.", re.DOTALL)


class Run(NamedTuple):
    kind: str
    text: str


KEPT, PUT_IN, TAKEN_OUT = "same", "ins", "del"


@dataclass(frozen=True)
class Line:
    """A paragraph with its runs."""

    runs: tuple[Run, ...]

    @property
    def is_same(self) -> bool:
        return all(run.kind == KEPT for run in self.runs)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


class _Paragraphs(HTMLParser):
    """The texts of a body, with marks for what a text alone would not show."""

    def __init__(self):
        super().__init__()
        self.lines = [""]
        self.href = ""

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in BLOCKS:
            self.lines.append({"li": "・", "hr": "――"}.get(tag, "#" * int(tag[1]) + " " if tag[1:].isdigit() else ""))
        elif tag == "a":
            self.href = values.get("href") or ""
        elif tag == "img":
            self.lines[-1] += f"[{values.get('alt') or ''} {values.get('src') or ''}]"

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.lines.append("")
        elif tag == "a" and self.href:
            self.lines[-1] += f"<{self.href}>"
            self.href = ""

    def handle_data(self, data):
        self.lines[-1] += data


def paragraphs(html: str) -> list[str]:
    """The body as lines of text; headings, items, addresses and pictures stay recognisable."""
    parser = _Paragraphs()
    parser.feed(html)
    parser.close()
    return [line for line in map(str.strip, parser.lines) if line.strip("・# ")]


def compare(before: str, after: str) -> list[Line]:
    """The lines of both HTML texts in their order."""
    return list(_lines(paragraphs(before), paragraphs(after)))


def compare_text(before: str, after: str) -> list[Line]:
    """As `compare`, for text without markup."""
    return list(_lines(before.splitlines(), after.splitlines()))


def counts(lines: list[Line]) -> tuple[int, int]:
    """How many characters were put in, and how many taken out."""
    runs = [run for line in lines for run in line.runs]
    return tuple(sum(len(run.text) for run in runs if run.kind == kind) for kind in (PUT_IN, TAKEN_OUT))  # type: ignore[return-value]


def shortened(lines: list[Line], around: int = 1) -> list[Line | None]:
    """Without the lines that did not change, except `around` beside each change; None stands for those left out."""
    changed = [n for n, line in enumerate(lines) if not line.is_same]
    near = {n + step for n in changed for step in range(-around, around + 1)}
    shown: list[Line | None] = []
    for n, line in enumerate(lines):
        if n in near:
            shown.append(line)
        elif not shown or shown[-1] is not None:
            shown.append(None)
    return shown


def _lines(before: list[str], after: list[str]) -> Iterator[Line]:
    budget = [ALL_RUN_PAIRS]
    for tag, i1, i2, j1, j2 in _steps(before, after, PARAGRAPH_PAIRS):
        if tag == "equal":
            yield from (Line((Run(KEPT, text),)) for text in before[i1:i2])
        else:
            for old, new in zip_longest(before[i1:i2], after[j1:j2], fillvalue=""):
                yield from _changed(old, new, budget)


def _steps(before: Sequence[str], after: Sequence[str], limit: int) -> Iterator[tuple[str, int, int, int, int]]:
    """difflib's opcodes; what both begin and end with is not compared, and above the limit nothing is."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    i, j = len(before) - tail, len(after) - tail
    yield "equal", 0, head, 0, head
    if _pairs(before[head:i], after[head:j]) > limit:
        yield "replace", head, i, head, j
    else:
        matcher = SequenceMatcher(None, before[head:i], after[head:j], autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            yield tag, head + i1, head + i2, head + j1, head + j2
    yield "equal", i, len(before), j, len(after)


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """How many there are to be compared, the equal ones weighed by EQUAL_PAIR."""
    counted = Counter(after)
    equal = sum(n * counted[text] for text, n in Counter(before).items())
    return len(before) * len(after) + EQUAL_PAIR * equal


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    count = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        count += 1
    return count


def _changed(old: str, new: str, budget: list[int]) -> Iterator[Line]:
    if old and new:
        runs = _runs(RUN.findall(old), RUN.findall(new), budget)
        kept = sum(len(run.text) for run in runs if run.kind == KEPT)
        if kept >= LIKENESS * min(len(old), len(new)):
            yield Line(runs)
            return
    for kind, text in ((TAKEN_OUT, old), (PUT_IN, new)):
        if text:
            yield Line((Run(kind, text),))


def _runs(old: list[str], new: list[str], budget: list[int]) -> tuple[Run, ...]:
    limit = min(RUN_PAIRS, budget[0])
    budget[0] -= min(limit, _pairs(old, new))
    pieces: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in _steps(old, new, limit):
        taken, put = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal" and (len(taken) >= ISLAND or not pieces):
            pieces.append((taken, taken))
        elif taken or put:
            _join(pieces, taken, put)
    return tuple(_told(pieces))


def _join(pieces: list[tuple[str, str]], taken: str, put: str) -> None:
    """Beside a change it becomes a part of it."""
    if pieces and pieces[-1][0] != pieces[-1][1]:
        before, after = pieces.pop()
        taken, put = before + taken, after + put
    pieces.append((taken, put))


def _told(pieces: list[tuple[str, str]]) -> Iterator[Run]:
    for taken, put in pieces:
        if taken == put:
            if taken:
                yield Run(KEPT, taken)
            continue
        if taken:
            yield Run(TAKEN_OUT, taken)
        if put:
            yield Run(PUT_IN, put)

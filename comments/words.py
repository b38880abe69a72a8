"""Where the words of a list stand in a text, however they are disguised.

A sentence in Japanese has no spaces, so a word is found anywhere in it; only
words in letters that are written with spaces (Latin, Greek, Cyrillic) end at
their neighbours, or 「class」 would hold "ass". What is compared is folded
(`articles.folding.fold`): width, case and kana do not matter.

Looked through are

- gaps: 死 ね, 死・ね, 死♡ね, and f u c k when every letter stands apart;
- characters that cannot be seen, as many as there are;
- masks: マ○コ, f*ck, in words of three letters and more;
- one letter drawn with two: タヒね, ネ申;
- letters that look alike: sh1t, fuсk with a Cyrillic с, キモぃ;
- letters of the alphabet that are repeated: fuuuck.

Known limits. A word in kana matches other words that hold it: しね is in
楽しいしね. A few that are met every day are known (`HARMLESS`); for the rest,
whoever makes a rule is shown what it would have caught. A sound that is
lengthened (バーカ) is another word: バーカウンター.

The words are kept as a tree, letter by letter, so that a text costs the same
with ten words and with ten thousand.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from articles.folding import fold
from comments.folding import skeleton

# Between two letters of a word; a sentence that goes on after three signs is another thought.
MAX_GAP = 3
# A mask leaves of a shorter word nothing that could be told from others.
MASKED_LENGTH = 3
# Of longer words two letters may be masked: セ○○ス, f**k.
TWICE_MASKED_LENGTH = 4

# A letter twice makes another word (god, good), three times none.
REPEATED = 3
# Of a longer row the letters would be counted again for each of them.
LONGEST_RUN = 20

# A stop, a comma or a line end is no gap: カバ、カモ does not hold バカ. Spaces, dashes and signs are, by category.
_GAPS = frozenset("\t・·•‧∙⋅*./\\|~+=#〜…")
_GAP_CATEGORIES = frozenset({"Zs", "Pc", "Pd", "So", "Sk"})

MASKS = frozenset("○〇◯●◎*×✕?")
# 死○ね: nothing is masked there.
_MASKS_AS_GAPS = MASKS - frozenset("?")
# At the end of a word × and ? are signs of their own: 「なぜ殺す?」
_OUTER_MASKS = MASKS - frozenset("×✕?")
# Inside words in Latin letters also these: f-ck, f#ck.
_LATIN_MASKS = frozenset("*#-_")
_ALL_MASKS = MASKS | _LATIN_MASKS

# One character drawn with two or three; only as katakana, for たひ is no 死.
COMPOSITES = {
    "タヒ": "死",
    "夕ヒ": "死",
    "タ匕": "死",
    "歹ヒ": "死",
    "ネ申": "神",
    "糸冬": "終",
    "糸色": "絶",
    "メ木殳": "殺",
    "乂木殳": "殺",
    "杀殳": "殺",
    "米異": "糞",
    "女兼": "嫌",
    "女又": "奴",
    "区殳": "殴",
    "犭巳": "犯",
}
_COMPOSITES_BY_FIRST = {first: [c for c in COMPOSITES if c[0] == first] for first in {c[0] for c in COMPOSITES}}

_LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "il"}
_SMALL_KANA = dict(zip("ぁぃぅぇぉゎゕゖ", "あいうえおわかけ", strict=True))

# Everyday words that hold a bad one, folded; 死ねる社会 is of euthanasia. Found inside one of these, a word is not found.
HARMLESS = tuple(
    """
    ばかり ばかし ばかんす そばかす しばかれ あるばかーき どあほん あほうどり あほろーとる しねま しねこん たひち ときもい がいじん がいじゅ
    とうざい そうざい じょうざい ぱちんこ まんこん まんこめ まんこみ まんこーひー まんこーる うんこう えせっくす させっくす
    ぐれいぷ でぶり ぶすけつ はぶすて くそんぐ くそふと くそーしゃる しなりお しなもん しなじー はげたか はげわし はげまし
    まんこかぱっく まんこ・かぱっく ちんころ 死ねない 死ねる 死ねず 死ねばもろとも 死ねば悲し だまんこ うまんこ 死んでくれた 死んでくれて
    """.split()  # noqa: SIM905 words read better without quotes
)

# Voiced marks that stand beside the letter on a screen, as those that join it.
_VOICED = {0x309B: 0x3099, 0x309C: 0x309A, 0xFF9E: 0x3099, 0xFF9F: 0x309A}
# A letter under a thousand marks is looked at as many letters under a few: what is kept stays small.
_MAX_MARKS = 8


class Letter(NamedTuple):
    """One folded character and where it comes from: `text[start:end]`."""

    char: str
    # The same before case and kana were folded.
    wide: str
    start: int
    end: int
    # Nothing was taken off it, and nothing unseen stood before it.
    is_bare: bool
    is_next: bool


class Word:
    """What is looked for, folded and without gaps. `owner` is whatever the caller finds it by."""

    __slots__ = ("breaks", "harmless", "is_kana", "is_latin", "letters", "owner")

    def __init__(self, text: str, owner: Any = None):
        self.owner = owner
        self.letters, self.breaks = _without_gaps(text)
        self.is_latin = all(map(is_spaced, self.letters))
        self.is_kana = all("ぁ" <= letter <= "ゟ" or letter == "ー" for letter in self.letters)
        self.harmless = [
            (known.index(self.letters), known) for known in HARMLESS if self.letters in known and self.letters != known
        ]

    def __len__(self) -> int:
        return len(self.letters)


class Place(NamedTuple):
    word: Word
    start: int
    end: int
    # False when it was found only through gaps, masks or look-alikes
    is_exact: bool


class _Node:
    __slots__ = ("letter", "next", "words")

    def __init__(self, letter: str = ""):
        self.letter = letter
        self.next: dict[str, _Node] = {}
        self.words: list[Word] = []


# How a letter of a word was found.
_WRITTEN, _ALIKE, _DIGIT, _SIGN, _MASKED = range(5)


class _Step(NamedTuple):
    """One letter of a word, found at letters[first:end] of the text."""

    first: int
    end: int
    how: int


_Trail = tuple[_Step, ...]


class Words:
    """The tree of all words."""

    def __init__(self, words: Iterable[Word]):
        self._root = _Node()
        for word in words:
            self._add(word)
        # A word whose first letter is masked is looked up by its second.
        self._by_second: dict[str, list[_Node]] = {}
        for first in self._root.next.values():
            for letter, node in first.next.items():
                self._by_second.setdefault(letter, []).append(node)

    def _add(self, word: Word) -> None:
        node = self._root
        for letter in word.letters:
            if letter not in node.next:
                node.next[letter] = _Node(letter)
            node = node.next[letter]
        if node is not self._root:
            node.words.append(word)

    def find(self, text: str, is_over: Callable[[], bool] = lambda: False) -> Iterator[Place]:
        """The places of all words, by their beginning; ends early when `is_over` says so."""
        if not self._root.next:
            return
        line = letters_of(text)
        for first, letter in enumerate(line):
            if self._may_begin(letter):
                if is_over():
                    return
                yield from self._found_at(line, first, is_over)

    def _may_begin(self, letter: Letter) -> bool:
        """Most letters begin no word, and are passed over without a further look."""
        return (
            letter.char in self._root.next
            or letter.char in _OUTER_MASKS
            or letter.wide in _COMPOSITES_BY_FIRST
            or bool(_look_alikes(letter.char))
        )

    def _found_at(self, line: list[Letter], first: int, is_over: Callable[[], bool]) -> Iterator[Place]:
        """At most one place for each word, the one as written before others."""
        best: dict[Word, Place] = {}
        for node, trail in self._ways(line, first, is_over):
            for word in node.words:
                place = _place(line, trail, word)
                if place and (word not in best or (place.is_exact and not best[word].is_exact)):
                    best[word] = place
        yield from best.values()

    def _ways(self, line: list[Letter], first: int, is_over: Callable[[], bool]) -> Iterator[tuple[_Node, _Trail]]:
        """The ways through the tree that begin at a letter of the text, one of those that come to the same."""
        waiting = list(self._beginnings(line, first))
        # Without it a row of letters, each taken alone or with the row, doubles the ways with every letter of a word.
        seen = set()
        while waiting and not is_over():
            node, trail = waiting.pop()
            if (state := _state(line, node, trail)) in seen:
                continue
            seen.add(state)
            yield node, trail
            waiting += [(below, (*trail, step)) for below, step in _further(line, node, trail)]

    def _beginnings(self, line: list[Letter], first: int) -> Iterator[tuple[_Node, _Trail]]:
        """The first letter of words, or the first two when a mask stands for the first."""
        is_inside = is_spaced(_char(line, first - 1))
        for node, step in _steps(line, self._root, first):
            # `_ends_fit` would refuse all that comes of it.
            if not (is_inside and is_spaced(node.letter)):
                yield node, (step,)
        if line[first].char in _OUTER_MASKS and first + 1 < len(line):
            trail = (_Step(first, first + 1, _MASKED), _Step(first + 1, first + 2, _WRITTEN))
            yield from ((node, trail) for node in self._by_second.get(line[first + 1].char, ()))


def letters_of(text: str) -> list[Letter]:
    """The text folded, each letter with its place: a base character together with the marks on it."""
    line: list[Letter] = []
    is_next = True
    for start, end in clusters(text):
        pieces, is_bare = _folded(text[start:end])
        line += [Letter(char, wide, start, end, is_bare, is_next) for char, wide in pieces]
        is_next = bool(pieces)
    return line


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """The places of the base characters, each with the marks that follow it: ﾊﾞ is one."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _is_mark(text[place]) or place - start > _MAX_MARKS:
            yield start, place
            start = place


def is_gap(char: str) -> bool:
    return char in _GAPS or (char not in MASKS and unicodedata.category(char) in _GAP_CATEGORIES)


@lru_cache(maxsize=4096)
def is_spaced(char: str) -> bool:
    """Whether this is a letter or digit of a script whose words stand apart."""
    if char.isascii():
        return char.isalnum()
    return char.isalpha() and unicodedata.name(char, "").startswith(("LATIN", "GREEK", "CYRILLIC"))


def _is_mark(char: str) -> bool:
    return char > "\u02ff" and (ord(char) in _VOICED or unicodedata.category(char) in {"Mn", "Me"})


@lru_cache(maxsize=8192)
def _folded(cluster: str) -> tuple[list[tuple[str, str]], bool]:
    """Pairs of a folded character and the same before, and whether all of the cluster is in them."""
    wide = unicodedata.normalize("NFKC", cluster.translate(_VOICED))
    seen = "".join(filter(_is_seen, wide))
    folded = "".join(filter(_is_seen, fold(seen)))
    before = seen if len(seen) == len(folded) else folded
    return list(zip(folded, before, strict=True)), seen == wide


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in {"Cf", "Mn", "Me"} and char not in "\u115f\u1160\u3164"


def _without_gaps(text: str) -> tuple[str, frozenset[int]]:
    """The letters of a word, and before which of them it has a gap itself ("kill you": 4)."""
    letters: list[str] = []
    breaks = set()
    for letter in letters_of(text):
        if is_gap(letter.char) or letter.char.isspace():
            breaks.add(len(letters))
        else:
            letters.append(letter.char)
    return "".join(letters), frozenset(breaks)


def _steps(line: list[Letter], node: _Node, at: int) -> Iterator[tuple[_Node, _Step]]:
    """The nodes below that this letter of the text can stand for, a mask aside."""
    letter = line[at]
    if below := node.next.get(letter.char):
        yield below, _Step(at, at + 1, _WRITTEN)
        if _may_be_repeated(below) and (repeated := _run(line, at)) >= REPEATED:
            yield below, _Step(at, at + repeated, _ALIKE)
    for alike in _look_alikes(letter.char):
        if below := node.next.get(alike):
            yield below, _Step(at, at + 1, _likeness(letter.char))
    for parts in _COMPOSITES_BY_FIRST.get(letter.wide, ()):
        is_there = "".join(part.wide for part in line[at : at + len(parts)]) == parts
        if is_there and (below := node.next.get(COMPOSITES[parts])):
            yield below, _Step(at, at + len(parts), _ALIKE)


@lru_cache(maxsize=4096)
def _look_alikes(char: str) -> str:
    """The letters that a character may be taken for."""
    if char in _LEET or char in _SMALL_KANA:
        return _LEET.get(char) or _SMALL_KANA[char]
    # Chinese characters like kana (力, 口) stand beside kana in every other sentence: 努力する holds no カス.
    if char.isascii() or "\u2e80" <= char <= "\uffff":
        return ""
    alike = skeleton(char)
    return "il" if alike == "l" else alike if alike.isascii() and alike.isalpha() else ""


def _may_be_repeated(node: _Node) -> bool:
    """Where only the same letter can follow (ww), the last of them takes the row."""
    return bool(node.words) or node.next.keys() != {node.letter}


def _run(line: list[Letter], at: int) -> int:
    """How often the letter stands there in a row; 1 for one that no alphabet has."""
    if not is_spaced(line[at].char):
        return 1
    end = next((n for n in range(at, min(at + LONGEST_RUN, len(line))) if line[n].char != line[at].char), None)
    return (min(at + LONGEST_RUN, len(line)) if end is None else end) - at


def _likeness(char: str) -> int:
    return _DIGIT if char.isdigit() else _SIGN if char in _LEET else _ALIKE


def _state(line: list[Letter], node: _Node, trail: _Trail) -> tuple:
    """What the way on, and whether its end is a place, depend on: the same for many ways."""
    hows = [step.how for step in trail]
    between = _between(line, trail)
    gaps = sum(step.first > before.end for before, step in pairwise(trail))
    return (
        id(node),
        trail[-1].end,
        (hows[0] == _MASKED, hows[-1] == _MASKED, hows.count(_MASKED)),
        any(step.how == _MASKED and line[step.first].char not in MASKS for step in trail),
        (hows.count(_DIGIT), _WRITTEN in hows or _ALIKE in hows, set(hows) == {_WRITTEN}),
        (gaps > 0, gaps == len(trail) - 1, not MASKS.isdisjoint(between)),
    )


def _between(line: list[Letter], trail: _Trail) -> set[str]:
    """The characters in the gaps."""
    return {line[at].char for before, step in pairwise(trail) for at in range(before.end, step.first)}


def _further(line: list[Letter], node: _Node, trail: _Trail) -> Iterator[tuple[_Node, _Step]]:
    """The nodes below and the letters of the text for them: the next one, or after a gap."""
    if not node.next:
        return
    begin = trail[-1].end
    for at in range(begin, min(begin + MAX_GAP + 1, len(line))):
        yield from _steps(line, node, at)
        if line[at].char in _ALL_MASKS and sum(step.how == _MASKED for step in trail) < 2:
            yield from ((below, _Step(at, at + 1, _MASKED)) for below in node.next.values())
        if not is_gap(line[at].char) and line[at].char not in _MASKS_AS_GAPS:
            break


def _place(line: list[Letter], trail: _Trail, word: Word) -> Place | None:
    """Where the word stands, None when what was found is not taken for it."""
    gaps = {n for n in range(1, len(trail)) if trail[n].first > trail[n - 1].end} - word.breaks
    if not (
        _masks_fit(line, trail, word)
        and _digits_fit(trail, word)
        and (not gaps or _gaps_fit(line, trail, word, gaps))
        and _ends_fit(line, trail, word)
    ):
        return None
    first, last = trail[0].first, trail[-1].end - 1
    if _is_harmless(line, word, first, last):
        return None
    is_exact = not gaps and all(step.how == _WRITTEN for step in trail) and _is_bare(line, first, last)
    return Place(word, line[first].start, line[last].end, is_exact)


def _is_bare(line: list[Letter], first: int, last: int) -> bool:
    return all(line[n].is_bare and (n == first or line[n].is_next) for n in range(first, last + 1))


def _masks_fit(line: list[Letter], trail: _Trail, word: Word) -> bool:
    masked = [n for n, step in enumerate(trail) if step.how == _MASKED]
    if not masked:
        return True
    if _between(line, trail) & MASKS:
        return False
    signs = {line[trail[n].first].char for n in masked}
    if masked[0] == 0 or masked[-1] == len(word) - 1:
        return len(masked) == 1 and _outer_mask_fits(line, trail, word, signs)
    allowed = MASKS | _LATIN_MASKS if word.is_latin else MASKS
    return signs <= allowed and len(word) >= (TWICE_MASKED_LENGTH if len(masked) > 1 else MASKED_LENGTH)


def _outer_mask_fits(line: list[Letter], trail: _Trail, word: Word, signs: set[str]) -> bool:
    """○ね is too little, and ○○ stands for a name: 殺す○○ is no 殺すぞ."""
    shortest = MASKED_LENGTH + 1 if word.is_latin else MASKED_LENGTH
    around = {_char(line, trail[0].first - 1), _char(line, trail[-1].end)}
    return len(word) >= shortest and signs <= _OUTER_MASKS and not around & MASKS


def _digits_fit(trail: _Trail, word: Word) -> bool:
    """Of a word at least half is written in letters, for 455 is a number."""
    digits = sum(step.how == _DIGIT for step in trail)
    return digits * 2 <= len(word) and any(step.how in (_WRITTEN, _ALIKE) for step in trail)


def _gaps_fit(line: list[Letter], trail: _Trail, word: Word, gaps: set[int]) -> bool:
    """Whether the gaps are a disguise rather than the ends of other words."""
    is_spaced_out = len(word) > 2 and gaps | word.breaks >= set(range(1, len(word)))
    if word.is_latin:
        return is_spaced_out
    if not word.is_kana or is_spaced_out:
        return True
    # カバ・カモ: what stands around in the same script belongs to it. 「このバ・カが」 is in two.
    first, last = trail[0].first, trail[-1].end - 1
    return not (_are_alike(line, first, first - 1) or _are_alike(line, last, last + 1))


def _are_alike(line: list[Letter], at: int, beside: int) -> bool:
    """Whether two kana of the text are both katakana, or both hiragana."""
    other = line[beside].wide if 0 <= beside < len(line) else ""
    return bool(other) and _kana(other) is not None and _kana(other) == _kana(line[at].wide)


def _kana(char: str) -> str | None:
    return "katakana" if "ァ" <= char <= "ヿ" else "hiragana" if "ぁ" <= char <= "ゟ" else None


def _ends_fit(line: list[Letter], trail: _Trail, word: Word) -> bool:
    before, after = _char(line, trail[0].first - 1), _char(line, trail[-1].end)
    is_inside = (is_spaced(word.letters[0]) and is_spaced(before)) or (is_spaced(word.letters[-1]) and is_spaced(after))
    return not is_inside


def _char(line: list[Letter], at: int) -> str:
    """The folded character there; a space beyond the ends."""
    return line[at].char if 0 <= at < len(line) else " "


def _is_harmless(line: list[Letter], word: Word, first: int, last: int) -> bool:
    for offset, known in word.harmless:
        begin = first - offset
        if begin >= 0 and "".join(letter.char for letter in line[begin : begin + len(known)]) == known:
            return True
    return False

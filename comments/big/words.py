"""Made-up Japanese: as many different pairs of characters, met as often, as texts that people write have."""

import random
from itertools import accumulate
from typing import NamedTuple

from articles import search

PARTICLES = ("の", "は", "を", "に", "が", "です。", "と", "、", "した。", "で")

# What can be looked for. Nine of a hundred comments hold one of them.
TOPICS = ("空軍", "弾道ミサイル", "F-35", "訓練", "海軍", "ｶﾞｲﾄﾞﾗｲﾝ", "Ｆ－３５", "迎撃ミサイル", "防衛省")
TOPIC_SHARE = 0.018

# Texts are put together of so many pieces of some twelve characters, folded once and not in each text.
PIECES = 20_000


class Piece(NamedTuple):
    text: str
    folded: str


BREAK = Piece("\n\n", " ")


def vocabulary(draw: random.Random) -> list[str]:
    """7,700 words of two to five characters."""
    kanji = [chr(draw.randrange(0x4E00, 0x6E00)) for _ in range(1_800)]
    kana = "アイウエオカキクケコサシスセソタチツテトナニハヒフヘホマミムメモラリルレロン"
    words = ["".join(draw.choices(kanji, k=draw.choice((2, 2, 2, 3, 4)))) for _ in range(6_200)]
    return words + ["".join(draw.choices(kana, k=draw.choice((3, 4, 5)))) for _ in range(1_500)]


class Writer:
    """Makes up texts."""

    def __init__(self, draw: random.Random):
        self.draw = draw
        words = vocabulary(draw)
        # Each is met as often as words are (Zipf).
        weights = list(accumulate(1 / (place + 10) for place in range(len(words))))
        self.pieces = [self._piece(words, weights) for _ in range(PIECES)]

    def _piece(self, words: list[str], weights: list[float]) -> Piece:
        parts = [word + self.draw.choice(PARTICLES) for word in self.draw.choices(words, cum_weights=weights, k=3)]
        if self.draw.random() < TOPIC_SHARE:
            parts[0] = self.draw.choice(TOPICS) + self.draw.choice(PARTICLES)
        text = "".join(parts)
        return Piece(text, search.searchable(text))

    def text(self, characters: int) -> Piece:
        """About so long; with a new paragraph after each 120 or so."""
        pieces = self.draw.choices(self.pieces, k=max(1, round(characters / 12)))
        for place in range(10, len(pieces) - 1, 11):
            pieces.insert(place, BREAK)
        return Piece("".join(piece.text for piece in pieces), "".join(piece.folded for piece in pieces))

    def line(self, characters: int) -> str:
        """Of exactly so many characters at most, in one line."""
        pieces = self.draw.choices(self.pieces, k=1 + characters // 10)
        return "".join(piece.text for piece in pieces)[:characters]

"""How alike texts are: cosine of their pairs of characters, each weighed by how rare it is among them.

Pairs of characters need no dictionary, which for Japanese has no words between
spaces. Rarity (tf–idf, Spärck Jones 1972) makes 「した」 and 「ます」 count for next to nothing.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt


def pairs(text: str) -> Counter[str]:
    """Each pair of characters that stand beside each other in a word, and how often."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return Counter(word[n : n + 2] for word in words for n in range(len(word) - 1))


def compare(text: Mapping[str, int], others: Sequence[Mapping[str, int]]) -> list[float]:
    """From 0 (nothing in common) to 1 (the same), for each of the others."""
    found = Counter(pair for other in [text, *others] for pair in other)
    rarity = {pair: log((1 + len(others)) / n) for pair, n in found.items()}
    length = _length(text, rarity)
    return [_product(text, other, rarity) / (length * _length(other, rarity) or 1.0) for other in others]


def _product(one: Mapping[str, int], other: Mapping[str, int], rarity: Mapping[str, float]) -> float:
    return sum(n * other[pair] * rarity[pair] ** 2 for pair, n in one.items() if pair in other)


def _length(text: Mapping[str, int], rarity: Mapping[str, float]) -> float:
    return sqrt(sum((n * rarity[pair]) ** 2 for pair, n in text.items()))

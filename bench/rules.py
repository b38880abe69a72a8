#!/usr/bin/env python3
"""What the rules cost: hostile expressions, a megabyte of text, ten thousand rules.

Needs no database. Prints for each case the longest of three searches, in
milliseconds of the processor, and what a comment may cost at most. Ends with
1 when a case took more than twice that.
"""

import random
import sys
import time
import tracemalloc
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
settings.configure(USE_I18N=False)
django.setup()

from comments.rules import EXPRESSION_SECONDS, LOOKED_AT, SECONDS, RuleSet  # noqa: E402

random.seed(5)
KANJI = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]
KANA = [chr(code) for code in range(0x3042, 0x3094)]
LONGEST = "".join(random.choices(KANA * 8 + KANJI + ["。", "、", " ", "\n"] * 20, k=5_000))

# (expression, a text that it does not come to an end on)
HOSTILE = [
    ("(a+)+$", "a" * 4_999 + "!"),
    ("(a|a)*$", "a" * 4_999 + "!"),
    ("(.*a){20}", "a" * 4_999 + "!"),
    ("^(.*?,){30}P", "1,2,3,4," * 600),
    ("((a*)*)*b", "a" * 5_000),
    ("(あ+)+い", "あ" * 5_000),
    ("(?:[ぁ-ん]+[ー〜]*)+死ね", "しね" * 2_500),
    ("(死|死ね|ね)+よ$", "死ね" * 2_500),
    ("^(([ァ-ヶ])+.)+ー$", "ア" * 5_000),
    (r"(\w+\s?)*!", "word " * 1_000),
    (r"(a?){60}a{60}", "a" * 59),
    (r"(.)(.*)\1(.*)\2$", LONGEST),
    (r"(?:死.{0,200}){9}ね!", "死" * 5_000),
    (r"(?<=(a+)+)b", "a" * 5_000),
    (r"(?:abcdefgh){e<=7}x", LONGEST),
]


@dataclass(frozen=True)
class Rule:
    pk: int
    pattern: str
    kind: str = "word"
    action: str = "hold"
    message: str = ""


def words(number: int) -> list[Rule]:
    letters = KANJI[:400] + KANA
    return [Rule(n, "".join(random.choices(letters, k=random.randint(3, 6)))) for n in range(number)]


def expressions(number: int) -> list[Rule]:
    pairs = [random.choices(KANJI[:400], k=2) for _ in range(number)]
    return [Rule(n, f"{a}.{{0,5}}{b}|{b}[ぁ-ん]+{a}", "regex") for n, (a, b) in enumerate(pairs)]


def measure(name: str, rules: Iterable[Rule], text: str) -> bool:
    """Prints a line; whether the search kept to its time."""
    begin = time.perf_counter()
    rule_set = RuleSet(rules)
    ready = time.perf_counter() - begin
    longest = max(_seconds(rule_set, text) for _ in range(3))
    found = rule_set.search(text)
    outcome = "not finished" if found.ran_out_of_time else f"{len(found.hits)} hits"
    print(f"{name[:44]:<46}{ready * 1000:>8.0f} ms ready {longest * 1000:>8.1f} ms search   {outcome}")
    return longest < 2 * SECONDS


def _seconds(rule_set: RuleSet, text: str) -> float:
    begin = time.process_time()
    rule_set.search(text)
    return time.process_time() - begin


def main() -> int:
    print(f"At most {SECONDS * 1000:.0f} ms for all, {EXPRESSION_SECONDS * 1000:.0f} ms for one expression,")
    print(f"of the first {LOOKED_AT:,} characters.\n")
    kept = [measure(pattern, [Rule(1, pattern, "regex")], text) for pattern, text in HOSTILE]
    all_hostile = [Rule(n, pattern, "regex") for n, (pattern, _) in enumerate(HOSTILE)] * 20
    kept.append(measure("300 hostile expressions", all_hostile, "a" * 4_999 + "!"))
    print()
    for number in (10, 100, 1_000, 10_000):
        kept.append(measure(f"{number} words, 5,000 characters", words(number), LONGEST))
    many = words(10_000)
    kept.append(measure("10,000 words and 200 expressions", many[200:] + expressions(200), LONGEST))
    print()
    kept.append(measure("10,000 words, 1 MB of text", many, LONGEST * 67))
    kept.append(measure("10,000 words, 1 MB of marks", many, "死" + "\u0336" * 1_000_000))
    kept.append(measure("10,000 words, 5,000 masks", many, "○" * 5_000))
    kept.append(measure("10,000 words, letters and masks", many, "".join(c + "○" for c in LONGEST[:2_500])))
    kept.append(
        measure(
            "10,000 words that begin alike, masks",
            [Rule(n, "死" + r.pattern) for n, r in enumerate(many)],
            "死○" * 2_500,
        )
    )
    rows = [Rule(n, "w" * n) for n in range(2, 22)] + [Rule(0, "死" + "w" * 20), Rule(1, "il" * 20)]
    kept.append(measure("words of one letter, letters in rows", rows, "い" + "w" * 400 + "死" + "w" * 400 + "|" * 400))
    print(f"\n10,000 words take {_memory(many):.0f} MB.")
    return 0 if all(kept) else 1


def _memory(rules: list[Rule]) -> float:
    tracemalloc.start()
    kept = RuleSet(rules)
    size = tracemalloc.get_traced_memory()[0] / 1_000_000
    del kept
    return size


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""verdict.py [FILE]: how the suggested rules, and the whole verdict, do on the labelled comments.

Rude, masked and spam are to be caught (masked, held or refused), clean is
not; borderline is counted apart, because people disagree on it. Prints recall
and precision, every miss and every false alarm, and how long the verdict on
a megabyte takes; ends with an error when a clean comment was refused.
"""

import csv
import os
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from comments.models import Rule  # noqa: E402
from comments.rules import RuleSet  # noqa: E402
from comments.starter_rules import GROUPS  # noqa: E402
from comments.verdict import Facts, Outcome, judge  # noqa: E402

BAD = ("rude", "masked", "spam")


def read(file: Path) -> list[dict]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [row | {"text": row["text"].replace("\\n", "\n")} for row in rows]


def facts_of(row: dict) -> Facts:
    newcomer = row["author"] == "newcomer"
    return Facts(is_known=not newcomer, is_new=newcomer)


def by_rules(row: dict, rules: RuleSet) -> str:
    """What the rules alone make of it."""
    found = judge(row["text"], facts_of(row), rules)
    if any(reason.part == "rules" for reason in found.reasons):
        return "refused" if found.outcome == Outcome.REFUSE else "held"
    return "masked" if found.text != row["text"] else ""


def by_verdict(row: dict, rules: RuleSet) -> str:
    found = judge(row["text"], facts_of(row), rules)
    if found.outcome == Outcome.PUBLISH:
        return "masked" if found.text != row["text"] else ""
    return {Outcome.HOLD: "held", Outcome.REFUSE: "refused"}[found.outcome]


def report(title: str, rows: list[dict], results: list[str]) -> int:
    """Prints the figures; how many clean comments were refused."""
    print(f"\n== {title}")
    pairs = list(zip(rows, results, strict=True))
    for language in ("ja", "en"):
        for label in (*BAD, "clean", "borderline"):
            chosen = [result for row, result in pairs if (row["language"], row["label"]) == (language, label)]
            counts = ", ".join(f"{n} {result or 'published'}" for result, n in sorted(Counter(chosen).items()))
            print(f"{language} {label:<11}{len(chosen):>4}: {counts}")
    caught = sum(bool(result) for row, result in pairs if row["label"] in BAD)
    alarms = sum(bool(result) for row, result in pairs if row["label"] == "clean")
    print(f"recall {caught / sum(row['label'] in BAD for row in rows):.1%}", end=", ")
    print(f"precision {caught / max(1, caught + alarms):.1%}", end=", ")
    refused = sum(result == "refused" for row, result in pairs if row["label"] == "clean")
    print(f"clean comments refused: {refused}")
    for name, wrong in (("miss", BAD), ("false alarm", ("clean",))):
        for row, result in pairs:
            if row["label"] in wrong and bool(result) == (name == "false alarm"):
                print(f"  {name} ({row['label']}, {result or 'published'}): {row['text'][:70]!r}")
    return refused


def main(file: Path) -> None:
    rows = read(file)
    print(f"{len(rows)} comments: {dict(Counter((row['language']) for row in rows))}")
    suggested = [rule for group in GROUPS for rule in group.rules]
    rules = RuleSet([Rule(pk=pk, **rule._asdict()) for pk, rule in enumerate(suggested, start=1)])
    report("rules alone", rows, [by_rules(row, rules) for row in rows])
    refused = report("the whole verdict", rows, [by_verdict(row, rules) for row in rows])
    print("\n== one megabyte of")
    for piece in ("あ", "死 ね", "https://", "www.a", "\n", "WORDS IN CAPITALS ", "★"):
        begun = perf_counter()
        found = judge(piece * (1_000_000 // len(piece)), Facts(), rules)
        print(f"{piece!r}: {found.outcome} in {perf_counter() - begun:.2f} s")
    if refused:
        sys.exit("a clean comment was refused")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "bench" / "labelled_comments.tsv")

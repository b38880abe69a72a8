"""What rules would have caught of the newest comments, for the owner to see before they are in force.

Every comment is looked at, whatever became of it: a rule is judged by what
it takes from those that were published, and by what it leaves of those that
were not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from comments.models import Comment
from comments.rules import Found, Hit, RuleSet

# The newest comments: a day's worth when thousands come in a day.
COMMENTS = 5_000
SHOWN = 50
# A rule of a thousandth of a second for each is done long before; one that
# does not come to an end is seen on the first hundred comments as well.
SECONDS = 6
# Characters beside what was found.
BEFORE, AFTER = 30, 60
# Read at a time: a comment may have 5,000 characters.
CHUNK = 500


@dataclass(frozen=True)
class Caught:
    """A comment and what was found in it."""

    pk: int
    text: str
    hits: tuple[Hit, ...]
    in_name: bool = False
    comment: Comment | None = None

    @property
    def is_exact(self) -> bool:
        return any(hit.is_exact for hit in self.hits)

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The words around the first hit, and which of them were found."""
        first = self.hits[0]
        start, end = max(first.start - BEFORE, 0), min(first.end + AFTER, len(self.text))
        cut = ("…" if start else "", False), ("…" if end < len(self.text) else "", False)
        return [part for part in (cut[0], *_marked(self.text, self.hits, start, end), cut[1]) if part[0]]


@dataclass
class TryOut:
    looked_at: int = 0
    # Comments
    caught: int = 0
    # Comments on which an expression did not come to its end
    unfinished: int = 0
    # False when SECONDS were over first
    is_complete: bool = True
    shown: list[Caught] = field(default_factory=list)
    # Comments by (kind, pattern)
    by_rule: Counter = field(default_factory=Counter)


def try_out(rules: Iterable[Any]) -> TryOut:
    """Asks the rules about the newest comments; takes at most about SECONDS."""
    rule_set, done = RuleSet(rules), TryOut()
    ends_at = monotonic() + SECONDS
    newest = Comment.objects.order_by("-created_at", "-pk").values_list("pk", "text", "author_name")
    for pk, text, name in newest[:COMMENTS].iterator(chunk_size=CHUNK):
        if monotonic() > ends_at:
            done.is_complete = False
            break
        _look_at(done, pk, (text, name), tuple(rule_set.search(part) for part in (text, name)))
    done.shown = list(_with_comments(done.shown))
    return done


def _look_at(done: TryOut, pk: int, texts: tuple[str, str], found: tuple[Found, ...]) -> None:
    done.looked_at += 1
    done.unfinished += any(one.ran_out_of_time for one in found)
    done.by_rule.update({(hit.rule.kind, hit.rule.pattern) for one in found for hit in one.hits})
    place = next((n for n, one in enumerate(found) if one.hits), None)
    if place is None:
        return
    done.caught += 1
    if len(done.shown) < SHOWN:
        done.shown.append(Caught(pk, texts[place], found[place].hits, in_name=place == 1))


def _with_comments(shown: list[Caught]) -> Iterator[Caught]:
    comments = Comment.objects.select_related("article").defer("article__body", "article__body_source")
    found = comments.in_bulk([caught.pk for caught in shown])
    for caught in shown:
        # Erased meanwhile, or not: it is gone from the list.
        if comment := found.get(caught.pk):
            yield Caught(caught.pk, caught.text, caught.hits, caught.in_name, comment)


def _marked(text: str, hits: Iterable[Hit], start: int, end: int) -> Iterator[tuple[str, bool]]:
    """The text from start to end in pieces; those that were found are marked."""
    at = start
    for hit in hits:
        begin, last = max(hit.start, at), min(hit.end, end)
        if begin < last:
            yield text[at:begin], False
            yield text[begin:last], True
            at = last
    yield text[at:end], False

"""How a large site is shaped: how many comments each article has, who answers whom, when, and with how many votes.

The measures are those of one page of a Japanese news blog with 58 comments:
half of them answer another, few go deeper than three levels, the text in the
middle has 58 characters and the longest 253, and votes are few and up to 17. The
rest is a guess of the same kind: most articles are talked about for a day, and
a few are talked about by everybody.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import accumulate

from comments.models.queries import MAX_THREAD
from comments.nested_sets import number_tree

# An article like the page, one with a thread that is full, and one that everybody talked about.
USUAL, THREAD, LARGE = 58, MAX_THREAD, 10_000

REPLIES = 0.55
DEEPEST = 9
# Who answers has read the end of the page.
READ = 15

# Two articles follow each other so closely.
PACE = timedelta(hours=3)


@dataclass(slots=True, eq=False)
class Place:
    """Where and when a comment will stand; `pk` and `tree_id` are known when it is written."""

    article: int
    number: int
    parent: "Place | None"
    created_at: datetime
    lft: int = 1
    rght: int = 2
    level: int = 0
    pk: int = 0
    tree_id: int = 0


@dataclass
class Sizes:
    """Of each article how many comments, the oldest article first, and which articles are the particular ones."""

    comments: list[int]
    particular: dict[str, int] = field(default_factory=dict)


def sizes(draw: random.Random, articles: int, comments: int) -> Sizes:
    """Exactly so many comments: a long tail, and three articles that are worth a look. At least 4 articles."""
    wanted = {
        "large": min(LARGE, comments // 4),
        "thread": min(THREAD, comments // 10),
        "usual": min(USUAL, comments // 10),
    }
    step = max(articles // 40, 1)
    particular = {name: articles - 1 - step * n for n, name in enumerate(wanted, start=1)}
    weights = [draw.lognormvariate(0, 0.8) for _ in range(articles)]
    for place in particular.values():
        weights[place] = 0
    rest = comments - sum(wanted.values())
    ends = [round(rest * end / sum(weights)) for end in accumulate(weights)]
    found = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    for name, place in particular.items():
        found[place] = wanted[name]
    return Sizes(found, particular)


def parents(draw: random.Random, comments: int) -> list[int | None]:
    """Whom each of the comments answers, by its place among them; no thread is larger than one may be."""
    found: list[int | None] = []
    levels: list[int] = []
    roots: list[int] = []
    in_thread: dict[int, int] = defaultdict(int)
    for number in range(comments):
        parent = draw.randrange(max(number - READ, 0), number) if number and draw.random() < REPLIES else None
        if parent is not None and (levels[parent] >= DEEPEST or in_thread[roots[parent]] >= MAX_THREAD):
            parent = None
        found.append(parent)
        levels.append(0 if parent is None else levels[parent] + 1)
        roots.append(number if parent is None else roots[parent])
        in_thread[roots[-1]] += 1
    return found


def parents_in_one_thread(draw: random.Random, comments: int) -> list[int | None]:
    """The same where everybody answers somebody in the first thread."""
    levels = [0]
    found: list[int | None] = [None]
    for number in range(1, comments):
        parent = draw.randrange(number)
        while levels[parent] >= DEEPEST:
            parent = draw.randrange(number)
        found.append(parent)
        levels.append(levels[parent] + 1)
    return found[:comments]


def discussion(
    draw: random.Random, article: int, published_at: datetime, now: datetime, links: list[int | None]
) -> list[Place]:
    """The comments of an article in the order of their numbers, with the nested sets of their trees."""
    moments = sorted(_moment(draw, published_at, now) for _ in links)
    places: list[Place] = []
    children: dict[int, list[int]] = defaultdict(list)
    for number, (parent, moment) in enumerate(zip(links, moments, strict=True)):
        places.append(Place(article, number + 1, None if parent is None else places[parent], moment))
        if parent is not None:
            children[parent].append(number)
    for root, parent in enumerate(links):
        if parent is None:
            for number, numbers in number_tree(children, root).items():
                places[number].lft, places[number].rght, places[number].level = numbers
    return places


def _moment(draw: random.Random, published_at: datetime, now: datetime) -> datetime:
    """Most come within a day, three of a hundred after weeks, none tomorrow."""
    later = timedelta(hours=draw.expovariate(1 / 8 if draw.random() < 0.97 else 1 / 400))
    age = now - published_at
    return published_at + (later if later < age else age * draw.random())


def in_order(discussions: Iterable[tuple[datetime, list[Place]]]) -> Iterator[Place]:
    """The comments of the whole site as they came in, of articles that follow each other. Holds only what is open."""
    waiting: list[tuple[datetime, int, int, Place]] = []
    for published_at, places in discussions:
        while waiting and waiting[0][0] < published_at:
            yield heappop(waiting)[-1]
        for place in places:
            heappush(waiting, (place.created_at, place.article, place.number, place))
    while waiting:
        yield heappop(waiting)[-1]


def length(draw: random.Random) -> int:
    """Of a text, in characters."""
    return min(round(draw.lognormvariate(4.06, 0.65)), 1_200)


def votes(draw: random.Random) -> tuple[int, int]:
    """Up and down; every second comment has none."""
    if draw.random() < 0.45:
        return 0, 0
    return min(round(draw.expovariate(1 / 4)), 60), min(round(draw.expovariate(1)), 20)

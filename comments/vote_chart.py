"""A small chart of the votes on one thing over time, as numbers for an SVG."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

# In units of the SVG. Bars thinner than on a phone's 300 pixels wide chart could not be seen.
WIDTH, HEIGHT = 300, 64
BARS_MOST = 56

HOUR = timedelta(hours=1)


@dataclass
class Bar:
    """What was voted in one span of time."""

    begin: datetime
    up: int = 0
    down: int = 0
    up_left_out: int = 0
    down_left_out: int = 0

    def count(self, value: int, is_valid: bool, n: int) -> None:
        name = ("up" if value > 0 else "down") + ("" if is_valid else "_left_out")
        setattr(self, name, getattr(self, name) + n)

    @property
    def above(self) -> int:
        return self.up + self.up_left_out

    @property
    def below(self) -> int:
        return self.down + self.down_left_out

    @property
    def tallest(self) -> int:
        return max(self.above, self.below)


@dataclass(frozen=True)
class Rect:
    kind: str
    x: float
    y: float
    width: float
    height: float


class Chart:
    """Bars up and down from a line: what counts next to the line, what is left out beyond it."""

    width, height = WIDTH, HEIGHT

    def __init__(self, hours: list[dict], begin: datetime, end: datetime):
        self.begin = begin.replace(minute=0, second=0, microsecond=0)
        self.end = end
        self.step = ceil(max(end - self.begin, HOUR) / HOUR / BARS_MOST) * HOUR
        self.bars = [Bar(self.begin + n * self.step) for n in range(ceil(max(end - self.begin, HOUR) / self.step))]
        for row in hours:
            place = (row["hour"] - self.begin) // self.step
            # What lies before the beginning by part of an hour belongs to the first.
            self.bars[min(max(place, 0), len(self.bars) - 1)].count(row["value"], row["is_valid"], row["n"])

    @property
    def hours_in_bar(self) -> int:
        return self.step // HOUR

    @property
    def most(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.tallest)

    def total(self, name: str) -> int:
        return sum(getattr(bar, name) for bar in self.bars)

    @property
    def up(self) -> int:
        return self.total("up")

    @property
    def down(self) -> int:
        return self.total("down")

    @property
    def left_out(self) -> int:
        return self.total("up_left_out") + self.total("down_left_out")

    @property
    def unit(self) -> float:
        """How tall one vote is: the tallest bar above and the one below fill the height together."""
        return HEIGHT / max(max(bar.above for bar in self.bars) + max(bar.below for bar in self.bars), 1)

    @property
    def line(self) -> float:
        return max(bar.above for bar in self.bars) * self.unit

    @property
    def rects(self) -> list[Rect]:
        slot, unit, line = WIDTH / len(self.bars), self.unit, self.line
        gap = min(1.0, slot / 5)
        return [
            Rect(kind, round(n * slot, 2), round(line + top * unit, 2), round(slot - gap, 2), round(tall * unit, 2))
            for n, bar in enumerate(self.bars)
            for kind, top, tall in [
                ("up", -bar.up, bar.up),
                ("out", -bar.above, bar.up_left_out),
                ("down", 0, bar.down),
                ("out", bar.down, bar.down_left_out),
            ]
            if tall
        ]

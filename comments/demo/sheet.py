"""The paper the demonstration pictures are drawn on.

Coordinates are those of the finished picture, 1600 by 900. Everything is drawn
at twice that size and halved at the end, because Pillow's shapes have hard edges.
"""

import io
import math
import random
from collections.abc import Iterable
from functools import cache

from PIL import Image, ImageChops, ImageColor, ImageDraw

WIDTH, HEIGHT = 1600, 900
SCALE = 2

Point = tuple[float, float]


class Sheet:
    """A picture that begins as a gradient from its top to its bottom."""

    def __init__(self, *colours: str):
        self.image = _gradient((WIDTH * SCALE, HEIGHT * SCALE), colours)
        # "RGBA" on an RGB image: colours with an alpha part are laid over what is there.
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def polygon(self, points: Iterable[Point], fill: str) -> None:
        self.pen.polygon(_scaled(points), fill)

    def line(self, points: Iterable[Point], fill: str, width: float = 2) -> None:
        self.pen.line(_scaled(points), fill, round(width * SCALE), joint="curve")

    def rect(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        (left, top), (right, bottom) = _scaled([(x, y), (x + width, y + height)])
        self.pen.rounded_rectangle((left, top, right - 1, bottom - 1), radius * SCALE, fill)

    def disc(self, x: float, y: float, radius: float, fill: str, squash: float = 1) -> None:
        """A disc, or an ellipse whose height is `squash` times its width."""
        tall = radius * squash
        self.pen.ellipse(_scaled([(x - radius, y - tall), (x + radius, y + tall)]), fill)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float = 2) -> None:
        box = _scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self.pen.ellipse(box, outline=colour, width=round(width * SCALE))

    def band(self, y: float, height: float, *colours: str) -> None:
        """A gradient across the whole width: water, ground."""
        size = (WIDTH * SCALE, round(height * SCALE))
        self.image.paste(_gradient(size, colours), (0, round(y * SCALE)))

    def mist(self, y: float, height: float, colour: str, strength: float = 1) -> None:
        """The colour, strongest in the middle of a band and gone at its edges."""
        rising = Image.linear_gradient("L")
        mask = Image.new("L", (1, 512))
        mask.paste(rising.resize((1, 256)), (0, 0))
        mask.paste(rising.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((1, 256)), (0, 256))
        mask = mask.point(lambda value: round(value * strength))
        self.image.paste(colour, (0, round(y * SCALE)), _widened(mask, (WIDTH * SCALE, round(height * SCALE))))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 1, squash: float = 1) -> None:
        """Light that fades from its middle outwards."""
        wide, tall = round(radius * 2 * SCALE), round(radius * 2 * squash * SCALE)
        light = _light().point(lambda value: round(value * strength)).resize((wide, tall))
        self.image.paste(colour, (round(x * SCALE - wide / 2), round(y * SCALE - tall / 2)), light)

    def ridge(self, y: float, height: float, colour: str, seed: int, detail: int = 5) -> None:
        """Hills from edge to edge, filled down to the bottom."""
        line = ridge_line(y, height, seed, detail)
        self.polygon([*line, (WIDTH, HEIGHT), (0, HEIGHT)], colour)

    def ripples(self, y: float, depth: float, colour: str, seed: int, count: int = 120) -> None:
        """Short level strokes, longer and thicker towards the reader: light on water."""
        dice = random.Random(seed)
        for _ in range(count):
            near = dice.random() ** 1.5
            left, top, length = dice.uniform(-60, WIDTH), y + near * depth, 20 + 110 * near * dice.random()
            self.rect(left, top, length, 1 + 2.5 * near, colour, radius=1)

    def stars(self, bottom: float, seed: int, count: int = 320, colour: str = "#fdf6e3") -> None:
        dice = random.Random(seed)
        for _ in range(count):
            x, y, size = dice.uniform(0, WIDTH), dice.uniform(0, bottom), 0.7 + 1.9 * dice.random() ** 4
            self.disc(x, y, size, f"{colour}{dice.randint(90, 255):02x}")

    def mirrored(self) -> "Sheet":
        other = Sheet("#000000")
        other.image.paste(self.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        return other

    def jpeg(self) -> bytes:
        picture = ImageChops.soft_light(self.image.reduce(SCALE), _grain())
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=84, progressive=True)
        return out.getvalue()


def ridge_line(y: float, height: float, seed: int, detail: int = 5) -> list[Point]:
    """A wavy line from edge to edge around `y`, `height` from its lowest to its highest point at most."""
    dice = random.Random(seed)
    waves = [(dice.uniform(0.6, 1.4) * 2**step, dice.uniform(0, math.tau), 0.55**step) for step in range(detail)]
    total = sum(weight for _, _, weight in waves)
    return [
        (x, y + height / 2 * sum(w * math.sin(f * math.tau * x / WIDTH + p) for f, p, w in waves) / total)
        for x in range(0, WIDTH + 9, 8)
    ]


def arc(x: float, y: float, radius: float, start: float, end: float, squash: float = 1) -> list[Point]:
    """Points on a circle or ellipse; angles in degrees, clockwise from the right."""
    steps = max(8, int(abs(end - start) / 2))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + radius * math.cos(angle), y + radius * squash * math.sin(angle)) for angle in angles]


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _gradient(size: tuple[int, int], colours: tuple[str, ...]) -> Image.Image:
    if len(colours) == 1:
        return Image.new("RGB", size, colours[0])
    column = Image.new("RGB", (1, 1024))
    stops = [ImageColor.getrgb(colour) for colour in colours]
    for y in range(1024):
        place = y / 1023 * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        first, second, part = stops[index], stops[index + 1], place - index
        mixed = tuple(round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
        column.putpixel((0, y), mixed)
    return _widened(column, size)


def _widened(column: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A picture whose rows are each of one colour. In one step `resize` takes ten times as long."""
    return column.resize((1, size[1])).resize(size, Image.Resampling.NEAREST)


@cache
def _light() -> Image.Image:
    # Pillow's gradient reaches 255 in the corners and 181 at the middle of each side.
    return Image.radial_gradient("L").point(lambda value: round(max(0, 1 - value / 180) ** 1.7 * 255))


@cache
def _grain() -> Image.Image:
    """Fibres of paper. They also hide the steps of a gradient of few colours."""
    dice = random.Random(8)
    tile = Image.frombytes("L", (400, 225), bytes(dice.choices(range(119, 138), k=400 * 225)))
    return Image.merge("RGB", [tile.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)] * 3)

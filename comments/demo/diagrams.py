"""Charts, maps and things seen from above. No lettering: a server may have no Japanese font."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from comments.demo.sheet import HEIGHT, WIDTH, Point, Sheet, arc, ridge_line

PAPER = ("#f6efdf", "#efe5cf")
INK = "#2f3a44"


def star_map() -> Sheet:
    sheet = Sheet("#101a38", "#182750")
    dice = random.Random(31)
    for step in range(60):
        x, y = 250 + 1100 * step / 59, 800 - 700 * step / 59 + 60 * math.sin(step / 9)
        sheet.glow(x, y + dice.gauss(0, 18), dice.uniform(80, 170), "#8fa5e0", 0.1, 0.8)
    for radius in (130, 260, 390):
        sheet.ring(800, 450, radius, "#9db2e855", 1.5)
    for spoke in range(24):
        (start, *_), (end, *_) = arc(800, 450, 130, spoke * 15, 361), arc(800, 450, 415, spoke * 15, 361)
        sheet.line([start, end], "#9db2e830", 1.2)
    sheet.ring(800, 450, 415, "#d8c48a", 3)
    sheet.ring(800, 450, 432, "#d8c48a66", 1.5)
    for tick in range(72):
        (start, *_), (end, *_) = arc(800, 450, 415, tick * 5, 361), arc(800, 450, 432, tick * 5, 361)
        sheet.line([start, end], "#d8c48a", 1.5)
    sheet.stars(HEIGHT, 44, 520)
    for figure in _figures():
        sheet.line(figure, "#e8d9a2aa", 2)
        for x, y in figure:
            size = dice.uniform(3, 6.5)
            sheet.glow(x, y, size * 5, "#cfdcff", 0.8)
            sheet.disc(x, y, size, "#fffdf2")
    sheet.line(arc(800, 520, 345, 190, 350, 0.55), "#e59a6a99", 2.5)
    return sheet


def _figures() -> list[list[Point]]:
    """Lines between stars, of no constellation that exists."""
    return [
        [(600, 300), (648, 262), (712, 270), (742, 318), (700, 352), (640, 340), (600, 300)],
        [(742, 318), (806, 300), (862, 322), (930, 286)],
        [(980, 420), (1030, 470), (1010, 540), (1072, 590), (1120, 560)],
        [(560, 500), (600, 560), (570, 628), (640, 668), (702, 640), (600, 560)],
        [(800, 560), (846, 620), (820, 700), (890, 740)],
        [(1000, 250), (1050, 300), (1100, 280), (1130, 340), (1080, 370), (1050, 300)],
        [(470, 400), (520, 380), (500, 330)],
    ]


def weather_chart() -> Sheet:
    sheet = Sheet("#dbe8ea", "#cfe0e2")
    for x in range(0, WIDTH, 160):
        sheet.line([(x, 0), (x - 60, HEIGHT)], "#9fb9bf66", 1.5)
    for y in range(60, HEIGHT, 150):
        sheet.line([(0, y), (WIDTH, y + 24)], "#9fb9bf66", 1.5)
    _islands(sheet)
    for step in range(7):
        sheet.line(_isobar(430, 430, 70 + step * 54, step, 0.82), "#4a6f86", 3.5 if step % 3 == 0 else 2)
    for step in range(5):
        sheet.line(_isobar(1240, 330, 80 + step * 62, step + 9, 0.72), "#4a6f86", 3.5 if step % 3 == 0 else 2)
    sheet.disc(430, 430, 30, "#c2543c")
    sheet.ring(430, 430, 42, "#c2543c", 3)
    sheet.disc(1240, 330, 30, "#35698c")
    sheet.ring(1240, 330, 42, "#35698c", 3)
    _front(sheet, [(430, 472), (520, 560), (560, 660), (530, 780), (470, 880)], "#35698c", False)
    _front(sheet, [(470, 455), (600, 500), (740, 580), (860, 690), (930, 830)], "#c2543c", True)
    return sheet


def _isobar(x: float, y: float, radius: float, seed: int, squash: float) -> list[Point]:
    points = []
    for degree in range(0, 361, 3):
        angle = math.radians(degree)
        wobble = 1 + 0.06 * math.sin(2 * angle + 0.4 * seed) + 0.035 * math.sin(3 * angle + 1.1)
        points.append((x + radius * wobble * math.cos(angle), y + radius * squash * wobble * math.sin(angle)))
    return points


def _islands(sheet: Sheet) -> None:
    """A coast that is nowhere, with a lighter rim for the shallow sea."""
    for x, y, radius, squash, seed in [
        (900, 470, 190, 0.6, 3),
        (1120, 640, 150, 0.55, 8),
        (680, 700, 110, 0.6, 5),
        (1330, 560, 60, 0.7, 2),
    ]:
        dice = random.Random(seed)
        phases = [(wave, dice.uniform(0, math.tau), 0.24 / wave) for wave in (2, 3, 5, 8, 13)]
        coast = []
        for degree in range(0, 360, 2):
            angle = math.radians(degree)
            reach = radius * (1 + sum(size * math.sin(wave * angle + phase) for wave, phase, size in phases))
            coast.append((x + reach * math.cos(angle), y + reach * squash * math.sin(angle)))
        sheet.line([*coast, coast[0]], "#eef5ee", 14)
        sheet.polygon(coast, "#c9cda4")
        sheet.line([*coast, coast[0]], "#8d9872", 2)


def _front(sheet: Sheet, points: Sequence[Point], colour: str, is_warm: bool) -> None:
    curve = _smooth(points)
    sheet.line(curve, colour, 5)
    for place in range(7, len(curve) - 6, 13):
        (x, y), (ahead_x, ahead_y) = curve[place], curve[place + 4]
        angle = math.degrees(math.atan2(ahead_y - y, ahead_x - x))
        if is_warm:
            sheet.polygon(arc(x, y, 17, angle + 180, angle + 360), colour)
        else:
            reach = math.hypot(ahead_x - x, ahead_y - y) or 1
            out = ((y - ahead_y) / reach * -28, (ahead_x - x) / reach * -28)
            tip = ((x + ahead_x) / 2 + out[0], (y + ahead_y) / 2 + out[1])
            sheet.polygon([(x, y), tip, (ahead_x, ahead_y)], colour)


def _smooth(points: Sequence[Point], steps: int = 18) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    padded = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return [*curve, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def printing_blocks() -> Sheet:
    sheet = Sheet("#5c4636", "#463428")
    for y in range(0, HEIGHT, 150):
        sheet.rect(0, y, WIDTH, 147, "#6b5240" if y % 300 else "#644c3b")
        sheet.line(ridge_line(y + 60, 14, y + 3), "#00000018", 3)
        sheet.line(ridge_line(y + 110, 10, y + 9), "#ffffff0c", 3)
    _block(sheet, 150, 130, 540, 640)
    _print(sheet, 800, 96, 500, 640)
    _baren(sheet, 1350, 650)
    sheet.line([(1420, 120), (1500, 420)], "#2a1d14", 26)
    sheet.line([(1418, 116), (1496, 416)], "#c89a66", 18)
    sheet.polygon([(1478, 420), (1520, 410), (1534, 486), (1496, 500)], "#26221f")
    return sheet


def _columns(sheet: Sheet, x: float, y: float, width: float, height: float, ink: str, mirrored: bool) -> None:
    """Strokes that look like columns of writing from afar, and a small picture of a wave below them."""
    dice = random.Random(77)
    count = 7
    for column in range(count):
        right = column if mirrored else count - 1 - column
        centre, top = x + width * (right + 0.5) / count, y
        while top < y + height * 0.52:
            size = width / count * 0.52
            for _ in range(dice.randint(2, 4)):
                dx, dy, flat = dice.uniform(-0.3, 0.1), dice.uniform(0, 0.8), dice.random() < 0.55
                end = (dice.uniform(0.3, 0.55), 0.06) if flat else (dice.uniform(-0.2, 0.2), dice.uniform(0.4, 0.7))
                side = -1 if mirrored else 1
                start = (centre + side * dx * size, top + dy * size)
                sheet.line([start, (start[0] + side * end[0] * size, start[1] + end[1] * size)], ink, 5)
            top += size * 1.35
    for row in range(4):
        base = y + height * (0.66 + row * 0.1)
        for wave in range(4 + row % 2):
            centre = x + width * (wave + (0.5 if row % 2 == 0 else 0)) / 4
            for radius in (0.12, 0.085, 0.05):
                reach = width * radius
                points = [point for point in arc(centre, base + 20, reach, 180, 360) if x <= point[0] <= x + width]
                if len(points) > 1:
                    sheet.line(points, ink, 5)


def _block(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    sheet.rect(x + 16, y + 20, width, height, "#00000055", radius=10)
    sheet.rect(x, y, width, height, "#b78a5a", radius=8)
    sheet.rect(x + 8, y + 8, width - 16, height - 16, "#c99c69", radius=6)
    for line in range(9):
        grain = [(px * width / WIDTH + x, py) for px, py in ridge_line(y + 40 + line * 70, 26, line, 3)]
        sheet.line([(px, py) for px, py in grain if x + 10 < px < x + width - 10], "#9a6f4333", 3)
    sheet.rect(x + 36, y + 36, width - 72, height - 72, "#a87a4c", radius=4)
    sheet.rect(x + 44, y + 44, width - 88, height - 88, "#dcb582", radius=3)
    _columns(sheet, x + 66, y + 74, width - 132, height - 150, "#3a2618", mirrored=True)


def _print(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    sheet.polygon(
        [(x + 14, y + 22), (x + width + 26, y + 4), (x + width + 44, y + height + 6), (x + 26, y + height + 30)],
        "#00000044",
    )
    sheet.polygon(
        [(x, y + 10), (x + width, y - 8), (x + width + 22, y + height - 8), (x + 16, y + height + 12)], "#f5ecd8"
    )
    sheet.line(
        [
            (x + 36, y + 46),
            (x + width - 34, y + 30),
            (x + width - 14, y + height - 42),
            (x + 50, y + height - 24),
            (x + 36, y + 46),
        ],
        "#2a2622",
        4,
    )
    _columns(sheet, x + 66, y + 76, width - 110, height - 150, "#2a2622", mirrored=False)
    sheet.rect(x + 76, y + height - 120, 46, 46, "#b5392b", radius=5)
    sheet.ring(x + 99, y + height - 97, 13, "#f5ecd8", 4)


def _baren(sheet: Sheet, x: float, y: float) -> None:
    sheet.disc(x + 12, y + 16, 150, "#00000055")
    sheet.disc(x, y, 150, "#c9ab72")
    for turn in range(0, 360, 12):
        (end, *_), (start, *_) = arc(x, y, 148, turn, 721), arc(x, y, 20, turn + 30, 721)
        sheet.line([start, end], "#a4854f66", 3)
    sheet.ring(x, y, 150, "#8d6d3e", 6)
    sheet.polygon([(x - 140, y - 24), (x + 140, y - 44), (x + 146, y - 4), (x - 138, y + 18)], "#dcc28a")
    sheet.disc(x, y - 12, 34, "#b8955a")


def space_probe() -> Sheet:
    sheet = Sheet("#080d1f", "#111a38", "#1c2448")
    sheet.stars(HEIGHT, 91, 460)
    sheet.glow(120, 90, 640, "#ffe3b0", 0.5)
    sheet.line(arc(700, 1500, 1150, 205, 330), "#e8d9a266", 2.5)
    _asteroid(sheet, 1230, 560, 300)
    _probe(sheet, 560, 390)
    return sheet


def _asteroid(sheet: Sheet, x: float, y: float, radius: float) -> None:
    dice = random.Random(6)
    waves = [(wave, dice.uniform(0, math.tau), 0.11 / wave) for wave in (2, 3, 4, 7, 11)]
    for shrink, dx, dy, colour in [
        (1, 0, 0, "#3a3634"),
        (0.95, -12, -12, "#6a6058"),
        (0.84, -34, -34, "#857868"),
        (0.62, -70, -64, "#9c8c76"),
    ]:
        outline = []
        for degree in range(0, 360, 3):
            angle = math.radians(degree)
            reach = radius * shrink * (1 + sum(size * math.sin(wave * angle + phase) for wave, phase, size in waves))
            outline.append((x + dx + reach * math.cos(angle), y + dy + reach * 0.86 * math.sin(angle)))
        sheet.polygon(outline, colour)
    for _ in range(26):
        angle, reach = dice.uniform(0, math.tau), radius * 0.82 * math.sqrt(dice.random())
        cx, cy, size = x + reach * math.cos(angle), y + reach * 0.8 * math.sin(angle), dice.uniform(6, 36)
        sheet.disc(cx, cy, size, "#3a363470", 0.8)
        sheet.disc(cx + size * 0.16, cy + size * 0.16, size * 0.76, "#a8987f66", 0.8)


def _probe(sheet: Sheet, x: float, y: float) -> None:
    for side in (-1, 1):
        for panel in range(3):
            left = x + side * (104 + panel * 112)
            corners = [
                (left - side * 4, y - 56 - side * panel * 8 - side * 6),
                (left + side * 102, y - 60 - side * panel * 8 - side * 14),
                (left + side * 102, y + 52 - side * panel * 8 - side * 14),
                (left - side * 4, y + 58 - side * panel * 8 - side * 6),
            ]
            sheet.polygon(corners, "#24477e")
            (ax, ay), (bx, by), (_, cy), (_, dy) = corners
            for cut in range(1, 4):
                part = cut / 4
                sheet.line(
                    [(ax + (bx - ax) * part, ay + (by - ay) * part), (ax + (bx - ax) * part, dy + (cy - dy) * part)],
                    "#7fa4d8",
                    2,
                )
                sheet.line([(ax, ay + (dy - ay) * part), (bx, by + (cy - by) * part)], "#7fa4d8", 2)
            sheet.line([*corners, corners[0]], "#b9c8de", 3)
        sheet.line([(x + side * 60, y), (x + side * 104, y - side * 6)], "#c7ccd4", 8)
    sheet.rect(x - 66, y - 74, 132, 148, "#c9973f", radius=8)
    sheet.polygon([(x - 66, y - 70), (x - 20, y - 40), (x - 66, y + 10)], "#e8be68")
    sheet.polygon([(x + 66, y - 30), (x + 10, y + 30), (x + 66, y + 70)], "#9a6d2a")
    sheet.polygon([(x - 30, y + 74), (x + 30, y + 74), (x + 46, y + 112), (x - 46, y + 112)], "#5b6270")
    sheet.line([(x, y - 74), (x + 6, y - 118)], "#c7ccd4", 8)
    sheet.disc(x + 8, y - 132, 86, "#e9e6dd", 0.34)
    sheet.disc(x + 8, y - 138, 74, "#bdbcb8", 0.28)
    sheet.line([(x + 8, y - 138), (x + 12, y - 190)], "#e9e6dd", 5)


def orbit_chart() -> Sheet:
    sheet = Sheet("#0f1733", "#162146")
    sheet.stars(HEIGHT, 63, 220)
    x, y = 690, 460
    sheet.glow(x, y, 260, "#ffd98c", 0.9)
    sheet.disc(x, y, 34, "#ffeebb")
    for radius, colour in [(200, "#7fb0e0"), (330, "#7d8cb8")]:
        sheet.line(arc(x, y, radius, 0, 360, 0.86), colour, 2.5)
    sheet.line(arc(x + 120, y - 10, 560, 0, 360, 0.66), "#c6a98a", 3)
    path = [point for turn in range(0, 560, 4) for point in [_spiral(x, y, turn)]]
    for dash in range(0, len(path) - 3, 5):
        sheet.line(path[dash : dash + 4], "#f0c35a", 5)
    for (px, py), size, colour in [(path[0], 15, "#6fb1ea"), (path[-1], 17, "#b79a7c"), (path[70], 9, "#f0c35a")]:
        sheet.glow(px, py, size * 4, colour, 0.8)
        sheet.disc(px, py, size, colour)
    return sheet


def _spiral(x: float, y: float, turn: int) -> Point:
    part = turn / 560
    wide, tall, angle = 200 + 360 * part, 172 + 198 * part, math.radians(150 + turn)
    return x + 120 * part + wide * math.cos(angle), y - 10 * part + tall * math.sin(angle)


def route_map() -> Sheet:
    sheet = Sheet(*PAPER)
    sheet.line(_smooth([(-40, 640), (300, 700), (640, 620), (980, 700), (1300, 640), (1660, 700)]), "#bfd9df", 90)
    lines: list[tuple[str, list[Point]]] = [
        ("#c2543c", [(120, 260), (420, 260), (640, 480), (1020, 480), (1240, 260), (1480, 260)]),
        ("#35698c", [(160, 800), (420, 540), (640, 480), (820, 300), (820, 80)]),
        ("#5f8f5a", [(1020, 480), (1180, 640), (1180, 820)]),
        ("#d39a38", [(420, 260), (420, 540), (700, 820), (1180, 820), (1480, 520), (1480, 260)]),
    ]
    for colour, points in lines:
        sheet.line(points, "#f6efdf", 30)
        sheet.line(points, colour, 18)
    for colour, points in lines:
        _stops(sheet, points, colour)
    for x, y in [(420, 260), (640, 480), (1020, 480), (1180, 820), (420, 540), (1480, 260)]:
        sheet.disc(x, y, 27, INK)
        sheet.disc(x, y, 18, "#fffaf0")
    return sheet


def _stops(sheet: Sheet, points: Sequence[Point], colour: str) -> None:
    for (ax, ay), (bx, by) in pairwise(points):
        count = max(1, int(math.hypot(bx - ax, by - ay) // 95))
        for stop in range(count + 1):
            x, y = ax + (bx - ax) * stop / count, ay + (by - ay) * stop / count
            sheet.disc(x, y, 13, colour)
            sheet.disc(x, y, 8, "#fffaf0")


def gradient_profile() -> Sheet:
    sheet = Sheet(*PAPER)
    for y in range(160, 800, 110):
        sheet.line([(120, y), (1500, y)], "#cfc3a6", 1.5)
    line = _smooth(
        [
            (120, 740),
            (330, 712),
            (520, 660),
            (690, 540),
            (820, 400),
            (930, 300),
            (1060, 252),
            (1180, 330),
            (1330, 470),
            (1500, 520),
        ]
    )
    sheet.polygon([*line, (1500, 790), (120, 790)], "#8fb0a4")
    sheet.polygon([*[(x, y + 46) for x, y in line if y + 46 < 790], (1500, 790), (330, 790)], "#6b948a")
    sheet.polygon([*[(x, y + 120) for x, y in line if y + 120 < 790], (1500, 790), (560, 790)], "#4f7c74")
    sheet.line(line, INK, 6)
    steep = [(x, y) for x, y in line if 600 <= x <= 950]
    sheet.line(steep, "#c2543c", 12)
    for x in (120, 330, 520, 690, 930, 1060, 1330, 1500):
        station = min(line, key=lambda point: abs(point[0] - x))
        sheet.line([station, (x, 790)], "#f6efdf88", 2)
        sheet.disc(*station, 15, INK)
        sheet.disc(*station, 9, "#fffaf0")
    sheet.line([(120, 120), (120, 790), (1500, 790)], INK, 4)
    return sheet

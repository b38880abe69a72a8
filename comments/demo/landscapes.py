"""Landscapes in flat layers, light far away and dark near by, as in a woodblock print."""

import math
import random

from comments.demo.sheet import HEIGHT, WIDTH, Sheet, arc, ridge_line


def harbour() -> Sheet:
    sheet = Sheet("#3d6f86", "#8fb3b0", "#f3d9b1", "#f0b48a")
    sheet.glow(1180, 500, 420, "#fff3d6", 0.95)
    sheet.disc(1180, 500, 52, "#fff6e0")
    sheet.ridge(500, 90, "#7d98a0", 4)
    sheet.ridge(560, 60, "#5f8090", 9)
    sheet.band(600, 300, "#d9b595", "#5d8794", "#24485a")
    sheet.ripples(610, 280, "#fff1d680", 3, 150)
    _ship(sheet, 250, 640)
    for x, y, size in [(1290, 650, 0.78), (1010, 655, 0.92), (690, 660, 1.1)]:
        _crane(sheet, x, y, size)
    sheet.polygon([(520, 655), (WIDTH, 648), (WIDTH, 720), (560, 712)], "#1f3644")
    _containers(sheet)
    return sheet


def _crane(sheet: Sheet, x: float, y: float, size: float) -> None:
    def at(*points):
        return [(x + dx * size, y - dy * size) for dx, dy in points]

    red, dark = "#b5482f", "#8f3826"
    for left in (0, 150):
        sheet.line(at((left, 0), (left + 12, 300)), red, 11 * size)
        sheet.line(at((left + 34, 0), (left + 34, 300)), dark, 7 * size)
    sheet.line(at((-8, 130), (190, 130)), red, 9 * size)
    sheet.line(at((8, 134), (165, 290)), dark, 5 * size)
    sheet.line(at((-330, 305), (270, 305)), red, 14 * size)
    sheet.line(at((90, 305), (70, 430), (30, 305)), red, 9 * size)
    sheet.line(at((-320, 308), (70, 430), (262, 308)), dark, 3.5 * size)
    sheet.polygon(at((170, 312), (250, 312), (250, 350), (170, 350)), dark)
    sheet.line(at((-170, 300), (-170, 190)), "#4a4a4a", 2 * size)
    sheet.polygon(at((-205, 190), (-135, 190), (-135, 170), (-205, 170)), dark)


def _ship(sheet: Sheet, x: float, y: float) -> None:
    sheet.polygon([(x - 190, y), (x + 300, y), (x + 340, y - 66), (x - 200, y - 58)], "#233c4d")
    sheet.polygon([(x - 193, y - 14), (x + 308, y - 14), (x + 300, y + 4), (x - 188, y + 4)], "#a14a35")
    sheet.rect(x - 170, y - 142, 66, 86, "#f3e8d4")
    sheet.rect(x - 182, y - 152, 90, 14, "#dccdb2")
    sheet.rect(x - 150, y - 182, 26, 32, "#a14a35")
    for step in range(6):
        sheet.rect(x - 164 + step * 9.5, y - 132, 6, 8, "#3d6f86")
    colours = ["#c98a4b", "#5d8794", "#b5482f", "#7d8f6a"]
    for column in range(7):
        for row in range(2 + column % 3 // 2):
            sheet.rect(x - 80 + column * 52, y - 84 - row * 24, 49, 22, colours[(column * 3 + row) % 4])


def _containers(sheet: Sheet) -> None:
    dice = random.Random(12)
    colours = ["#c98a4b", "#5d8794", "#a14a35", "#6f8465", "#d8c19a", "#3f5f70"]
    for column in range(11):
        for row in range(dice.randint(1, 3)):
            x, y = 620 + column * 92, 690 - row * 34
            sheet.rect(x, y - 34, 88, 32, dice.choice(colours))
            for rib in range(1, 8):
                sheet.rect(x + rib * 11, y - 30, 2, 24, "#00000024")
    sheet.band(712, 10, "#15252f")


def tram() -> Sheet:
    sheet = Sheet("#1d2547", "#4b4a7a", "#b3697a", "#f0a267", "#f7cf8f")
    sheet.glow(420, 640, 520, "#ffdf9e", 0.7)
    _skyline(sheet, 640, "#5d4a6d", 3, 190, 0)
    _skyline(sheet, 650, "#37315a", 7, 260, 40)
    sheet.band(650, 250, "#2a2748", "#17172c")
    for y, width in [(742, 4), (770, 6)]:
        sheet.line([(0, y), (WIDTH, y)], "#8d7a86", width)
    for x in (110, 830, 1520):
        sheet.line([(x, 770), (x, 250)], "#14142a", 9)
        sheet.line([(x, 300), (x + 120, 280)], "#14142a", 5)
    for y in (285, 322):
        sheet.line([(0, y), (WIDTH, y + 6)], "#14142a", 2.5)
    _tram_car(sheet, 330, 745)
    sheet.glow(800, 800, 640, "#ffd98c", 0.28, 0.14)
    for x in range(360, 1280, 84):
        sheet.rect(x, 782, 46, 90, "#ffe1a014", radius=10)
    return sheet


def _skyline(sheet: Sheet, base: float, colour: str, seed: int, tallest: int, lit: int) -> None:
    dice = random.Random(seed)
    x = -20
    while x < WIDTH:
        width, height = dice.randint(60, 150), dice.randint(tallest // 3, tallest)
        sheet.rect(x, base - height, width, height + 20, colour)
        for _ in range(lit and dice.randint(2, 9)):
            window = (
                x + 10 + dice.randrange(0, width - 24, 14),
                base - height + 14 + dice.randrange(0, height - 30, 20),
            )
            sheet.rect(*window, 7, 10, dice.choice(["#ffd68ac0", "#ffe9b880", "#f6b86f90"]))
        x += width + dice.randint(-8, 22)


def _tram_car(sheet: Sheet, x: float, y: float) -> None:
    green, cream, glass = "#2f6b5b", "#f2e3c2", "#ffe9ad"
    sheet.line([(x + 450, y - 285), (x + 505, y - 352), (x + 450, y - 418)], "#20203a", 5)
    sheet.line([(x + 405, y - 419), (x + 495, y - 419)], "#20203a", 5)
    sheet.rect(x, y - 262, 940, 236, cream, radius=34)
    sheet.rect(x, y - 150, 940, 124, green, radius=26)
    sheet.rect(x, y - 150, 940, 50, green)
    sheet.rect(x, y - 128, 940, 9, "#d9a441")
    sheet.rect(x + 30, y - 284, 880, 24, "#3b3d57", radius=10)
    for pane in range(9):
        left = x + 44 + pane * 96
        if pane in (2, 6):
            sheet.rect(left, y - 232, 76, 196, "#24584b", radius=8)
            sheet.rect(left + 8, y - 224, 27, 176, glass, radius=4)
            sheet.rect(left + 41, y - 224, 27, 176, glass, radius=4)
            continue
        sheet.rect(left, y - 234, 80, 76, glass, radius=8)
        _passenger(sheet, left + 24 + 30 * (pane % 2), y - 158, pane)
    sheet.rect(x + 936, y - 88, 10, 26, "#fff3c4", radius=4)
    sheet.glow(x + 944, y - 76, 190, "#fff0bd", 0.75)
    for wheel in (150, 270, 670, 790):
        sheet.disc(x + wheel, y - 14, 24, "#191930")
        sheet.disc(x + wheel, y - 14, 9, "#5b5a75")
    sheet.rect(x + 60, y - 34, 820, 16, "#191930", radius=5)


def _passenger(sheet: Sheet, x: float, y: float, seat: int) -> None:
    if seat in (3, 7):
        return
    sheet.disc(x, y - 36, 11, "#7a5a52")
    sheet.polygon([(x - 20, y), (x - 14, y - 22), (x + 14, y - 22), (x + 20, y)], "#7a5a52")


def bridge() -> Sheet:
    sheet = Sheet("#7fa7b8", "#c3d5cf", "#f2e6cb")
    sheet.ridge(400, 150, "#a9c0bd", 21)
    sheet.ridge(470, 110, "#86a59f", 5)
    sheet.mist(400, 200, "#f2e6cb", 0.75)
    sheet.ridge(545, 60, "#5d7f74", 14)
    sheet.band(610, 290, "#b8cfc9", "#6f9aa2", "#38606e")
    _arches(sheet, 600, 1, "#b9785a", "#8c5641")
    _arches(sheet, 640, -1, "#8f7d7355", "#5a525255")
    sheet.ripples(625, 260, "#f6eedc66", 6, 170)
    sheet.mist(560, 120, "#f4ecd8", 0.4)
    _willow(sheet)
    return sheet


def _arches(sheet: Sheet, water: float, up: int, colour: str, shade: str) -> None:
    """The bridge, or with `up` = −1 what the river shows of it."""
    deck = water - up * 190
    for left, width in [(-40, 400), (360, 440), (800, 440), (1240, 400)]:
        middle = left + width / 2
        opening = arc(middle, water, width / 2 - 26, 180, 360, up * 310 / width)
        sheet.polygon([(left, water), *opening, (left + width, water), (left + width, deck), (left, deck)], colour)
        rim = arc(middle, water, width / 2 - 16, 180, 360, up * 310 / width)
        sheet.line(rim, shade, 9)
    sheet.rect(0, min(deck, deck - up * 26), WIDTH, 26, shade)
    for x in range(10, WIDTH, 40):
        sheet.rect(x, min(deck - up * 26, deck - up * 58), 5, 32, shade)
    sheet.rect(0, deck - up * 58 - (0 if up < 0 else 4), WIDTH, 6, shade)
    for x in (360, 800, 1240):
        sheet.rect(x - 27, min(water, water + up * 34), 54, 34, shade, radius=4)


def _willow(sheet: Sheet) -> None:
    """Twigs that hang in from above the picture, close to the reader."""
    dice = random.Random(5)
    for _ in range(64):
        x = WIDTH + 30 - 430 * dice.random() ** 1.6
        length = (x - 1080) * dice.uniform(0.45, 1.15)
        twig = [(x - 26 * (part / 9) ** 2, -10 + length * part / 9) for part in range(10)]
        sheet.line(twig, "#2f5446", 2.5)
        for left, top in twig[1:]:
            for side in (-1, 1):
                tip = (left + side * dice.uniform(9, 17), top + dice.uniform(26, 44))
                sheet.polygon([(left, top), (left + side * 9, top + 12), tip, (left + side, top + 18)], "#3f6f55d0")


def vegetables() -> Sheet:
    sheet = Sheet("#8fbfd0", "#d6e6d8", "#fbf0d2")
    sheet.disc(340, 190, 60, "#fff8e2")
    sheet.glow(340, 190, 330, "#fff8e2", 0.8)
    _clouds(sheet)
    sheet.ridge(385, 110, "#a7c3b4", 2)
    sheet.ridge(425, 70, "#7fa58c", 17)
    sheet.band(450, 450, "#8a6a4c", "#5b3f2e")
    _rows(sheet)
    sheet.rect(1190, 372, 150, 84, "#c7735a")
    sheet.polygon([(1170, 376), (1265, 312), (1360, 376)], "#7c3f33")
    sheet.rect(1250, 408, 36, 48, "#5f3329")
    for x, size in [(1395, 44), (1440, 34), (1140, 30)]:
        sheet.disc(x, 430, size, "#4d7a55")
    return sheet


def _rows(sheet: Sheet) -> None:
    """Furrows that meet on the horizon, each with plants that grow towards the reader."""
    meeting = (760, 430)
    greens = ["#5f9a4f", "#86b35a", "#3f7d55", "#a9c46c"]
    for row in range(-13, 14):
        colour = greens[row % 4]
        far, near = meeting[0] + row * 30, meeting[0] + row * 190
        sheet.polygon([(far - 7, 452), (far + 7, 452), (near + 74, 920), (near - 74, 920)], "#4a3325")
        for step in range(26):
            depth = (step / 25) ** 2
            x, y, size = far + (near - far) * depth, 452 + 468 * depth, 5 + 58 * depth
            for lean, tone in [(-0.5, "#00000026"), (0.45, "#ffffff10")]:
                sheet.disc(x, y, size, colour, 0.62)
                sheet.disc(x + lean * size, y + size * 0.1, size * 0.5, tone, 0.7)
            sheet.disc(x, y - size * 0.16, size * 0.42, "#dfe9a455", 0.7)


def _clouds(sheet: Sheet) -> None:
    for x, y, size in [(900, 170, 1.0), (1290, 110, 0.7), (640, 90, 0.5)]:
        for dx, dy, radius in [(-110, 10, 44), (-50, -14, 62), (30, -26, 76), (110, 4, 50)]:
            sheet.disc(x + dx * size, y + dy * size, radius * size, "#fffaf0")
        sheet.rect(x - 158 * size, y + 4 * size, 320 * size, 50 * size, "#fffaf0", radius=24 * size)


def library() -> Sheet:
    sheet = Sheet("#3a2a22", "#4d372a")
    sheet.rect(0, 0, WIDTH, HEIGHT, "#5a4030")
    for shelf in range(4):
        top = -30 + shelf * 226
        sheet.rect(0, top, WIDTH, 204, "#2e211b")
        for left in (0, 540, 1080):
            _books(sheet, left + 24, left + 528, top + 204, shelf * 10 + left)
        sheet.rect(0, top + 204, WIDTH, 24, "#8a6444")
        sheet.rect(0, top + 204, WIDTH, 5, "#b98d61")
    for x in (0, 540, 1080, 1594):
        sheet.rect(x - 4, 0, 24, HEIGHT, "#7a573b")
        sheet.rect(x - 4, 0, 5, HEIGHT, "#a67c54")
    _ladder(sheet)
    sheet.glow(420, 120, 760, "#ffdf9c", 0.42)
    sheet.glow(1340, 60, 640, "#ffdf9c", 0.3)
    return sheet


def _books(sheet: Sheet, left: float, right: float, floor: float, seed: int) -> None:
    dice = random.Random(seed)
    colours = [
        "#a14a35",
        "#c98a4b",
        "#e0c48f",
        "#5d7f74",
        "#37596b",
        "#7d6a8a",
        "#8f9a6b",
        "#d8d0bb",
        "#6b2f2f",
        "#29435c",
    ]
    x = left
    while x < right - 20:
        width, height = dice.randint(18, 44), dice.randint(128, 184)
        if dice.random() < 0.06:
            x += dice.randint(30, 70)
            continue
        if x + width > right:
            break
        colour = dice.choice(colours)
        sheet.rect(x, floor - height, width - 2, height, colour, radius=3)
        sheet.rect(x, floor - height, 4, height, "#ffffff22")
        if width > 24:
            for band in (0.14, 0.2, 0.78):
                sheet.rect(x + 3, floor - height * (1 - band), width - 8, 4, "#f6e3b499")
        if width > 30:
            sheet.rect(x + 8, floor - height * 0.68, width - 18, height * 0.3, "#f2e7cd", radius=2)
        x += width


def _ladder(sheet: Sheet) -> None:
    for dx in (0, 118):
        sheet.line([(1150 + dx, -10), (1010 + dx, 920)], "#3b2417", 22)
        sheet.line([(1147 + dx, -10), (1007 + dx, 920)], "#c89a66", 15)
    for rung in range(9):
        y = 40 + rung * 104
        x = 1150 - 140 * (y + 10) / 930
        sheet.line([(x, y), (x + 118, y)], "#3b2417", 17)
        sheet.line([(x, y - 3), (x + 118, y - 3)], "#d8ab74", 10)


def lighthouse() -> Sheet:
    sheet = Sheet("#0f1d3a", "#25406b", "#5a7d9a", "#c2b59b")
    sheet.stars(420, 11)
    sheet.glow(1290, 180, 260, "#fdf1cf", 0.6)
    sheet.disc(1290, 180, 46, "#fdf1cf")
    sheet.polygon([(470, 262), (1700, 20), (1700, 330)], "#fff3c42e")
    sheet.polygon([(470, 262), (1700, 110), (1700, 230)], "#fff3c438")
    sheet.polygon([(470, 262), (-100, 190), (-100, 350)], "#fff3c426")
    sheet.band(590, 310, "#8e9aa0", "#35567a", "#0e1c36")
    sheet.ripples(598, 290, "#f6e9c64d", 8, 190)
    sheet.glow(1290, 640, 220, "#fdf1cf", 0.5, 0.5)
    sheet.polygon(
        [
            (-10, 620),
            (150, 575),
            (330, 560),
            (610, 566),
            (730, 610),
            (820, 690),
            (900, 760),
            (1010, 800),
            (1090, 920),
            (-10, 920),
        ],
        "#14213a",
    )
    sheet.polygon([(-10, 700), (240, 650), (520, 668), (700, 760), (830, 920), (-10, 920)], "#0c1526")
    sheet.glow(470, 262, 230, "#fff6d2", 0.9)
    _tower(sheet, 470, 566)
    return sheet


def _tower(sheet: Sheet, x: float, foot: float) -> None:
    sheet.polygon([(x - 58, foot), (x + 58, foot), (x + 36, foot - 262), (x - 36, foot - 262)], "#efe6d2")
    sheet.polygon([(x + 14, foot), (x + 58, foot), (x + 36, foot - 262), (x + 10, foot - 262)], "#bfb8ad")
    sheet.polygon([(x - 53, foot - 66), (x + 53, foot - 66), (x + 46, foot - 142), (x - 46, foot - 142)], "#b5482f")
    sheet.polygon([(x + 13, foot - 66), (x + 53, foot - 66), (x + 46, foot - 142), (x + 12, foot - 142)], "#8a3726")
    sheet.rect(x - 56, foot - 276, 112, 14, "#2a3247", radius=3)
    sheet.rect(x - 30, foot - 330, 60, 54, "#ffefb8")
    for pane in (-30, -11, 8, 27):
        sheet.rect(x + pane, foot - 330, 4, 54, "#2a3247")
    sheet.polygon([(x - 40, foot - 328), (x, foot - 372), (x + 40, foot - 328)], "#b5482f")
    sheet.rect(x - 12, foot - 44, 24, 44, "#2a3247", radius=8)
    sheet.rect(x + 80, foot - 60, 130, 62, "#d6ccb8")
    sheet.polygon([(x + 66, foot - 58), (x + 145, foot - 104), (x + 224, foot - 58)], "#5c2f2a")
    sheet.rect(x + 108, foot - 40, 24, 24, "#ffdf8e")
    sheet.rect(x + 158, foot - 40, 24, 24, "#ffdf8e")


def mountain_railway() -> Sheet:
    sheet = Sheet("#6f9fb5", "#bcd3cf", "#f7e8c8")
    sheet.glow(1150, 330, 520, "#fff5da", 0.8)
    for y, height, colour, seed in [
        (290, 260, "#b4c9cb", 40),
        (390, 240, "#8fb0b1", 23),
        (500, 220, "#68928e", 61),
    ]:
        sheet.ridge(y, height, colour, seed, detail=7)
        sheet.mist(y + 60, 200, "#f4ead2", 0.45)
    _viaduct(sheet, 520)
    _railcar(sheet, 620, 517, "#b5482f")
    _railcar(sheet, 838, 517, "#b5482f")
    sheet.mist(640, 220, "#eef0dc", 0.55)
    for y, height, colour, seed in [(790, 110, "#35604f", 8), (850, 70, "#20443b", 31)]:
        _forest(sheet, y, height, colour, seed)
    return sheet


def _viaduct(sheet: Sheet, deck: float) -> None:
    stone, shade = "#a98f74", "#84694f"
    sheet.rect(0, deck, WIDTH, 26, stone)
    sheet.rect(0, deck + 22, WIDTH, 8, shade)
    for x in range(-60, WIDTH, 190):
        sheet.polygon([(x, 900), (x + 8, deck + 28), (x + 52, deck + 28), (x + 60, 900)], stone)
        sheet.polygon([(x + 38, 900), (x + 36, deck + 28), (x + 52, deck + 28), (x + 60, 900)], shade)
        opening = arc(x + 125, deck + 128, 74, 180, 360)
        sheet.polygon(
            [(x + 50, deck + 28), (x + 50, deck + 128), *opening, (x + 200, deck + 128), (x + 200, deck + 28)], stone
        )
    for x in range(6, WIDTH, 26):
        sheet.rect(x, deck - 12, 3, 13, shade)
    sheet.rect(0, deck - 14, WIDTH, 3, shade)


def _railcar(sheet: Sheet, x: float, y: float, colour: str) -> None:
    sheet.rect(x, y - 92, 208, 78, "#f4e8cf", radius=10)
    sheet.rect(x, y - 48, 208, 34, colour, radius=6)
    sheet.rect(x + 6, y - 100, 196, 12, "#5b5f63", radius=5)
    for window in range(6):
        sheet.rect(x + 15 + window * 31, y - 80, 23, 25, "#3f6173", radius=3)
    for wheel in (36, 62, 146, 172):
        sheet.disc(x + wheel, y - 8, 9, "#2b2b2b")


def _forest(sheet: Sheet, y: float, height: float, colour: str, seed: int) -> None:
    dice = random.Random(seed)
    line = ridge_line(y, height, seed)
    sheet.polygon([*line, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
    for x, top in line[::2]:
        size = dice.uniform(26, 74)
        for tier in (0, 0.3, 0.55):
            half = size * (0.16 + tier * 0.24)
            tip = top - size + size * tier
            sheet.polygon([(x, tip), (x - half, tip + size * 0.5), (x + half, tip + size * 0.5)], colour)


def dome() -> Sheet:
    sheet = Sheet("#0b1230", "#1b2c5a", "#3f4f86", "#a27c8c")
    _milky_way(sheet)
    sheet.stars(640, 5, 620)
    for x, y, size in [(320, 150, 3.6), (540, 260, 2.8), (1330, 210, 3.4), (1180, 90, 2.6), (210, 360, 2.6)]:
        sheet.glow(x, y, size * 9, "#dfe8ff", 0.7)
        sheet.disc(x, y, size, "#ffffff")
    sheet.ridge(640, 120, "#2d3460", 18)
    _observatory(sheet, 980, 690)
    sheet.ridge(745, 90, "#171d3c", 3)
    sheet.ridge(840, 60, "#0b1024", 27)
    return sheet


def _milky_way(sheet: Sheet) -> None:
    dice = random.Random(2)
    for step in range(70):
        along = step / 69
        x, y = 60 + 1200 * along, 640 - 640 * along + dice.gauss(0, 22)
        sheet.glow(x, y, dice.uniform(70, 190), dice.choice(["#9fb0e6", "#c9b7dc", "#8fa3dd"]), 0.09, 0.8)
    for _ in range(1500):
        along = dice.random()
        spread = dice.gauss(0, 48)
        x, y = 60 + 1200 * along + spread, 640 - 640 * along + spread * 1.5
        sheet.disc(x, y, dice.uniform(0.5, 1.2), f"#ffffff{dice.randint(50, 170):02x}")


def _observatory(sheet: Sheet, x: float, foot: float) -> None:
    sheet.rect(x - 150, foot - 150, 300, 250, "#c9c5c6")
    sheet.rect(x + 60, foot - 150, 90, 250, "#9c98a6")
    sheet.polygon(arc(x, foot - 150, 170, 180, 360), "#e8e3dc")
    sheet.polygon([*arc(x, foot - 150, 170, 300, 360), (x + 40, foot - 150)], "#b3aeb8")
    sheet.polygon([(x - 62, foot - 312), (x - 4, foot - 322), (x - 20, foot - 150), (x - 84, foot - 150)], "#1a2146")
    sheet.line([(x - 20, foot - 190), (x - 96, foot - 344)], "#dfe0ea", 30)
    sheet.line([(x - 20, foot - 190), (x - 40, foot - 230)], "#8b8fa8", 38)
    sheet.line([(x - 90, foot - 332), (x - 98, foot - 350)], "#8b8fa8", 38)
    sheet.rect(x - 178, foot - 158, 356, 16, "#8a8796", radius=6)
    sheet.rect(x - 116, foot - 60, 46, 100, "#5a3d38", radius=4)
    for window in (-30, 20):
        sheet.rect(x + window, foot - 90, 28, 40, "#ffdf95", radius=3)
    sheet.glow(x + 12, foot - 66, 120, "#ffdf95", 0.35)


def lanterns() -> Sheet:
    sheet = Sheet("#141a3a", "#2b2e5e", "#5a4775", "#9c6378")
    sheet.stars(300, 9, 160)
    sheet.ridge(430, 110, "#2a2850", 12)
    sheet.ridge(500, 70, "#1e1d3f", 6)
    sheet.band(540, 360, "#4b3f68", "#1d1f44", "#0e1130")
    dice = random.Random(20)
    floating = sorted((545 + 330 * dice.random() ** 1.3, dice.uniform(-20, WIDTH)) for _ in range(46))
    for y, x in floating:
        size = 0.16 + (y - 540) / 330
        sheet.glow(x, y + 34 * size, 130 * size, "#ffb765", 0.5, 0.6)
        sheet.rect(x - 20 * size, y + 8 * size, 40 * size, 60 * size, "#ffbe6a24", radius=4)
        _floating_lantern(sheet, x, y, size)
    sheet.ripples(545, 340, "#ffd99a30", 5, 170)
    for x, drop, size in [
        (130, 150, 1.15),
        (390, 215, 0.95),
        (660, 245, 0.9),
        (940, 240, 0.9),
        (1210, 205, 1),
        (1470, 140, 1.2),
    ]:
        _hanging_lantern(sheet, x, drop, size)
    sheet.line([(x, 40 + 150 * math.sin(math.pi * x / WIDTH)) for x in range(0, WIDTH + 1, 20)], "#0a0c22", 5)
    return sheet


def _floating_lantern(sheet: Sheet, x: float, y: float, size: float) -> None:
    sheet.rect(x - 22 * size, y - 56 * size, 44 * size, 56 * size, "#ffd48a", radius=3 * size)
    sheet.rect(x - 12 * size, y - 42 * size, 24 * size, 38 * size, "#fff2c9", radius=6 * size)
    sheet.rect(x - 28 * size, y - 3 * size, 56 * size, 8 * size, "#3a2530", radius=2 * size)


def _hanging_lantern(sheet: Sheet, x: float, top: float, size: float) -> None:
    y = top + 100 * size
    sheet.line([(x, 40 + 150 * math.sin(math.pi * x / WIDTH)), (x, y)], "#0a0c22", 3)
    sheet.glow(x, y, 230 * size, "#ffae5c", 0.7)
    sheet.disc(x, y, 66 * size, "#f08b4a", 1.15)
    sheet.disc(x, y, 50 * size, "#ffc374", 1.2)
    sheet.disc(x, y, 27 * size, "#fff0c4", 1.4)
    for rib in range(-4, 5):
        half = 66 * size * math.sqrt(1 - (rib / 5.4) ** 2)
        sheet.line(arc(x, y + rib * 15 * size, half, 10, 170, 0.14), "#9c4a2c66", 2)
    sheet.rect(x - 26 * size, y - 84 * size, 52 * size, 14 * size, "#1b1426", radius=3)
    sheet.rect(x - 26 * size, y + 70 * size, 52 * size, 12 * size, "#1b1426", radius=3)


def tea_field() -> Sheet:
    sheet = Sheet("#a9cbd6", "#dfe9dc", "#fbf1d8")
    sheet.ridge(300, 150, "#b3cac6", 50)
    sheet.ridge(370, 110, "#8fb0a4", 34)
    sheet.mist(330, 160, "#fbf4e0", 0.6)
    greens = ["#7ea65a", "#5f9150", "#8db463", "#4d8049"]
    for row in range(19):
        near = row / 18
        y = 420 + 520 * near**1.5
        thick = 10 + 52 * near
        crest = [(x, y + (30 + 90 * near) * math.sin(x / 620 + 0.7 + near * 0.5)) for x in range(-10, WIDTH + 20, 12)]
        sheet.polygon([*crest, (WIDTH, HEIGHT), (0, HEIGHT)], "#33522f")
        sheet.line([(x, top + thick * 0.42) for x, top in crest], greens[row % 4], thick * 0.8)
        sheet.line([(x, top + thick * 0.16) for x, top in crest], "#c4d98455", thick * 0.22)
    for x, y, size in [(300, 560, 0.8), (760, 500, 0.6), (1290, 640, 1.15)]:
        _frost_fan(sheet, x, y, size)
    return sheet


def _frost_fan(sheet: Sheet, x: float, y: float, size: float) -> None:
    sheet.line([(x, y + 60 * size), (x, y - 260 * size)], "#5d6468", 10 * size)
    for turn in (20, 140, 260):
        tip = arc(x - 12 * size, y - 262 * size, 66 * size, turn, turn + 16, 1)
        sheet.polygon([(x - 12 * size, y - 262 * size), *tip], "#eef0ea")
    sheet.rect(x - 24 * size, y - 276 * size, 54 * size, 26 * size, "#7b8489", radius=9 * size)
    sheet.disc(x - 12 * size, y - 262 * size, 9 * size, "#3f474b")


def mail_boat() -> Sheet:
    sheet = Sheet("#9cb9cf", "#d8dfe0", "#f8e6cf")
    sheet.ridge(330, 240, "#b7c6d2", 72, detail=7)
    sheet.ridge(420, 170, "#8ea6b5", 15, detail=7)
    sheet.mist(400, 160, "#f6ead8", 0.7)
    _forest(sheet, 530, 50, "#4c6d70", 44)
    sheet.band(560, 340, "#e9d9c6", "#8fb0bd", "#3f6d84")
    sheet.mist(540, 90, "#fbf1e0", 0.8)
    sheet.ripples(580, 310, "#fff8e877", 16, 200)
    sheet.rect(560, 716, 560, 64, "#24465740", radius=32)
    _boat(sheet, 820, 712)
    for wake in range(5):
        sheet.line([(540 - wake * 70, 722 + wake * 9), (430 - wake * 90, 730 + wake * 12)], "#fffaf0aa", 4)
    for x, y in [(1190, 330), (1262, 298), (1306, 352)]:
        sheet.line([(x - 26, y - 10), (x, y + 4), (x + 26, y - 12)], "#fffdf6", 5)
    return sheet


def _boat(sheet: Sheet, x: float, y: float) -> None:
    sheet.polygon([(x - 280, y - 62), (x + 330, y - 84), (x + 246, y + 24), (x - 238, y + 24)], "#f4efe3")
    sheet.polygon([(x - 252, y), (x + 268, y - 4), (x + 246, y + 24), (x - 238, y + 24)], "#b23a2e")
    sheet.polygon([(x - 274, y - 44), (x + 314, y - 64), (x + 306, y - 52), (x - 270, y - 32)], "#b23a2e")
    sheet.rect(x - 190, y - 166, 300, 104, "#fbf6ea", radius=10)
    sheet.rect(x - 206, y - 180, 336, 20, "#3f5566", radius=8)
    for window in range(5):
        sheet.rect(x - 170 + window * 54, y - 144, 40, 40, "#54788c", radius=5)
    sheet.rect(x - 20, y - 238, 110, 62, "#fbf6ea", radius=8)
    sheet.rect(x - 6, y - 226, 82, 30, "#54788c", radius=4)
    sheet.line([(x - 120, y - 180), (x - 120, y - 330)], "#3f5566", 7)
    sheet.polygon([(x - 120, y - 328), (x - 22, y - 304), (x - 120, y - 278)], "#b23a2e")
    for box, colour in [(150, "#b98a58"), (194, "#a3764a"), (170, "#c99c68")]:
        sheet.rect(x + box, y - (100 if box != 170 else 134), 42, 36, colour, radius=3)


def route_bus() -> Sheet:
    sheet = Sheet("#bcd6dc", "#eaeddb", "#fdf0d0")
    sheet.ridge(400, 130, "#c3d3c6", 19)
    sheet.ridge(470, 120, "#98b59c", 26)
    _forest(sheet, 575, 60, "#6b9175", 13)
    sheet.band(620, 280, "#c9b78f", "#b39d72")
    sheet.band(690, 130, "#6d7078", "#5b5e66")
    for x in range(-40, WIDTH, 170):
        sheet.rect(x, 750, 90, 8, "#f0e6c8")
    _bus(sheet, 400, 770)
    sheet.line([(1330, 850), (1330, 470)], "#54606a", 9)
    sheet.disc(1330, 462, 44, "#f6efdd")
    sheet.disc(1330, 462, 34, "#c2543c")
    sheet.rect(1284, 520, 92, 70, "#f6efdd", radius=6)
    for row in range(3):
        sheet.rect(1296, 534 + row * 17, 68 - row * 14, 6, "#54606a")
    # The doors of a bus that keeps left are on its left, so it must drive to the left to show them.
    return sheet.mirrored()


def _bus(sheet: Sheet, x: float, y: float) -> None:
    sheet.disc(x + 320, y + 22, 360, "#00000030", 0.07)
    sheet.rect(x, y - 290, 640, 276, "#f5ead0", radius=40)
    sheet.rect(x, y - 130, 640, 116, "#3f7a8c", radius=26)
    sheet.rect(x, y - 130, 640, 40, "#3f7a8c")
    sheet.rect(x, y - 140, 640, 12, "#d9a441")
    for pane in range(4):
        sheet.rect(x + 40 + pane * 108, y - 254, 94, 92, "#35586a", radius=12)
        sheet.polygon(
            [
                (x + 56 + pane * 108, y - 172),
                (x + 92 + pane * 108, y - 248),
                (x + 112 + pane * 108, y - 248),
                (x + 76 + pane * 108, y - 172),
            ],
            "#ffffff2e",
        )
    sheet.rect(x + 474, y - 258, 66, 230, "#2c5665", radius=8)
    sheet.rect(x + 482, y - 250, 50, 150, "#4f7688", radius=6)
    sheet.rect(x + 560, y - 254, 76, 104, "#35586a", radius=14)
    sheet.rect(x + 90, y - 312, 300, 26, "#d8ccb0", radius=10)
    sheet.rect(x + 618, y - 70, 24, 26, "#fff0bd", radius=8)
    for wheel in (130, 500):
        sheet.disc(x + wheel, y - 18, 52, "#2c2f36")
        sheet.disc(x + wheel, y - 18, 26, "#a8adb3")

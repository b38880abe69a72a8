#!/usr/bin/env python3
"""draw_icons.py: draws the site's mark in all sizes that browsers and telephones ask for, into static/.

The mark is a row of roof tiles (瓦) above the lines of a printed sheet (版).
Run it as `.venv/bin/python docs/draw_icons.py` after a change, and keep what it makes.
"""

from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parent.parent / "static"

RED, RED_AT_NIGHT, PAPER = "#a8321a", "#f0866b", "#fff"
PAPER_AT_NIGHT = "#24110c"

# On a square of 32: left, top, right, bottom; and the tiles' middles and radius.
LINES = [(6, 6, 26, 9), (6, 16, 26, 18.5), (6, 20.5, 26, 22.5), (6, 24.5, 18, 26.5)]
TILES = [(9.5, 9), (16, 9), (22.5, 9)]
RADIUS = 3
CORNER = 5

# Drawn so much larger and then made smaller, which smooths the edges.
SCALE = 8


def svg() -> str:
    lines = "".join(f"M{left:g} {top:g}H{right:g}V{bottom:g}H{left:g}z" for left, top, right, bottom in LINES)
    tiles = "".join(f"M{x - RADIUS:g} {y}a{RADIUS} {RADIUS} 0 0 0 {2 * RADIUS} 0z" for x, y in TILES)
    night = f"@media (prefers-color-scheme:dark){{rect{{fill:{RED_AT_NIGHT}}}path{{fill:{PAPER_AT_NIGHT}}}}}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f"<style>rect{{fill:{RED}}}path{{fill:{PAPER}}}{night}</style>"
        f'<rect width="32" height="32" rx="{CORNER}"/><path d="{lines}{tiles}"/></svg>\n'
    )


def png(size: int, *, corner: float = CORNER, inset: float = 0) -> Image.Image:
    """`inset`: the part of each side that telephones may cut off, where only the ground is drawn."""
    side = size * SCALE
    unit = side * (1 - 2 * inset) / 32
    image = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(image)

    def at(*numbers: float) -> list[float]:
        return [side * inset + number * unit for number in numbers]

    draw.rounded_rectangle((0, 0, side, side), radius=corner * side / 32, fill=RED)
    for x, y in TILES:
        draw.pieslice(at(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), 0, 180, fill=PAPER)
    for line in LINES:
        draw.rectangle(at(*line), fill=PAPER)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    (STATIC / "icons").mkdir(exist_ok=True)
    (STATIC / "favicon.svg").write_text(svg())
    png(48).save(STATIC / "icons/favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    # The telephone rounds the corners itself.
    png(180, corner=0, inset=0.08).convert("RGB").save(STATIC / "icons/180.png", optimize=True)
    for size in (192, 512):
        png(size).save(STATIC / f"icons/{size}.png", optimize=True)
    # The safe zone of a maskable icon is a circle of four fifths (W3C, Web Application Manifest).
    png(512, corner=0, inset=0.18).convert("RGB").save(STATIC / "icons/maskable.png", optimize=True)


if __name__ == "__main__":
    main()

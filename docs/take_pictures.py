#!/usr/bin/env python3
"""take_pictures.py: photographs the demonstration site for the README and docs/pictures.md.

Needs what bin/test installs; run it as `.venv/bin/python docs/take_pictures.py`.
"""

import os
import shutil
import sys
import tempfile
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.server import OWNER, OWNER_PASSWORD, Server  # noqa: E402

ARTICLE = "/articles/tsukino-mountain-freight/"

# name, address
PAGES = [
    ("home", "/"),
    ("article", ARTICLE),
    ("thread", f"{ARTICLE}#c1"),
    ("form", f"{ARTICLE}#comment-form"),
    ("search", "/search/?q=%E5%88%97%E8%BB%8A"),
    ("dashboard", "/admin/"),
    ("desk", "/admin/desk/held/"),
    ("writing", "/admin/articles/article/17/change/#id_lead"),
]
SIZES = [(390, 844), (1280, 900)]
SCHEMES = ["light", "dark"]


def sign_in(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", OWNER)
    page.fill("#id_password", OWNER_PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")


def photograph(page: Page, name: str, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot()))
    picture.save(ROOT / f"docs/pictures/{name}.webp", quality=82, method=6)


def take(browser: Browser, server: Server) -> None:
    for (width, height), scheme in product(SIZES, SCHEMES):
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
        )
        page = context.new_page()
        # The owner's marks are on readers' pages too, so these come first.
        for name, address in PAGES:
            if address == "/admin/":
                sign_in(page)
            photograph(page, f"{name}-{width}-{scheme}", address)
        context.close()


def main() -> None:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    (ROOT / "docs/pictures").mkdir(exist_ok=True)
    options = ["--disable-gpu", "--no-sandbox"] if os.geteuid() == 0 else ["--disable-gpu"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.manage("collectstatic", "--noinput", "--verbosity=0")
        server.prepare()
        server.manage("tick")
        with server:
            browser = playwright.chromium.launch(executable_path=program, args=options)
            take(browser, server)
            browser.close()


if __name__ == "__main__":
    main()

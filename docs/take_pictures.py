#!/usr/bin/env python3
"""take_pictures.py: photographs the demonstration site for the README, into docs/pictures.

Needs what bin/test installs; run it as `.venv/bin/python docs/take_pictures.py`.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.server import OWNER, OWNER_PASSWORD, Server  # noqa: E402

ARTICLE = "/articles/tsukino-mountain-freight/"

# name, address, width, height, colour scheme
PICTURES = [
    ("home", "/", 1280, 900, "light"),
    ("article", ARTICLE, 390, 844, "light"),
    ("thread", f"{ARTICLE}#c1", 390, 844, "light"),
    ("thread-dark", f"{ARTICLE}#c1", 390, 844, "dark"),
    ("comments-desk", "/admin/desk/held/", 390, 844, "light"),
]


def take(browser: Browser, server: Server) -> None:
    for name, address, width, height, scheme in PICTURES:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
        )
        page = context.new_page()
        if address.startswith("/admin/"):
            page.goto("/admin/login/")
            page.fill("#id_username", OWNER)
            page.fill("#id_password", OWNER_PASSWORD)
            page.click("[type=submit]")
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=ROOT / f"docs/pictures/{name}.png")
        context.close()


def main() -> None:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    options = ["--disable-gpu", "--no-sandbox"] if os.geteuid() == 0 else ["--disable-gpu"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.manage("collectstatic", "--noinput", "--verbosity=0")
        server.prepare()
        with server:
            browser = playwright.chromium.launch(executable_path=program, args=options)
            take(browser, server)
            browser.close()


if __name__ == "__main__":
    main()

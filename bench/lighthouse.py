#!/usr/bin/env python3
"""lighthouse.py [FOLDER]: what Lighthouse says of the pages readers see most, and what they weigh.

Serves the demonstration with an article of 50 comments, and asks Lighthouse
with its mobile preset and its own throttling. Prints the four scores of each
page, every audit that is not perfect, and the compressed bytes of HTML, CSS
and JavaScript. Needs Node, npm and Chromium; Lighthouse is installed into
FOLDER, by default one below the system's for temporary files.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server import Server

LIGHTHOUSE = "lighthouse@12"
COMMENTS = 50
SLUG = "tsukino-mountain-freight"
PAGES = {
    "home": "/",
    "article": f"/articles/{SLUG}/",
    "category": "/categories/transport/",
    "search": "/search/?q=%E6%B8%AF",
}
KINDS = ("Document", "Stylesheet", "Script")

# The demonstration's own article, with so many more that a reader sees COMMENTS.
FILL = f"""
from articles.models import Article
from comments.models import Comment
article = Article.objects.get(slug="{SLUG}")
first = Comment.objects.visible().filter(article=article).first()
for n in range({COMMENTS} - article.comment_count):
    parent_id = first.pk if n % 3 == 0 else None
    text = "貨物がまた走るのは楽しみですが、冬の点検は誰がするのでしょうか。" * (1 + n % 4)
    Comment.objects.post(article.pk, text=text, author_name="", visitor_key=f"v{{n}}", parent_id=parent_id)
"""


def install(folder: Path) -> Path:
    program = folder / "node_modules/.bin/lighthouse"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-fund", "--no-audit", "--prefix", str(folder), LIGHTHOUSE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return program


def ask(program: Path, address: str) -> dict:
    """Lighthouse's report of one page, the browser's own store empty."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    flags = "--headless=new --disable-gpu" + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = [str(program), address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    environment = os.environ | {"CHROME_PATH": browser}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if not done.stdout:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def weights(report: dict) -> Counter:
    """Compressed bytes by kind, and how many files."""
    total: Counter = Counter()
    for item in report["audits"]["network-requests"]["details"]["items"]:
        if (kind := item.get("resourceType")) in KINDS:
            total[kind] += compressed_size(item["url"])
            total[f"{kind}s"] += 1
    return total


def compressed_size(address: str) -> int:
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(asked) as answer:
        return len(answer.read())


def show(name: str, report: dict) -> None:
    scores = {key: category["score"] for key, category in report["categories"].items()}
    print(f"\n{name}: " + ", ".join(f"{key} {round((score or 0) * 100)}" for key, score in scores.items()))
    total = weights(report)
    print("  " + ", ".join(f"{kind} {total[kind]:,} bytes in {total[f'{kind}s']}" for kind in KINDS))
    for audit in report["audits"].values():
        if audit["score"] is not None and audit["score"] < 1:
            print(f"  {audit['score']:.2f} {audit['id']}: {audit.get('displayValue') or audit['title']}")


def main(folder: Path) -> None:
    program = install(folder)
    with tempfile.TemporaryDirectory() as site:
        server = Server(Path(site))
        server.manage("collectstatic", "--noinput", "--verbosity=0")
        server.prepare()
        server.manage("shell", "-v0", "-c", FILL)
        with server:
            for name, path in PAGES.items():
                try:
                    compressed_size(server.url + path)
                except urllib.error.HTTPError as error:
                    print(f"\n{name}: {error}")
                    continue
                show(name, ask(program, server.url + path))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "kawaraban-lighthouse")

#!/usr/bin/env python3
"""check_pages.py [FOLDER]: what the Nu HTML checker says of every kind of page, in both languages, and of the style sheet.

Serves the demonstration, saves its pages and asks the checker once for all of
them; ends with an error when it finds anything. Needs Java and npm; the
checker is installed into FOLDER, by default one below the system's for
temporary files.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server import Server

CHECKER = "vnu-jar@26"
SLUG = "tsukino-mountain-freight"
PAGES = {
    "home": "/",
    "article": f"/articles/{SLUG}/",
    "newest": f"/articles/{SLUG}/?order=new",
    "quiet": "/articles/weigh-your-own-vegetables/",
    "page": "/pages/about/",
    "category": "/categories/transport/",
    "categories": "/categories/",
    "tag": "/tags/{tag}/",
    "author": "/authors/1/",
    "all-series": "/series/",
    "series": "/series/{series}/",
    "archive": "/archive/",
    "year": "/archive/{year}/",
    "month": "/archive/{year}/{month}/",
    "popular": "/popular/week/",
    "search": "/search/",
    "found": "/search/?q=%E6%B8%AF",
    "not-found-words": "/search/?q=zzzqqq",
    "comments-found": "/search/?q=%E5%88%97%E8%BB%8A&in=comments",
    "reply": "/comments/{comment}/reply/",
    "report": "/comments/{comment}/report/",
    "misplaced": "/comments/{comment}/misplaced/",
    "vote": "/comments/{comment}/vote/",
    "by": f"/articles/{SLUG}/by/{{public_id}}/",
    "mine": "/mine/",
    "erased": "/erased/",
    "receipt": "/receipts/{receipt}/",
    "privacy": "/privacy/",
    "log": "/moderation/",
    "404": "/nowhere/",
    "405": f"/articles/{SLUG}/comments/",
}

LOOK_UP = f"""
from django.contrib.auth.models import User
from articles.models import Article, Series, Tag
from comments.models import Comment, Policy, Receipt
User.objects.filter(pk=1).update(last_name="瓦版", first_name="編集")
Policy.objects.filter(pk=1).update(has_public_log=True)
Article.objects.update(author_id=1)
article = Article.objects.get(slug="{SLUG}")
comment = Comment.objects.visible().filter(article=article).exclude(public_id="").first()
series = Series.objects.filter(articles__isnull=False).first()
told = dict(
    tag=article.tags.first().slug, series=series.slug if series else "none", year=article.published_at.year,
    month=article.published_at.month, comment=comment.pk, public_id=comment.public_id,
    receipt=Receipt.objects.issue(comment),
)
print("TOLD", told)
"""


def install(folder: Path) -> Path:
    jar = folder / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-fund", "--no-audit", "--prefix", str(folder), CHECKER]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return jar


def fetch(address: str, language: str) -> str:
    asked = urllib.request.Request(address, headers={"Cookie": f"language={language}"})
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        print(f"{error.code} {address}")
        return error.read().decode()


def save_pages(server: Server, folder: Path) -> None:
    told = eval(server.manage("shell", "-v0", "-c", LOOK_UP).partition("TOLD ")[2])
    for language in ("ja", "en"):
        for name, path in PAGES.items():
            page = fetch(server.url + urllib.parse.quote(path.format(**told), safe="/?=&%"), language)
            (folder / f"{name}.{language}.html").write_text(page)
    sheet = re.search(r'href="(/static/css/site[^"]*)"', page)
    if sheet:
        (folder / "site.css").write_text(fetch(server.url + sheet[1], "ja"))


def main(folder: Path) -> None:
    jar = install(folder)
    with tempfile.TemporaryDirectory() as site, tempfile.TemporaryDirectory() as pages:
        server = Server(Path(site))
        server.manage("collectstatic", "--noinput", "--verbosity=0")
        server.prepare()
        with server:
            save_pages(server, Path(pages))
        command = [shutil.which("java") or "java", "-jar", str(jar), "--also-check-css", "--no-langdetect", pages]
        done = subprocess.run(command, capture_output=True, text=True)
        print(done.stderr.replace(f"file:{os.path.realpath(pages)}/", ""))
        print(f"{len(PAGES)} pages in 2 languages: {'nothing found' if done.returncode == 0 else 'see above'}")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "kawaraban-nu")

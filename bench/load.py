"""What `bench/run` measures on: fills the database of the settings and tells, as JSON, where all of it is.

load.py shapes ARTICLES COMMENTS  the measured articles, beside so many of make_big_site (0: of make_demo_site)
load.py many ARTICLES             so many articles with a few comments each
load.py queries TOLD              how many queries each page and act takes
"""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles import related  # noqa: E402
from articles.models import Addendum, Article, ArticleText, Category, Source  # noqa: E402
from comments import popularity, stamp  # noqa: E402
from comments.importing import CommentRecord, import_comments  # noqa: E402
from comments.models import Comment, Policy, RateLimit  # noqa: E402

NOW = timezone.now()
# Copies of the article with 58 comments that are written to, so that none of them grows much.
COPIES = 8
# Threads that are nearly full: a reply to the first reply shifts all the others.
THREADS, IN_THREAD = 8, 960

SENTENCES = (
    "港の貨物列車は来月から夜も走るそうです。",
    "騒音が心配ですが、道路の渋滞は減るはずです。",
    "数字の出典が本文にないので、どこかで確認したいところです。",
    "同じ話は五年前にも出ていて、その時は費用の面で見送られました。",
    "現場を知る人の説明を聞くと、印象がかなり変わりますね。",
    "それは違うと思います。",
    "なるほど。",
    "記事の後半にある地図を見ると、迂回路の方が実際には短いことが分かります。",
    "海沿いの区間だけでも先に直してほしいです。",
    "結局のところ、誰がいくら払うのかが決まらないと動かない話でしょう。",
)


class Writer:
    """Texts as long as those of the reference page: half of its comments have 58 characters or fewer, the longest 253."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)

    def text(self, characters: float) -> str:
        found = self.draw.choice(SENTENCES)
        while len(found) < characters:
            found += self.draw.choice(SENTENCES)
        return found[: max(int(characters), 3)]

    def comment(self) -> str:
        return self.text(min(self.draw.lognormvariate(4.06, 0.7), 253))

    def body(self, characters: int) -> str:
        return "".join(f"<p>{self.text(160)}</p>" for _ in range(characters // 160))


def shaped(writer: Writer, name: str, comments: int) -> Iterator[CommentRecord]:
    """Half of them answer one of the fifteen before, few below the third level."""
    levels: list[int] = []
    for number in range(comments):
        parent = writer.draw.randrange(max(number - 15, 0), number) if number and writer.draw.random() < 0.55 else None
        if parent is not None and levels[parent] > 8:
            parent = None
        levels.append(0 if parent is None else levels[parent] + 1)
        yield record(writer, name, number, parent)


def full_threads(writer: Writer, name: str) -> Iterator[CommentRecord]:
    """Roots that have nothing but replies."""
    for thread in range(THREADS):
        root = thread * IN_THREAD
        yield record(writer, name, root, None)
        for number in range(root + 1, root + IN_THREAD):
            yield record(writer, name, number, root)


def record(writer: Writer, name: str, number: int, parent: int | None) -> CommentRecord:
    return CommentRecord(
        ref=f"{name}-{number}",
        parent_ref=None if parent is None else f"{name}-{parent}",
        author_name=writer.draw.choice(["", "", "通りすがり", "港の人"]),
        text=writer.comment(),
        created_at=NOW - timedelta(days=2) + timedelta(seconds=number),
        upvotes=min(int(writer.draw.expovariate(0.4)), 17),
        downvotes=int(writer.draw.expovariate(1.5)),
    )


def make_article(writer: Writer, name: str, records: Iterator[CommentRecord]) -> Article:
    article = Article.objects.create(
        title=f"港の貨物線、夜間の運行へ {name}",
        slug=f"bench-{name}",
        lead=writer.text(120),
        body=writer.body(2_000),
        category=Category.objects.order_by("pk").first(),
        status=Article.Status.PUBLISHED,
        published_at=NOW - timedelta(days=3),
        lifted_at=NOW - timedelta(days=3),
    )
    for n in range(2):
        Source.objects.create(article=article, title=writer.text(30), url=f"https://example.com/{n}")
    Addendum.objects.create(article=article, body=f"<p>{writer.text(200)}</p>")
    import_comments(article, records)
    return article


def make_many(articles: int, comments: int) -> list[str]:
    """So many at once, without related articles."""
    writer = Writer(9)
    categories = list(Category.objects.all())
    rows = [
        Article(
            title=writer.text(30),
            slug=f"bench-many-{comments}-{n}",
            lead=writer.text(100),
            body=writer.body(1_500),
            category=categories[n % len(categories)] if categories else None,
            status=Article.Status.PUBLISHED,
            published_at=NOW - timedelta(hours=n + 1),
            lifted_at=NOW - timedelta(hours=n + 1),
        )
        for n in range(articles)
    ]
    Article.objects.bulk_create(rows, 500)
    for row in rows:
        if comments:
            import_comments(row, shaped(writer, row.slug, comments))
    ArticleText.objects.write_missing()
    return [row.get_absolute_url() for row in rows]


def make_shapes(articles: int, comments: int) -> dict:
    if comments:
        call_command("make_big_site", articles=articles, comments=comments, verbosity=0, stdout=sys.stderr)
    else:
        call_command("make_demo_site", verbosity=0, stdout=sys.stderr)
        make_many(220, 0)
    # As of the last hour of a site in service: where the table is as good as empty PostgreSQL plans to read all of it, and
    # nothing here makes it plan anew, as autovacuum does within a minute.
    RateLimit.objects.bulk_create(RateLimit(key=f"bench/{n}", window=NOW - timedelta(minutes=30)) for n in range(5_000))
    # A flood is a matter of measurements of its own.
    Policy.objects.update_or_create(pk=1, defaults={"valve_factor": 0})
    writer = Writer(35)
    hot = make_article(writer, "58", shaped(writer, "58", 58))
    large = make_article(writer, "10000", shaped(writer, "10000", 10_000))
    threads = make_article(writer, "threads", full_threads(writer, "threads"))
    copies = [make_article(writer, f"58-{n}", shaped(writer, f"58-{n}", 58)) for n in range(COPIES)]
    mix = make_article(writer, "mix", shaped(writer, "mix", 58))
    measured = [article.pk for article in (hot, large, *copies, mix)]
    for article in related.with_texts(Article.objects.filter(pk__in=measured)):
        related.find(article)
    popularity.measure()
    ArticleText.objects.write_missing()
    pages = Comment.objects.pages_of(large)
    return {
        "stamp": stamp.make(),
        "hot": hot.get_absolute_url(),
        "large": f"{large.get_absolute_url()}?comments={len(pages) // 2}",
        "category": hot.category.get_absolute_url(),
        "search": "/search/?q=%E8%B2%A8%E7%89%A9",
        # What is posted to, and what is answered there; None: nothing.
        "58": [place for article in copies for place in places(article)],
        "10000": places(large),
        "threads": [
            [threads.get_absolute_url(), pk]
            for pk in Comment.objects.filter(import_ref__in=[f"threads-{n * IN_THREAD + 1}" for n in range(THREADS)])
            .order_by("pk")
            .values_list("pk", flat=True)
        ],
        "voted": Comment.objects.filter(article=copies[0]).order_by("pk").values_list("pk", flat=True)[0],
        "mix": mix.get_absolute_url(),
        "mix_comments": list(Comment.objects.filter(article=mix).values_list("pk", flat=True)),
        "comments": Comment.objects.count(),
        "articles": Article.objects.count(),
    }


def places(article: Article) -> list[list]:
    """As often a comment of its own as an answer to one of the last hundred."""
    path = article.get_absolute_url()
    last = Comment.objects.filter(article=article, level__lt=8).order_by("-number").values_list("pk", flat=True)[:100]
    return [place for pk in last for place in ([path, None], [path, pk])]


def count_queries(told: dict) -> dict[str, int]:
    """Of each page made anew, of the kept one, and of the acts. The statements that begin and end transactions are not among them."""
    client = Client(headers={"host": "localhost"})
    act = {"sec-fetch-site": "same-origin", "x-requested-with": "fetch"}

    def post(place: list) -> None:
        path, parent = place
        data = {"text": "質問の数を数えるためだけの文です。", "stamp": told["stamp"]}
        data |= {"place": "new"} if parent is None else {"parent": parent}
        answer = client.post(f"{path}comments/", data, headers=act)
        assert answer.status_code == 201, answer.content.decode()[:2000]

    def read(path: str) -> None:
        assert client.get(path).status_code == 200

    read(told["hot"])
    found = {"hot": queries(lambda: read(told["hot"]))}
    kept, settings.PAGE_CACHE_BYTES = settings.PAGE_CACHE_BYTES, 0
    for name, path in {name: told.get(name, "/") for name in ("hot", "large", "home", "category", "search")}.items():
        read(path)
        found[f"cold {name}"] = queries(lambda path=path: read(path))
    settings.PAGE_CACHE_BYTES = kept
    for name in ("58", "10000", "threads"):
        found[f"post {name}"] = queries(lambda name=name: post(told[name][1 % len(told[name])]))
    vote = f"/comments/{told['mix_comments'][0]}/vote/"
    found["vote"] = queries(lambda: client.post(vote, {"value": "1"}, headers=act))
    return found


def queries(action: Callable[[], object]) -> int:
    asked = 0

    def count(execute, *arguments):
        nonlocal asked
        asked += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        action()
    return asked


def main(what: str, *arguments: str) -> None:
    if what == "shapes":
        told = make_shapes(*map(int, arguments))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    elif what == "many":
        told = make_many(int(arguments[0]), 12)
    else:
        told = count_queries(json.loads(Path(arguments[0]).read_text()))
    print("TOLD", json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])

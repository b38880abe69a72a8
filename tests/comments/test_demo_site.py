import io
import re
import subprocess
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from articles.models import Addendum, Article, Category, Picture, Popularity, RelatedLink, Source, Tag
from comments import text
from comments.demo import building, pictures
from comments.demo.building import build_demo_site, read_articles, read_site
from comments.models import Comment, Trackback

REFERENCE = django_settings.BASE_DIR.parent / "shared" / "reference" / "page.txt"
BUSY = "tsukino-mountain-freight"


@pytest.fixture
def quick_pictures(monkeypatch):
    """Drawing all takes seconds; most of these tests look at something else."""
    out = io.BytesIO()
    Image.new("RGB", (16, 9)).save(out, "JPEG")
    monkeypatch.setattr(pictures, "draw", lambda name: out.getvalue())


@pytest.fixture
def demo_site(db, quick_pictures):
    assert build_demo_site(timezone.now())


def make(capsys) -> str:
    call_command("make_demo_site")
    return capsys.readouterr().out


def files_of(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


# Filling


def test_the_desk_has_something_to_decide(demo_site):
    assert Comment.objects.in_moderation().exclude(hold_reasons="").count() >= 3
    assert Comment.objects.reported().count() >= 2
    assert Comment.objects.misplaced().count() >= 1
    assert Comment.objects.unread().count() >= 10
    assert Comment.objects.filter(status="removed").exclude(reason="").exists()


@pytest.mark.django_db
def test_it_fills_an_empty_database(capsys):
    make(capsys)
    articles = Article.objects.published().listed()
    assert articles.count() >= 14
    assert Category.objects.filter(parent=None).count() >= 4
    assert Category.objects.exclude(parent=None).exists()
    assert articles.exclude(tags=None).values("tags").distinct().count() >= 10
    assert set(Article.objects.filter(kind="page").values_list("slug", flat=True)) == {"about", "commenting-guide"}
    assert set(Picture.objects.values_list("width", "height")) == {(1600, 900)}
    sizes = [picture.file.size for picture in Picture.objects.all()]
    assert len(sizes) == len(pictures.DRAWINGS) >= 12
    assert max(sizes) < 300_000


def test_a_picture_is_the_same_every_time():
    assert pictures.draw("bridge") == pictures.draw("bridge")


def test_one_article_has_a_long_discussion(demo_site):
    article = Article.objects.get(slug=BUSY)
    discussion = article.discussion.all()
    assert article.comment_count >= 46
    assert discussion.filter(parent=None).count() >= 20
    assert max(comment.level for comment in discussion) >= 6
    assert max(comment.score for comment in discussion) == 17
    assert discussion.exclude(author_name="").count() == 1
    assert article.trackbacks.count() == Trackback.objects.count() == 3


def test_a_removed_comment_keeps_its_replies_and_a_moderated_article_lets_one_wait(demo_site):
    removed = Comment.objects.get(status=Comment.Status.REMOVED)
    assert removed.children.filter(status=Comment.Status.PUBLISHED).count() == 2
    assert Comment.objects.filter(status=Comment.Status.PENDING, article__comments="moderated").count() == 1


def test_it_shows_who_wrote_what(demo_site):
    ids = Comment.objects.exclude(public_id="").values_list("article", "public_id")
    assert len(ids) == Comment.objects.count()
    # Somebody writes again in one thread, and nobody under two articles.
    assert len(set(ids)) < len(ids)
    assert len({public_id for _, public_id in ids}) == len(set(ids))
    assert Comment.objects.exclude(trip="").exists()
    assert Comment.objects.exclude(parent=None).filter(by_staff=True).exists()


def test_replies_stand_under_what_the_files_say(demo_site):
    for slug, told in read_articles().items():
        for comment in told.get("comments", []):
            row = Comment.objects.select_related("parent").get(import_ref=f"demo#{slug}/{comment['id']}")
            parent_ref = f"demo#{slug}/{comment['parent']}" if "parent" in comment else None
            assert (row.parent and row.parent.import_ref) == parent_ref


def test_every_way_of_commenting_and_publishing_is_shown(demo_site):
    articles = Article.objects.listed()
    assert set(articles.values_list("comments", flat=True)) == {"open", "moderated", "closed"}
    assert articles.filter(status=Article.Status.DRAFT).count() == 1
    scheduled = articles.get(published_at__gt=timezone.now())
    assert timedelta(days=1) < scheduled.published_at - timezone.now() <= timedelta(days=2)


def test_it_is_fresh_and_several_months_old(demo_site):
    now = timezone.now()
    published = Article.objects.published().listed()
    assert now - published.latest("published_at").published_at < timedelta(hours=6)
    assert len(published.months()) >= 3
    assert not Comment.objects.filter(created_at__gt=now).exists()
    assert not Addendum.objects.filter(added_at__gt=now).exists()
    assert not Trackback.objects.filter(created_at__gt=now).exists()


def test_an_article_changed_last_when_it_was_published_or_added_to(demo_site):
    for article in Article.objects.published().prefetch_related("addenda"):
        moments = [article.published_at, *(addendum.added_at for addendum in article.addenda.all())]
        assert article.updated_at == max(moments)


def test_it_shows_a_series_corrections_languages_cards_and_what_is_popular(demo_site):
    series = Article.objects.filter(series__slug="tsukino-pass-line").order_by("series_position")
    assert [article.slug for article in series] == ["tsukino-bus-plan", BUSY, "tsukino-winter-cost"]
    assert [article.published_at for article in series] == sorted(article.published_at for article in series)
    assert Article.objects.get(slug=BUSY).last_addendum.is_correction
    busy = Article.objects.get(slug="tsukino-winter-cost")
    before = busy.discussion.filter(created_at__lt=busy.last_addendum_at)
    assert 0 < before.count() < busy.discussion.count()
    assert set(Source.objects.values_list("language", flat=True)) == {"", "en", "de"}
    assert Article.objects.filter(html__contains="embed--x").count() == 1
    assert Article.objects.filter(html__contains="embed--youtube").count() == 1
    assert sum(len(article.headings) >= 3 for article in Article.objects.published()) >= 4
    listed = Article.objects.published().listed()
    assert all(article.found_related.count() >= 6 for article in listed)
    assert Popularity.objects.filter(week__gt=0).count() >= 5


def test_some_related_links_are_chosen_and_some_are_left_to_the_site(demo_site):
    chosen = RelatedLink.objects.values("article").distinct().count()
    assert 3 <= chosen < Article.objects.published().listed().count() - 3
    assert RelatedLink.objects.filter(target=None).exclude(title="").count() == 1


@pytest.mark.django_db
def test_the_command_names_the_owner_as_author(quick_pictures, django_user_model, capsys):
    owner = django_user_model.objects.create_superuser("owner")
    make(capsys)
    assert set(Article.objects.values_list("author", flat=True)) == {owner.pk}


# Refusing


@pytest.mark.django_db
def test_it_does_nothing_where_there_is_an_article(settings, capsys):
    Article.objects.create(title="先にあった記事")
    assert make(capsys)
    assert Article.objects.count() == 1
    assert not Category.objects.exists() and not Tag.objects.exists() and not Picture.objects.exists()
    assert not files_of(settings)


def test_a_second_run_changes_nothing(demo_site, settings, capsys):
    def state():
        models = (Article, Category, Tag, Picture, Source, Addendum, RelatedLink, Comment, Trackback)
        return [list(model.objects.order_by("pk").values()) for model in models], sorted(files_of(settings))

    before = state()
    make(capsys)
    assert state() == before


@pytest.mark.django_db
def test_a_failure_leaves_neither_rows_nor_files(quick_pictures, settings, monkeypatch):
    def fail(*_):
        assert files_of(settings)
        raise RuntimeError("the power went out")

    monkeypatch.setattr(building, "import_trackbacks", fail)
    with pytest.raises(RuntimeError, match="power"):
        build_demo_site(timezone.now())
    assert not Article.objects.exists() and not Picture.objects.exists() and not Category.objects.exists()
    assert not files_of(settings)


# What the files say


def test_slugs_are_ascii_and_every_related_article_exists():
    articles = read_articles()
    site = read_site()
    groups = [node for category in site["categories"] for node in (category, *category["children"])]
    slugs = [*articles, *site["tags"], *(page["slug"] for page in site["pages"]), *(node["slug"] for node in groups)]
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)
    named = [link["article"] for told in articles.values() for link in told.get("related", []) if "article" in link]
    assert named and set(named) <= set(articles)


def test_every_picture_has_words_author_and_licence(demo_site):
    for picture in Picture.objects.all():
        assert picture.alt and picture.caption and picture.author and picture.licence
        assert picture.credit in Article.objects.get(slug=BUSY).body


def test_every_drawing_is_described_and_shown():
    articles = read_articles().values()
    shown = {told["eye_catch"] for told in articles}
    shown |= {name for told in articles for name in re.findall(r"\{picture:([a-z-]+)\}", told["body"])}
    assert shown == set(read_site()["pictures"]) == set(pictures.DRAWINGS)


def test_the_sanitiser_takes_nothing_away_and_no_mark_is_left(demo_site):
    for article in Article.objects.all():
        assert "{" not in article.body + article.lead
        assert re.findall(r"<\w+", article.body) == re.findall(r"<\w+", article.body_source)


def test_every_article_has_enough_to_read():
    for told in read_articles().values():
        if told.get("status") != "draft":
            assert 600 <= len(told["body"]) <= 1700
        assert 1 <= len(told["sources"]) <= 3
        assert len(told["lead"]) <= 120


def test_the_guide_tells_the_length_a_comment_may_have():
    guide = next(page for page in read_site()["pages"] if page["slug"] == "commenting-guide")
    assert f"{text.MAX_LENGTH:,}文字" in guide["body"]


def test_links_lead_to_example_hosts_only(demo_site):
    links = [source.url for source in Source.objects.all()]
    links += [link.url for link in RelatedLink.objects.all()]
    links += [trackback.url for trackback in Trackback.objects.all()]
    links += [picture.link for picture in Picture.objects.all()]
    written = [article.body + article.lead for article in Article.objects.all()]
    written += [addendum.body for addendum in Addendum.objects.all()]
    written += [comment.html + comment.text for comment in Comment.objects.all()]
    hosts = re.findall(r"//([^/\s\"'<>()]+)", " ".join(links + written))
    # Of the cards there are invented names alone.
    assert hosts and set(hosts) <= {"example.com", "example.net", "example.org", "www.youtube.com", "x.com"}


# The page this software replaces


def folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())


def own_texts():
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=django_settings.BASE_DIR, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        path = django_settings.BASE_DIR / name
        if path.is_file() and b"\0" not in (raw := path.read_bytes()):
            yield name, folded(raw.decode(errors="replace"))


def test_no_sentence_of_the_page_it_replaces_is_in_the_project():
    if not REFERENCE.exists():
        pytest.skip(f"{REFERENCE} is not here")
    if not (django_settings.BASE_DIR / ".git").exists():
        pytest.skip("this is no checkout, so what belongs to the project is not known")
    sentences = re.split(r"[。！？!?…\n]", REFERENCE.read_text(encoding="utf-8"))
    sentences = {sentence for sentence in map(folded, sentences) if len(sentence) >= 12}
    assert len(sentences) > 100
    found = [(name, sentence) for name, words in own_texts() for sentence in sentences if sentence in words]
    assert found == []

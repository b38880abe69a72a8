import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from articles import triggers
from articles.models import Article, PageVersion, Picture
from articles.models.article import DISCUSSION_FIELDS
from comments.models import Comment, Policy, Trackback
from tests.factories import make_article, make_category, make_comment, make_picture, make_tag, make_user
from tests.server import clean_environment, new_database, run_manage

# PostgreSQL counts at the commit.
pytestmark = pytest.mark.django_db(transaction=True)


def versions():
    return PageVersion.objects.of_lists()


def names_of_triggers():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def test_no_later_migration_has_lost_a_trigger():
    wanted = {trigger.name for trigger in (*triggers.OF_ARTICLES, *triggers.OF_COMMENTS)}
    assert wanted <= names_of_triggers()


def test_none_is_lost_on_the_way_back_or_forth(tmp_path):
    tell = "from tests.articles.test_page_versions import names_of_triggers as names; print('NAMES', *sorted(names()))"
    with new_database("back_and_forth") as database:
        env = clean_environment(VAR_DIR=str(tmp_path), DEMO_SITE="no", **database)
        seen = []
        for last in ("0013_room_for_versions", "0011_far_pages", "0013_room_for_versions"):
            run_manage("migrate", "articles", last, "--verbosity=0", env=env)
            seen.append(run_manage("shell", "-v0", "-c", tell, env=env).partition("NAMES ")[2].split())
    assert seen[0] == seen[1] == seen[2]
    assert {trigger.name for trigger in triggers.OF_ARTICLES} <= set(seen[0])


def test_nothing_is_counted_twice_by_one_name():
    both = [*triggers.OF_ARTICLES, *triggers.OF_COMMENTS]
    assert len({trigger.name for trigger in both}) == len(both)


def rename_the_author(article):
    get_user_model().objects.filter(pk=article.author_id).update(first_name="花子")


CHANGES = {
    "an article's text": lambda article: Article.objects.filter(pk=article.pk).update(title="別の題"),
    "a saved article": lambda article: article.save(),
    "a new article": lambda article: make_article(),
    "an article taken away": lambda article: Article.objects.filter(pk=article.pk).update(status="draft"),
    "a category": lambda article: type(article.category).objects.update(name="別名"),
    "a tag's name": lambda article: article.tags.update(name="別の札"),
    "an article's tags": lambda article: article.tags.clear(),
    "a source": lambda article: article.sources.create(title="参考", url="https://example.com/"),
    "an addendum": lambda article: article.addenda.create(body="<p>追記</p>"),
    "a related link": lambda article: article.related_links.create(url="https://example.com/", title="外"),
    "a picture": lambda article: Picture.objects.filter(pk=article.eye_catch_id).update(caption="説明"),
    "an author's name": rename_the_author,
    "the policy": lambda article: Policy.objects.update_or_create(pk=1, defaults={"close_after_days": 3}),
    "a trackback": lambda article: Trackback.objects.create(article=article, kind="pingback", url="https://a.example/"),
}


@pytest.fixture
def article():
    Policy.objects.current()
    author, picture = make_user(), make_picture()
    return make_article(category=make_category(), tags=[make_tag()], author=author, eye_catch=picture)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_pages_show_is_counted(article, change):
    before, _discussions = versions()
    change(article)
    assert versions()[0] > before


def test_a_discussion_is_counted_for_lists_and_not_for_the_pages_of_other_articles(article):
    site, discussions = versions()
    (_site, version), _discussion = PageVersion.objects.of_article(article.pk)
    other, _discussion = PageVersion.objects.of_article(make_article().pk)
    site = versions()[0]
    make_comment(article=article)
    assert versions() == (site, versions()[1])
    assert versions()[1] > discussions
    assert other[1] == 0
    now, discussion = PageVersion.objects.of_article(article.pk)
    assert now == (site, version + 1)
    assert discussion == {name: getattr(Article.objects.get(pk=article.pk), name) for name in DISCUSSION_FIELDS}
    assert discussion["comment_count"] == 1
    assert PageVersion.objects.of_article(article.pk + 1_000) == ((site, -1), {})


def test_what_tick_writes_each_minute_makes_no_page_old(article):
    Policy.objects.create(pk=1)
    article.sources.create(title="参考", url="https://example.com/")
    Article.objects.filter(pk=article.pk).update(related_at=None)
    before = versions()
    Article.objects.filter(pk=article.pk).update(related_at=timezone.now())
    Policy.objects.update(usual_per_minute=3)
    article.sources.update(checked_at=timezone.now())
    assert versions() == before


def test_what_was_rolled_back_is_not_counted(article):
    before = versions()
    with pytest.raises(RuntimeError), transaction.atomic():
        article.save()
        make_comment(article=article)
        raise RuntimeError
    assert versions() == before


def test_a_transaction_counts_once_however_much_it_changes(article):
    if connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL")
    before, _discussions = versions()
    PageVersion.objects.filter(pk=PageVersion.SITE).update(version=2**62)
    with transaction.atomic():
        for _ in range(50):
            Article.objects.filter(pk=article.pk).update(lead="別")
    assert versions()[0] == 2**62 + 1 > before


def test_nobody_waits_for_another_articles_writer():
    if connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL")
    one, other = make_article(), make_article()
    done = threading.Event()

    def write():
        make_comment(article=other)
        connection.close()
        done.set()

    with transaction.atomic():
        make_comment(article=one)
        thread = threading.Thread(target=write)
        thread.start()
        assert done.wait(20)
    thread.join()
    assert Comment.objects.count() == 2


def test_a_version_never_comes_twice(article):
    article.save()
    before, _discussions = versions()
    PageVersion.objects.all().delete()
    article.save()
    assert versions()[0] > before

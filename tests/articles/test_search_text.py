"""An article is found by just the words that a plain scan of it finds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import article_search
from articles.models import Addendum, Article, ArticleText
from articles.search import MOST_BYTES, searchable, tokens
from articles.search_query import Query, Term, parse
from tests.factories import make_article, make_category, make_user

pytestmark = pytest.mark.django_db


def found(query, order="newest"):
    keys = getattr(article_search, order)(parse(query))
    titles = dict(Article.objects.values_list("pk", "title"))
    return [titles[key] for key in keys]


@pytest.mark.parametrize(
    "query",
    [
        "空軍",
        "軍",
        "くうぐん",
        "Ｆ－３５",
        "f35a",
        "弾道ミサイル",
        "ﾐｻｲﾙ",
        "みさいる",
        '"White House"',
        "ite ho",
        "'",
        "\\",
        "%",
    ],
)
def test_an_article_is_found_by_any_part_of_its_words(query):
    make_article(title="空軍の話", body="<p>クウグンのF-35とF35A。弾道ミサイル</p><p>The WHITE\nHouse's \\ 100%</p>")
    make_article(title="別の話", body="<p>陸の部隊とF-3_5。</p>")
    assert found(query) == ["空軍の話"]


@pytest.mark.parametrize("query", ["軍空", "弾ミ", "空軍 陸軍", "空軍 -訓練", "a*", "_", '"空軍 訓練"', '"F 35"'])
def test_what_does_not_stand_there_is_not_found(query):
    make_article(title="空軍", body="<p>訓練と弾道、ミサイル。F-35</p>")
    assert found(query) == []


def test_words_may_stand_in_title_lead_body_and_addenda():
    article = make_article(title="空軍", lead="訓練", body="<p>日程</p>")
    Addendum.objects.create(article=article, body="<p>中止</p>")
    assert found("空軍 訓練 日程 中止") == ["空軍"]
    # None stands across two of them.
    assert found("空軍訓練") == found("軍訓") == []


def test_an_article_is_found_by_what_it_says_now():
    article = make_article(title="旧題", body="<p>旧文</p>")
    article.title, article.body = "新題", "<p>新文</p>"
    article.save()
    addendum = Addendum.objects.create(article=article, body="<p>追加</p>")
    assert found("新題 新文 追加") == ["新題"]
    assert found("旧題") == found("旧文") == []
    addendum.delete()
    assert found("追加") == []
    article.delete()
    assert found("新題") == []


def test_nobody_finds_an_article_by_addenda_that_were_deleted_together():
    article = make_article()
    Addendum.objects.create(article=article, body="<p>追記の空軍</p>")
    assert found("空軍") == [article.title]
    article.addenda.all().delete()
    assert found("空軍") == []


def test_a_save_that_changes_no_words_leaves_the_index_alone():
    article = make_article()
    ArticleText.objects.update(text="別の文")
    article.save(update_fields=["status"])
    assert ArticleText.objects.get(article=article).text == "別の文"


def test_drafts_and_scheduled_articles_are_not_found():
    make_article(title="空軍の下書き", status=Article.Status.DRAFT)
    later = make_article(title="空軍の予定", published_at=timezone.now() + timedelta(hours=1))
    assert found("空軍") == found("空軍", "best") == []
    Article.objects.filter(pk=later.pk).update(published_at=timezone.now())
    assert found("空軍") == ["空軍の予定"]


def test_categories_are_named_or_given_by_slug_with_those_below():
    above = make_category(name="国際 情勢", slug="world")
    below = make_category(name="アジア", slug="asia", parent=above)
    make_article(title="空軍A", category=above)
    make_article(title="空軍B", category=below)
    make_article(title="空軍C", category=make_category(name="国内"))
    make_article(title="空軍D")
    assert sorted(found("空軍 category:world")) == sorted(found("category:「国際　情勢」")) == ["空軍A", "空軍B"]
    assert found("空軍 category:ｱｼﾞｱ") == ["空軍B"]
    assert sorted(found("空軍 -category:world")) == ["空軍C", "空軍D"]
    assert found("空軍 category:無い") == []
    assert len(found("空軍 -category:無い")) == 4


def test_an_author_is_whom_readers_see_and_not_who_signs_in():
    author = make_user(username="secret-login", last_name="山田", first_name="花子")
    shown = author.get_full_name()
    make_article(title="空軍A", author=author)
    make_article(title="空軍B")
    assert found(f'author:"{shown}"') == found(f"空軍 author:{shown.replace(' ', '')}") == ["空軍A"]
    assert found("空軍 -author:" + shown.replace(" ", "")) == ["空軍B"]
    assert found("author:secret-login") == found("secret-login") == []


def test_newest_first_goes_by_the_time_of_publication():
    now = timezone.now()
    for days in (2, 3, 1):
        make_article(title=f"空軍{days}", published_at=now - timedelta(days=days))
    assert found("空軍") == ["空軍1", "空軍2", "空軍3"]


def test_best_first_is_a_title_then_who_says_it_most():
    now = timezone.now()
    make_article(title="一度", body="<p>空軍と海。</p>", published_at=now)
    make_article(title="何度も", body="<p>空軍と空軍と空軍。</p>", published_at=now - timedelta(days=1))
    make_article(title="空軍", body="<p>題だけ。</p>", published_at=now - timedelta(days=2))
    assert found("空軍", "best") == ["空軍", "何度も", "一度"]


def test_of_two_alike_the_newer_comes_first():
    now = timezone.now()
    for days, body in ((2, "空軍と海。"), (1, "空軍と陸。"), (3, "空軍と空。")):
        make_article(title=f"記事{days}", body=f"<p>{body}</p>", published_at=now - timedelta(days=days))
    assert found("空軍", "best") == ["記事1", "記事2", "記事3"]


def test_an_old_title_is_better_than_many_newer_texts(monkeypatch):
    monkeypatch.setattr(article_search, "MOST_RESULTS", 3)
    now = timezone.now()
    make_article(title="弾道ミサイル", body="<p>題だけ。</p>", published_at=now - timedelta(days=9))
    # The pairs of characters are all in this title, and the word is not.
    make_article(title="弾道ミサ、サイル、道ミ", body="<p>弾道ミサイル</p>", published_at=now - timedelta(days=8))
    for days in range(6):
        make_article(title=f"記事{days}", body="<p>弾道ミサイル</p>", published_at=now - timedelta(days=days))
    assert found("弾道ミサイル", "best")[0] == "弾道ミサイル"
    assert "弾道ミサイル" not in found("弾道ミサイル")


def test_best_first_asks_the_database_no_more_often_for_more(django_assert_num_queries):
    for n in range(30):
        make_article(title=f"空軍{n}")
    with django_assert_num_queries(3):
        assert len(article_search.best(parse("空軍 -海軍"))) == 30


def test_what_has_no_row_yet_gets_one():
    make_article(title="空軍")
    ArticleText.objects.all().delete()
    assert found("空軍") == []
    ArticleText.objects.write_missing()
    assert found("空軍") == ["空軍"]


# A few characters, so that parts of one text are often in another.
ALPHABET = "空軍弾道ミみサｻ゙Ff35-ー－ .'\\&|!:*<>%_\"ß㈱🚋"
# In none of which is one of them.
TITLES = ("丙", "丁", "乙", "甲")
WRITTEN = st.text(ALPHABET, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WRITTEN, min_size=1, max_size=4), WRITTEN, WRITTEN)
def test_a_search_finds_what_a_plain_scan_finds(db, bodies, word, unwanted):
    Article.objects.all().delete()
    for n, text in enumerate(bodies):
        make_article(title=TITLES[n], lead=text, body="")
    terms = [term for term in (Term(word), Term(unwanted, is_wanted=False)) if term.folded]
    scanned = [
        TITLES[n]
        for n, text in enumerate(map(searchable, bodies))
        if all((term.folded in text) == term.is_wanted for term in terms)
    ]
    keys = article_search.newest(Query(terms=tuple(terms)))
    assert sorted(Article.objects.filter(pk__in=keys).values_list("title", flat=True)) == sorted(scanned)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.permutations(range(8)),
    st.sets(st.integers(0, 7)),
    st.sampled_from(["弾道ミサイル", "弾道ミサイル -訓練", "弾道 -訓練"]),
)
def test_the_first_are_those_that_come_first_of_all(db, hours, wrong, query):
    """Of some the pairs of characters stand there, and the word does not."""
    Article.objects.all().delete()
    for n, hour in enumerate(hours):
        text = "弾道ミサ、サイル、道ミ" + "訓練" * (n % 2) if n in wrong else "弾道ミサイル"
        make_article(title=TITLES[0], lead=text, published_at=timezone.now() - timedelta(hours=hour))
    right = list(article_search.matching(parse(query)).newest_first().values_list("pk", flat=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(article_search, "MOST_RESULTS", 3)
        assert article_search.newest(parse(query)) == right[:4]


@pytest.mark.parametrize("query", ["弾道ミサイル", "弾道 -訓練", "弾道ミサイル 本文です -訓練"])
def test_of_a_frequent_word_no_more_texts_are_read_than_are_shown(query, monkeypatch):
    for n in range(30):
        make_article(title=f"弾道ミサイル{n}", published_at=timezone.now() - timedelta(hours=n))
    monkeypatch.setattr(article_search, "MOST_RESULTS", 4)
    assert texts_read(lambda: article_search.newest(parse(query))) == 5


def texts_read(search) -> int:
    if connection.vendor == "postgresql":
        with CaptureQueriesContext(connection) as asked:
            search()
        (sql,) = (query["sql"] for query in asked)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            plan = cursor.fetchone()[0][0]["Plan"]
        return max(part["Actual Loops"] for part in plan["Plans"][0]["Plans"] if part.get("Subplan Name"))
    read = set()

    def instr(text, word):
        read.add(text)
        return None if text is None else text.find(word) + 1

    # It stays there for later tests, to which it is as good as SQLite's own.
    connection.connection.create_function("instr", 2, instr)
    search()
    return len(read)


def test_of_a_text_with_more_pairs_than_fit_the_tokens_stay_within_what_the_database_takes():
    strange = "".join(map(chr, range(0x4E00, 0x9FFF))) * 2 + "".join(chr(0x20000 + n * 3) for n in range(60_000))
    strange += "".join(chr(0x20000 + n * 7 % 60_000) for n in range(100_000))
    kept = tokens("題", searchable(strange))
    assert 0.9 * MOST_BYTES < sum(len(token.encode()) for token in kept) <= MOST_BYTES


def test_a_very_long_text_is_found_by_its_last_words():
    make_article(title="長い", body=f"<p>{'弾道と誘導の話。' * 20_000}</p><p>最後は空軍とミサイルの弾道</p>")
    assert found("最後は空軍と") == found('"みさいるの弾道"') == ["長い"]
    assert found("ミサイルの軌道") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_what_takes_too_long_is_given_up():
    with pytest.raises(article_search.TooBroad), article_search.in_time(0.05), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    # And the next one has its own time.
    assert found("空軍") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_limits_are_those_of_the_search_alone():
    assert settings_of_the_session() == {"statement_timeout": "0", "enable_seqscan": "on"}
    with article_search.in_time(2):
        assert settings_of_the_session() == {"statement_timeout": "2s", "enable_seqscan": "off"}
    with pytest.raises(article_search.TooBroad), article_search.in_time(0.05), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    assert settings_of_the_session() == {"statement_timeout": "0", "enable_seqscan": "on"}


def settings_of_the_session() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name IN ('statement_timeout', 'enable_seqscan')"
        )
        return dict(cursor.fetchall())

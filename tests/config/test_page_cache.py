import gzip
import threading
from datetime import timedelta

import brotli
import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from articles.models import Article
from comments import identity
from comments.discussion import Discussion
from config import page_cache, page_store
from tests.factories import make_article, make_category, make_comment, make_owner, make_tag, make_user
from tests.reader import Reader

# A version is counted at the commit.
pytestmark = pytest.mark.django_db(transaction=True)

ANY_COOKIES = [
    "visitor=nonsense",
    "theme=dark; a=b",
    "visitor=" + "x" * 3000,
    "language=xx",
    'quoted="a\\"b"',
    "sessionid=made-up",
    "=;;=",
]


class Clock:
    """What the cache takes for the time."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def cache_on(settings):
    settings.PAGE_CACHE_BYTES = 10_000_000
    page_cache.STORE.clear()
    yield
    page_cache.STORE.clear()


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(page_cache, "monotonic", clock)
    monkeypatch.setattr(page_store, "monotonic", clock)
    return clock


@pytest.fixture
def article():
    return make_article(category=make_category(), tags=[make_tag()], author=make_user(first_name="花子"))


def of(article):
    return article.get_absolute_url()


# Kept and asked


@pytest.mark.parametrize("seconds, queries", [(0.4, 0), (0.9, 1), (1.1, 1), (500, 1)])
def test_it_goes_out_unasked_for_a_second(client, article, clock, django_assert_num_queries, seconds, queries):
    first = client.get(of(article))
    clock.now += seconds
    with django_assert_num_queries(queries):
        again = client.get(of(article))
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]


def test_after_the_question_it_goes_out_unasked_again(client, article, clock, django_assert_num_queries):
    client.get("/")
    clock.now += 30
    client.get("/")
    with django_assert_num_queries(0):
        client.get("/")


@pytest.mark.parametrize("path", ["/", "/archive/", "/categories/", "/popular/week/"])
def test_lists_show_a_change_after_a_second(client, article, clock, path):
    before = client.get(path).content
    make_article(title="新しい記事", category=make_category(name="新しい分類"))
    assert client.get(path).content == before
    clock.now += 1.01
    fresh = client.get(path).content
    page_cache.STORE.clear()
    assert client.get(path).content == fresh


def test_others_see_a_comment_after_a_second_and_its_writer_at_once(article, clock):
    writer, other = Reader(), Client()
    other.get(of(article))
    sent = {"text": "いま書いた", "author_name": ""}
    assert writer.post(f"{of(article)}comments/", sent, headers={"Origin": "http://testserver"}).status_code == 303
    assert "いま書いた" in writer.get("/").text
    assert "いま書いた" in writer.get(of(article)).text
    clock.now += 1.01
    assert "いま書いた" in other.get(of(article)).text


def test_a_reload_asks_at_once(client, article):
    client.get(of(article))
    make_comment(article=article, text="ついさっき")
    assert "ついさっき" in client.get(of(article), headers={"Cache-Control": "max-age=0"}).text


def test_what_was_taken_down_is_gone(client, article, clock):
    assert client.get(of(article)).status_code == 200
    Article.objects.filter(pk=article.pk).update(status=Article.Status.DRAFT)
    clock.now += 1.01
    assert client.get(of(article)).status_code == 404
    assert not page_cache.STORE.pages


def test_what_is_scheduled_appears_by_itself(client, clock):
    now = timezone.now()
    with travel(now, tick=False):
        article = make_article(title="予告された記事", published_at=now + timedelta(minutes=5))
        assert article.title not in client.get("/").text
    clock.now += 301
    with travel(now + timedelta(seconds=301), tick=False):
        assert article.title in client.get("/").text


def test_the_form_goes_when_the_article_closes(client, clock):
    now = timezone.now()
    with travel(now, tick=False):
        article = make_article(comments_close_at=now + timedelta(minutes=5))
        assert "data-comment-form" in client.get(of(article)).text
    clock.now += 301
    with travel(now + timedelta(seconds=301), tick=False):
        assert "data-comment-form" not in client.get(of(article)).text


def test_it_is_made_anew_now_and_then(client, article, clock):
    now = timezone.now()
    with travel(now, tick=False):
        first = client.get(of(article)).content
    clock.now += page_cache.KEPT
    with travel(now + timedelta(seconds=page_cache.KEPT), tick=False):
        # The stamp of the form is a new one.
        assert client.get(of(article)).content != first


@pytest.mark.parametrize(("accepted", "decompress"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_in_a_lively_discussion_it_is_compressed_in_haste_and_again_when_it_stays(article, clock, accepted, decompress):
    def get():
        answer = Client().get(of(article), headers={"Accept-Encoding": accepted})
        return answer.content, answer["ETag"], decompress(answer.content)

    Client().get(of(article))
    make_comment(article=article, text="早口")
    clock.now += 5
    hasty, tag, page = get()
    assert "早口" in page.decode()
    clock.now += 4
    assert get() == (hasty, tag, page)
    clock.now += 6
    well, new_tag, same_page = get()
    assert same_page == page
    assert len(well) < len(hasty)
    assert new_tag == tag
    assert page_cache.STORE.size == sum(page.size for page, _size in page_cache.STORE.pages.values())
    clock.now += 5
    assert get() == (well, tag, page)


def test_what_was_quiet_for_a_while_is_compressed_well(article, clock):
    headers = {"Accept-Encoding": "br"}
    Client().get(of(article), headers=headers)
    make_comment(article=article)
    clock.now += page_store.SHORT_LIFE
    well = Client().get(of(article), headers=headers).content
    clock.now += page_store.SHORT_LIFE + 1
    assert Client().get(of(article), headers=headers).content == well


# The same for everybody


@pytest.mark.parametrize("cookies", ANY_COOKIES)
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "later"])
def test_no_cookie_changes_the_bytes(article, cookies, is_first):
    with travel(timezone.now(), tick=False):
        if not is_first:
            Client().get(of(article))
        with_cookies = Client().get(of(article), headers={"Cookie": cookies})
        page_cache.STORE.clear()
        assert with_cookies.content == Client().get(of(article)).content
    # Django takes away a session's cookie that nobody has given.
    assert not any(cookie.value for cookie in with_cookies.cookies.values())


def test_each_language_has_its_own(article):
    for _ in range(2):
        japanese, english = Client(), Client()
        english.cookies["language"] = "en"
        assert 'lang="ja"' in japanese.get("/").text
        assert 'lang="en"' in english.get("/").text
        assert "Cookie" in english.get("/")["Vary"]
        assert "Cookie" not in japanese.get("/")["Vary"]


def test_what_a_link_appends_is_neither_shown_nor_kept_apart(client, article):
    first = client.get("/?utm_source=somebody")
    assert "somebody" not in first.text
    assert client.get("/?fbclid=else").content == first.content
    assert len(page_cache.STORE.pages) == 1


def test_pages_of_a_list_are_kept_apart(client):
    for n in range(25):
        make_article(title=f"第{n}報")
    first, second = client.get("/").content, client.get("/?page=2").content
    assert first != second
    assert client.get("/?utm=1&page=2").content == second


def test_nul_is_refused_every_time(client, article):
    for _ in range(2):
        client.get("/")
        assert client.get("/?x=%00").status_code == 400


@pytest.mark.parametrize(
    "accepted, encoding",
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("BR", "br"),
        ("gzip;q=nonsense", ""),
    ],
)
def test_it_comes_in_the_encoding_that_is_asked_for(client, article, accepted, encoding):
    with travel(timezone.now(), tick=False):
        plain = client.get(of(article), headers={"Accept-Encoding": "identity"})
        answer = client.get(of(article), headers={"Accept-Encoding": accepted})
    assert answer.get("Content-Encoding", "") == encoding
    decoded = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](answer.content)
    assert decoded == plain.content
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["Vary"] == "Accept-Encoding"
    assert (answer["ETag"] == plain["ETag"]) == (encoding == "")


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_who_has_it_already_gets_no_bytes(client, article, accepted):
    tag = client.get(of(article), headers={"Accept-Encoding": accepted})["ETag"]
    answer = client.get(of(article), headers={"Accept-Encoding": accepted, "If-None-Match": f'"x", W/{tag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == tag
    assert "Content-Type" not in answer
    make_comment(article=article)
    headers = {"Accept-Encoding": accepted, "If-None-Match": tag, "Cache-Control": "no-cache"}
    assert client.get(of(article), headers=headers).status_code == 200


def test_head_is_the_page_without_its_bytes(client, article):
    for _ in range(2):
        head, page = client.head(of(article)), client.get(of(article))
        assert head.content == b""
        assert head["Content-Length"] == page["Content-Length"] == str(len(page.content))
        assert head["ETag"] == page["ETag"]


def test_caches_in_front_may_keep_it_and_browsers_ask(client, article):
    answer = client.get(of(article))
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer["X-Accel-Expires"] == "1"
    assert answer["Content-Security-Policy"]


def test_who_writes_goes_round_caches_for_a_moment(article):
    writer = Reader()
    sent = {"text": "書いた", "author_name": ""}
    answer = writer.post(f"{of(article)}comments/", sent, headers={"Origin": "http://testserver"})
    cookie = answer.cookies["wrote"]
    assert cookie["max-age"] == identity.ACT_SECONDS
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    refused = Reader().post(f"{of(article)}comments/", {"text": ""}, headers={"Origin": "http://testserver"})
    assert "wrote" not in refused.cookies


# Never kept


def test_a_moderators_page_is_not_kept(article):
    owner, reader = Client(), Client()
    owner.force_login(make_owner())
    assert "no-store" in owner.get(of(article))["Cache-Control"]
    assert not page_cache.STORE.pages
    public = reader.get(of(article))
    assert owner.get(of(article)).content != public.content
    assert reader.get(of(article)).content == public.content


@pytest.mark.parametrize(
    "path",
    ["/nowhere/", "/articles/nowhere/", "/?page=99", "/?p=1", "/search/?q=a", "/mine/", "/healthz", "/feed.atom"],
)
def test_what_is_no_page_for_everybody_is_not_kept(client, article, path):
    client.get(path)
    assert not page_cache.STORE.pages


def test_neither_a_draft_nor_its_preview_is_kept(client):
    draft = make_article(status=Article.Status.DRAFT, published_at=None, preview_secret="s" * 43)
    assert client.get(f"/preview/{'s' * 43}/").status_code == 200
    assert client.get(of(draft)).status_code == 404
    assert not page_cache.STORE.pages


def test_a_page_that_answers_a_form_is_not_kept(article):
    Reader().post(f"{of(article)}comments/", {"text": ""}, headers={"Origin": "http://testserver"})
    assert not page_cache.STORE.pages


def test_an_error_is_not_kept(client, article, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(Article, "related", lambda self: 1 / 0)
    assert client.get(of(article)).status_code == 500
    assert not page_cache.STORE.pages
    monkeypatch.undo()
    assert client.get(of(article)).status_code == 200


# Memory


def test_the_pages_asked_for_last_stay(client, settings):
    articles = [make_article() for _ in range(6)]
    client.get(of(articles[0]))
    settings.PAGE_CACHE_BYTES = page_cache.STORE.size * 3 + 2_000
    for article in articles[1:]:
        client.get(of(articles[0]))
        client.get(of(article))
    kept = [key.path for key in page_cache.STORE.pages]
    assert kept == [of(articles[4]), of(articles[0]), of(articles[5])]
    assert page_cache.STORE.size <= settings.PAGE_CACHE_BYTES


def test_its_size_is_that_of_its_pages(client):
    for n in range(3):
        client.get(of(make_article()), headers={"Accept-Encoding": ["", "gzip", "br"][n]})
        client.get("/", headers={"Accept-Encoding": ["", "gzip", "br"][n], "Cache-Control": "no-cache"})
    assert page_cache.STORE.size == sum(page.size for page, _size in page_cache.STORE.pages.values())
    assert not page_cache.STORE.turns


def test_it_can_be_switched_off(client, article, settings):
    settings.PAGE_CACHE_BYTES = 0
    client.get(of(article))
    assert not page_cache.STORE.pages


# Many at once


def together(count, act):
    begin, failures = threading.Barrier(count), []

    def run(n):
        try:
            begin.wait()
            act(n)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.fixture
def rendered():
    names = []

    def note(sender, template, **kwargs):
        names.append(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.mark.parametrize("is_old", [False, True], ids=["never made", "no longer right"])
def test_a_stampede_makes_the_page_once(article, clock, rendered, is_old):
    if is_old:
        Client().get(of(article))
        make_comment(article=article)
        rendered.clear()
        clock.now += 5
    bodies = []
    together(200, lambda n: bodies.append(Client().get(of(article)).content))
    assert rendered.count("articles/article.html") == 1
    assert len(set(bodies)) == 1
    assert not page_cache.STORE.turns


def test_while_one_asks_the_others_do_not_wait(article, clock, monkeypatch):
    Client().get(of(article))
    clock.now += 0.8
    asks, go = threading.Event(), threading.Event()
    is_still_right = page_store.Page.is_still_right

    def slowly(page):
        asks.set()
        assert go.wait(20)
        return is_still_right(page)

    monkeypatch.setattr(page_store.Page, "is_still_right", slowly)

    def act(n):
        if n:
            assert asks.wait(20)
        assert Client().get(of(article)).status_code == 200
        if n:
            go.set()

    together(2, act)


def test_a_page_older_than_a_second_goes_to_nobody_while_one_asks(article, clock, monkeypatch):
    Client().get(of(article))
    clock.now += 1.2
    asks, go = threading.Event(), threading.Event()
    is_still_right = page_store.Page.is_still_right

    def slowly(page):
        asks.set()
        assert go.wait(20)
        return is_still_right(page)

    monkeypatch.setattr(page_store.Page, "is_still_right", slowly)

    def act(n):
        if n:
            assert asks.wait(20)
            threading.Timer(0.3, go.set).start()
        Client().get(of(article))
        assert go.is_set()

    together(2, act)


def test_who_comes_while_it_is_made_does_not_get_what_was_read_before_they_wrote(article, clock, monkeypatch):
    """A page is being made from rows that were read before the comment; its writer waits and then sees it."""
    Client().get(of(article))
    clock.now += 5
    Article.objects.filter(pk=article.pk).update(lead="別")
    reads, go = threading.Event(), threading.Event()
    read = Discussion.__init__
    is_first = threading.Lock()

    def slowly(*args, **kwargs):
        read(*args, **kwargs)
        if is_first.acquire(blocking=False):
            reads.set()
            assert go.wait(20)

    monkeypatch.setattr(Discussion, "__init__", slowly)

    def act(n):
        if n == 0:
            Client().get(of(article))
            return
        assert reads.wait(20)
        make_comment(article=article, text="間に書いた")
        clock.now += 0.001
        threading.Timer(0.3, go.set).start()
        assert "間に書いた" in Client().get(of(article), headers={"Cookie": "wrote=1"}).text

    together(2, act)


@pytest.mark.parametrize("path", ["/", None])
def test_what_has_changed_is_made_anew_with_one_question_for_its_version(article, clock, path):
    path = path or of(article)
    Client().get(path)
    make_comment(article=article, text="新しい")
    clock.now += 5
    with CaptureQueriesContext(connection) as asked:
        assert "新しい" in Client().get(path).text
    assert sum("articles_pageversion" in query["sql"] for query in asked) == 1


def test_an_article_whose_discussion_has_changed_is_made_anew_with_two_questions(article, clock):
    for n in range(4):
        make_comment(article=article, text=f"新しい{n}")
        clock.now += 5
        # What is around the discussion is kept from the second time on.
        with CaptureQueriesContext(connection) as asked:
            assert f"新しい{n}" in Client().get(of(article)).text
    assert len(asked) == 2, "\n".join(query["sql"][:150] for query in asked)


def test_an_article_that_is_gone_is_not_made_of_what_was_found_of_it(article, clock):
    Client().get(of(article))
    Article.objects.filter(pk=article.pk).delete()
    clock.now += 5
    assert Client().get(of(article)).status_code == 404


# Before Django


def refuse(environ, start_response):
    raise AssertionError("Django was asked")


def ask(path, application=refuse, **environ):
    answered = []
    request = RequestFactory().get(path, **environ)
    body = b"".join(page_cache.PageCache(application)(request.environ, lambda *args: answered.extend(args)))
    return answered[0], dict(answered[1]), body


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_what_needs_no_question_goes_out_before_django(client, article, accepted):
    page = client.get(of(article), headers={"Accept-Encoding": accepted})
    status, headers, body = ask(of(article), HTTP_ACCEPT_ENCODING=accepted)
    assert (status, headers, body) == ("200 OK", dict(page.items()), page.content)
    status, headers, body = ask(of(article), HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_NONE_MATCH=page["ETag"])
    assert (status, headers["ETag"], body) == ("304 Not Modified", page["ETag"], b"")


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "POST"},
        {"HTTP_CACHE_CONTROL": "no-cache"},
        {"HTTP_COOKIE": "wrote=1"},
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": "language=en"},
        {"HTTP_HOST": "else.example"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"QUERY_STRING": "order=new"},
        {"QUERY_STRING": "x=%00"},
        {"CONTENT_LENGTH": "5"},
        {"PATH_INFO": "/nowhere/"},
    ],
    ids=str,
)
def test_everything_else_is_left_to_django(client, article, environ):
    client.get(of(article))
    with pytest.raises(AssertionError, match="Django was asked"):
        ask(of(article), **environ)


def test_after_half_a_second_django_asks(client, article, clock):
    client.get(of(article))
    clock.now += page_cache.EARLY
    with pytest.raises(AssertionError, match="Django was asked"):
        ask(of(article))

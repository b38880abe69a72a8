"""A comment joined from its mould is, byte for byte, what the template gives."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles import keeping, site_version
from articles.models import Addendum, Article
from comments import mould, threads
from comments.forms import CommentForm
from comments.models import Comment, statements
from comments.models.shown import CommentRow
from comments.threads import Row
from tests.factories import make_article, make_comment

keys = st.integers(1, 2**40)
numbers = st.integers(1, 20_000)
counts = st.just(0) | st.integers(1, 5_000)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
# What HTML and Python's formats make something of, and what is longer than it looks.
typed = st.text("あA%&<>\"'{}s()1", max_size=8)
slugs = st.text("港あa-_1～", min_size=1, max_size=8)
ids = st.text("aZ0-_", min_size=1, max_size=8)

comments = st.builds(
    CommentRow,
    pk=keys,
    parent_id=st.none(),
    tree_id=keys,
    number=numbers,
    rank=st.just(0.0),
    author_name=typed,
    html=typed,
    status=st.just("published") | st.sampled_from(Comment.Status.values),
    created_at=moments,
    edited_at=st.none() | moments,
    moved_from_number=st.none() | numbers,
    moved_at=st.none() | moments,
    score=counts | st.integers(-50, -1),
    upvotes=counts,
    downvotes=counts,
    public_id=st.just("") | ids,
    trip=st.just("") | typed,
    by_staff=st.booleans(),
    reason=st.sampled_from(["", "insult", "other"]),
    hold_reasons=st.sampled_from(["", "reports:3", "valve"]),
    pinned_at=st.none(),
    is_locked=st.booleans(),
    citers=st.none(),
)
rows = st.builds(
    Row,
    comment=comments,
    level=st.integers(0, 120),
    parent=st.none() | comments,
    cited_by=st.lists(numbers, max_size=13),
    replies=counts | st.just(1),
    rest=counts | st.just(1),
    is_locked=st.booleans(),
    opens=st.booleans(),
    closes=st.lists(st.booleans(), max_size=4),
)
# Where a test has rows of its own.
EVERY_ROW = rows
switches = st.fixed_dictionaries(
    dict.fromkeys(["DOWN_VOTES", "PUBLIC_IDS", "TRIPS", "STAFF_MARKS"], st.booleans())
    | {"TIME_ZONE": st.sampled_from(["Asia/Tokyo", "America/St_Johns"])}
)


@st.composite
def articles(draw) -> Article:
    article = Article(pk=draw(keys), slug=draw(slugs), kind=draw(st.sampled_from(Article.Kind.values)))
    addenda = st.builds(Addendum, pk=keys, kind=st.sampled_from(Addendum.Kind.values), added_at=moments)
    article.last_addendum = draw(st.none() | addenda)
    return article


def as_models(row: Row) -> Row:
    """The same row with what a template can ask all of."""
    parent = Comment(number=row.parent.number) if row.parent else None
    return Row(as_model(row.comment), row.level, parent, row.cited_by, row.replies, row.rest, row.is_locked)


def as_model(comment: CommentRow) -> Comment:
    fields = comment._asdict()
    moved_from, _ = fields.pop("moved_from_number"), fields.pop("citers")
    return Comment(**fields, moved_from=Comment(number=moved_from) if moved_from else None)


@hypothesis_settings(deadline=None, max_examples=400)
@given(rows, articles(), switches, st.sampled_from(["ja", "en"]), st.booleans(), st.booleans())
def test_it_is_what_the_template_gives(row, article, switched, language, is_open, is_bare):
    with override_settings(**switched), translation.override(language):
        context = {"row": as_models(row), "article": article, "is_open": is_open, "bare": is_bare}
        expected = render_to_string("comments/_comment.html", context)
        page = mould.Page(article, is_open=is_open, is_bare=is_bare)
        assert page.comment(row) == expected
        assert page.comment(as_models(row)) == expected


def straight_join(rows: list[Row], article: Article, *, is_open: bool) -> str:
    about = {"article": article, "is_open": is_open}
    return "".join(
        render_to_string("comments/_row_begins.html", {"row": row})
        + render_to_string("comments/_comment.html", about | {"row": as_models(row)})
        + render_to_string("comments/_row_ends.html", {"row": row})
        for row in rows
    )


@hypothesis_settings(deadline=None, max_examples=200)
@given(
    st.lists(rows, min_size=1, max_size=3),
    articles(),
    switches,
    st.sampled_from(["ja", "en"]),
    st.booleans(),
    st.data(),
)
def test_joined_is_what_the_templates_give_and_nothing_is_ready_for_longer_than_that(
    rows, article, switched, language, is_open, data
):
    # The same few comments again and again, each time others in all but the key.
    for n, row in enumerate(rows):
        row.comment = row.comment._replace(pk=n)
    with override_settings(**switched), translation.override(language):
        page = mould.Page(article, is_open=is_open)
        assert page.join(rows).decode() == straight_join(rows, article, is_open=is_open)
    # And with one thing of each changed, of where it stands or of itself.
    of_place = ("level", "parent", "cited_by", "rest", "is_locked", "replies", "opens", "closes")
    for row in rows:
        name, other = data.draw(st.sampled_from(of_place + CommentRow._fields[1:])), data.draw(EVERY_ROW)
        if name in of_place:
            setattr(row, name, getattr(other, name))
        else:
            row.comment = row.comment._replace(**{name: getattr(other.comment, name)})
    with override_settings(**switched), translation.override(language):
        assert page.join(rows).decode() == straight_join(rows, article, is_open=is_open)


@pytest.mark.django_db
def test_a_vote_makes_one_comment_anew(client, monkeypatch):
    article = make_article()
    some = [make_comment(article=article) for _ in range(3)]
    for _ in range(2):
        client.get(article.get_absolute_url())
    some[1].cast_vote("somebody", 1)
    made = []
    monkeypatch.setattr(mould.Page, "_comment", lambda page, row: made.append(row.comment.number) or "新しい")
    assert client.get(article.get_absolute_url()).text.count("新しい") == 1
    assert made == [2]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ja", "en"])
def test_so_is_what_was_said_last(language):
    make_comment(article=make_article(slug="page", kind="page"), author_name="<花>")
    make_comment(article=make_article(title="港 <1>"), text="一" * 80)

    def check() -> None:
        newest = Comment.objects.order_by("-created_at", "-pk").select_related("article")
        expected = render_to_string("comments/_latest.html", {"comments": newest})
        assert mould.latest(statements.latest(5)) == expected

    with translation.override(language):
        check()
        check()
        for change in ({"text": "直した"}, {"author_name": "月"}):
            Comment.objects.filter(article__kind="article").update(**change)
            check()
        for change in ({"title": "海"}, {"slug": "umi"}):
            Article.objects.filter(kind="article").update(**change)
            check()


@hypothesis_settings(deadline=None, max_examples=100)
@given(rows, st.sampled_from(["ja", "en"]))
def test_so_are_the_lists_around_it(row, language):
    with translation.override(language):
        page = mould.Page(Article(pk=1, slug="a"))
        assert page.beginning(row) == render_to_string("comments/_row_begins.html", {"row": row})
        assert page.end(row) == render_to_string("comments/_row_ends.html", {"row": row})


@hypothesis_settings(deadline=None, max_examples=50)
@given(slugs, st.booleans(), st.sampled_from(["ja", "en"]))
def test_so_is_the_form(slug, has_trips, language):
    article = Article(pk=1, slug=slug)
    with override_settings(TRIPS=has_trips), translation.override(language), time_machine.travel(0, tick=False):
        context = {"article": article, "form": CommentForm(), "heading": "h3"}
        assert mould.form(article) == render_to_string("comments/_comment_form.html", context)


@hypothesis_settings(deadline=None, max_examples=100)
@given(rows, st.sampled_from([-1, 0, 1]), st.booleans(), st.sampled_from(["ja", "en"]))
def test_so_are_the_buttons_of_a_vote(row, own_vote, has_down_votes, language):
    with override_settings(DOWN_VOTES=has_down_votes), translation.override(language):
        context = {"comment": row.comment, "own_vote": own_vote}
        assert mould.vote(row.comment, own_vote) == render_to_string("comments/_vote.html", context)


def test_a_shape_runs_the_template_once(monkeypatch):
    made = []
    monkeypatch.setattr(mould, "_mould", lambda template, context: made.append(template) or "%(number)s ")
    mould._comment.cache_clear()
    page = mould.Page(Article(pk=1, slug="a"))
    plain = dict.fromkeys(CommentRow._fields) | {"status": "published", "author_name": "", "trip": ""}
    moment = datetime(2026, 10, 3, tzinfo=UTC)
    joined = [
        page.comment(Row(CommentRow(**plain | {"number": n, "created_at": moment + timedelta(n)}), 0, None))
        for n in (1, 2, 3)
    ]
    mould._comment.cache_clear()
    assert (joined, made) == (["1 ", "2 ", "3 "], ["comments/_comment.html"])


@pytest.fixture(scope="module")
def every_mould() -> str:
    every = mould.Shape(None, *[True] * 5, "correction", "article", True, True, True, True, 10, True, *[True] * 5)
    made = [mould._beginning("en", 2), mould._end("en", True, 2, ()), mould._form("en", True)]
    for down_votes in (True, False):
        with override_settings(DOWN_VOTES=down_votes):
            # Past what is kept, because a shape has the setting in it.
            made.append(mould._comment.__wrapped__("en", every._replace(is_bare=False)))
    return "".join(made)


@pytest.mark.parametrize("name", [*mould.MARKS, "moment", "day"])
def test_every_mark_is_used(every_mould, name):
    assert {f"%({name})s", f"%({name},)s"} & set(re.findall(r"%\(.*?\)s", every_mould))


def straight(request, article, shape, around, parts):
    return render_to_string("comments/_discussion.html", around(article) | parts)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "?order=new", "?order=best&comments=2", "?comments=3"])
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("size", [0, 1, 5])
def test_so_is_what_stands_around_them(client, monkeypatch, address, closed, size):
    monkeypatch.setattr(site_version, "current", lambda: 1)
    monkeypatch.setattr(threads, "paginate", partial(threads.paginate, page_size=2))
    article = make_article()
    for _ in range(size):
        make_comment(article=article, text="100% %(joined)s")
    if closed:
        Article.objects.update(comments=Article.Comments.CLOSED)
    Comment.objects.filter(number=2).update(pinned_at=mould.MOMENT)
    path = f"{article.get_absolute_url()}{address}"
    with time_machine.travel(timezone.now(), tick=False):
        made = [client.get(path)]
        # Filled into what was made before.
        Article.objects.update(comment_count=7)
        made.append(client.get(path))
        monkeypatch.setattr(mould, "discussion", straight)
        keeping.forget()
        expected = client.get(path)
    assert made[-1].status_code == (200 if "comments" not in address or size == 5 else 404)
    assert made[-1].content == expected.content


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("is_reply", [False, True])
@pytest.mark.parametrize("status", ["published", "pending"])
@pytest.mark.parametrize("others", [0, 1, 1_500])
def test_the_answer_to_a_comment_is_what_the_template_gives(rf, language, is_reply, status, others):
    parent = make_comment() if is_reply else None
    comment = make_comment(parent=parent, text="a < b", author_name="<名無し>", status=status)
    comment.receipt_secret = "Secret-of_a-receipt_22"
    comment.article.comment_count = others + 1
    request = rf.get("/", headers={"host": "localhost:8000"})
    row = Row(comment, comment.level, comment.parent)
    with translation.override(language):
        given = mould.posted(request, comment)
        joined = mould.Page(comment.article, is_open=True).comment(row) if comment.is_published else ""
        context = {"row": row, "article": comment.article, "joined": joined}
        assert given == render_to_string("comments/_posted.html", context, request)
    assert "http://localhost:8000/receipts/Secret-of_a-receipt_22/" in given


@pytest.mark.django_db
def test_the_answer_to_a_comment_asks_for_no_addendum_that_is_older(rf, django_assert_num_queries):
    article = make_article()
    before = timezone.now() - timedelta(hours=1)
    Addendum.objects.create(article=article, body="<p>追記</p>", added_at=before)
    comment = make_comment(article=article)
    comment.article.refresh_from_db()
    with django_assert_num_queries(0):
        assert "追記" not in mould.posted(rf.get("/", headers={"host": "localhost"}), comment)

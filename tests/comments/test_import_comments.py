from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Article
from comments.importing import CommentRecord, TrackbackRecord, import_comments, import_trackbacks
from comments.models import Comment, Trackback
from comments.nested_sets import Row, violations
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2020, 1, 1, tzinfo=UTC)


def record(number: int, parent: int | None = None, minutes: int = 0, **kwargs) -> CommentRecord:
    return CommentRecord(
        ref=f"old#comment{number}",
        parent_ref=f"old#comment{parent}" if parent else None,
        author_name=kwargs.pop("author_name", ""),
        text=kwargs.pop("text", f"コメント{number}"),
        created_at=MIDNIGHT + timedelta(minutes=minutes),
        **kwargs,
    )


def order(article: Article) -> list[tuple[int, int | None]]:
    """Source number and source number of the parent, by number here."""
    rows = Comment.objects.filter(article=article).order_by("number").values_list("import_ref", "parent__import_ref")
    return [tuple(ref and int(ref.removeprefix("old#comment")) for ref in row) for row in rows]


def faults() -> list[str]:
    fields = ("pk", "parent_id", "tree_id", "lft", "rght", "level", "article_id")
    rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(*fields)
    return [str(violation) for violation in violations(map(Row._make, rows))]


def test_a_comment_keeps_what_it_was():
    article = make_article()
    report = import_comments(article, [record(1, author_name="太郎", text="一\n>>2", upvotes=5, downvotes=7)])
    comment = Comment.objects.get()
    assert (comment.author_name, comment.text, comment.created_at) == ("太郎", "一\n>>2", MIDNIGHT)
    assert (comment.upvotes, comment.downvotes, comment.score) == (5, 7, -2)
    assert (comment.imported_upvotes, comment.imported_downvotes) == (5, 7)
    assert comment.html.startswith("<p>一<br>")
    assert (report.new, report.already_there, report.upvotes, report.downvotes) == (1, 0, 5, 7)


def test_imported_votes_outlive_a_new_vote():
    article = make_article()
    import_comments(article, [record(1, upvotes=5, downvotes=2)])
    comment = Comment.objects.get()
    comment.cast_vote("visitor", 1)
    assert (comment.upvotes, comment.downvotes, comment.score) == (6, 2, 4)


def test_numbers_follow_time_and_then_the_source():
    article = make_article()
    import_comments(article, [record(10), record(9), record(3, minutes=5), record(4, minutes=-5)])
    assert [source for source, _parent in order(article)] == [4, 9, 10, 3]


def test_a_reply_comes_after_its_parent_whatever_its_date():
    article = make_article()
    import_comments(article, [record(1, parent=2, minutes=-9), record(2, minutes=5), record(3)])
    assert order(article) == [(3, None), (2, None), (1, 2)]


def test_the_article_knows_its_comments():
    article = make_article()
    import_comments(article, [record(1), record(2, parent=1), record(3, status=Comment.Status.SPAM)])
    article.refresh_from_db()
    assert (article.comment_count, article.last_comment_number, article.discussion_version) == (2, 3, 1)


def test_a_missing_parent_is_listed():
    article = make_article()
    report = import_comments(article, [record(1, parent=99)])
    assert report.orphans == ["old#comment1"]
    assert order(article) == [(1, None)]


def test_a_parent_under_another_article_counts_as_missing():
    import_comments(make_article(), [record(1)])
    article = make_article()
    report = import_comments(article, [record(2, parent=1)])
    assert (report.orphans, order(article)) == (["old#comment2"], [(2, None)])


def test_a_circle_is_cut_at_its_lowest_and_listed():
    article = make_article()
    report = import_comments(
        article, [record(10, parent=9), record(9, parent=10), record(11, parent=10), record(12, parent=12)]
    )
    assert report.cut == ["old#comment9", "old#comment12"]
    assert order(article) == [(9, None), (10, 9), (11, 10), (12, None)]


def test_a_second_import_changes_nothing():
    article = make_article()
    records = [record(1), record(2, parent=1)]
    import_comments(article, records)
    before = list(Comment.objects.values()), Article.objects.values().get()
    report = import_comments(article, records)
    assert (report.new, report.already_there) == (0, 2)
    assert (list(Comment.objects.values()), Article.objects.values().get()) == before


def test_the_same_comment_twice_in_a_file_is_one():
    assert import_comments(make_article(), [record(1), record(1)]).new == 1


def test_new_comments_go_on_after_those_that_are_there():
    article = make_article()
    mine = make_comment(article=article)
    import_comments(article, [record(1)])
    make_comment(article=article, parent=mine)
    import_comments(article, [record(1), record(2, parent=1, minutes=-99), record(3)])
    rows = Comment.objects.order_by("number").values_list("number", "import_ref")
    assert list(rows) == [(1, None), (2, "old#comment1"), (3, None), (4, "old#comment2"), (5, "old#comment3")]
    article.refresh_from_db()
    assert (article.comment_count, article.last_comment_number) == (5, 5)
    assert faults() == []


def test_a_thread_grows_in_its_middle():
    article = make_article()
    import_comments(article, [record(1), record(2, parent=1), record(3, parent=1)])
    import_comments(article, [record(4, parent=2), record(5, parent=4)])
    tree = Comment.objects.order_by("tree_id", "lft").values_list("import_ref", "level")
    assert [(ref[-1], level) for ref, level in tree] == [("1", 0), ("2", 1), ("4", 2), ("5", 3), ("3", 1)]
    assert faults() == []


def test_a_reader_can_answer_an_imported_comment():
    article = make_article()
    import_comments(article, [record(1), record(2, parent=1), record(3)])
    reply = make_comment(parent=Comment.objects.get(import_ref="old#comment2"))
    new_thread = make_comment(article=article)
    assert (reply.number, reply.level, new_thread.number) == (4, 2, 5)
    assert faults() == []


def test_no_two_articles_share_a_tree():
    for first in (1, 10, 20):
        import_comments(make_article(), [record(first), record(first + 1), record(first + 2, parent=first)])
    make_comment()
    assert Comment.objects.filter(parent=None).values("tree_id").distinct().count() == 7
    assert faults() == []


def test_a_thread_of_1_500_levels_comes_in():
    article = make_article()
    report = import_comments(article, [record(n, parent=n - 1) for n in range(1, 1_501)])
    assert (report.new, report.deepest) == (1_500, 1_499)
    assert faults() == []


def test_the_number_of_statements_does_not_grow_with_the_comments():
    def statements(first: int, comments: int) -> int:
        article = make_article()
        records = [record(first), *(record(first + n, parent=first) for n in range(1, comments))]
        with CaptureQueriesContext(connection) as queries:
            import_comments(article, records)
        return len(queries)

    # SQLite takes some thirty comments in one statement.
    assert statements(1, 20) == statements(1_000, 10)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=20), st.integers(0, 20))
def test_any_links_in_two_imports_make_whole_trees(db, links, first_part):
    article = make_article()
    base = 1_000 * article.pk
    records = [
        record(base + n, parent=base + parent if parent else None, minutes=minute)
        for n, (parent, minute) in enumerate(links, start=1)
    ]
    import_comments(article, records[:first_part])
    import_comments(article, records)
    assert faults() == []
    numbers = list(Comment.objects.filter(article=article).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(records) + 1))


# Trackbacks


def trackback(number: int = 1, **kwargs) -> TrackbackRecord:
    values = {"kind": "pingback", "title": "題", "url": "https://a.jp/", "excerpt": "", "blog_name": ""}
    return TrackbackRecord(ref=f"old#comment{number}", created_at=MIDNIGHT, **(values | kwargs))


def test_trackbacks_come_in_once():
    article = make_article()
    assert import_trackbacks(article, [trackback(1), trackback(2, is_published=False)]) == 2
    assert import_trackbacks(article, [trackback(1), trackback(3)]) == 1
    assert Trackback.objects.filter(article=article, is_published=True).count() == 2


def test_new_trackbacks_make_a_new_version_of_the_discussion():
    article = make_article()
    import_trackbacks(article, [trackback(1)])
    import_trackbacks(article, [trackback(1)])
    article.refresh_from_db()
    assert article.discussion_version == 1

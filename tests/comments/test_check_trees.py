from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from comments.models import Comment
from tests.factories import make_article, make_comment
from tests.wordpress import in_english as in_english

pytestmark = pytest.mark.django_db


def check(**options) -> str:
    out = StringIO()
    call_command("check_trees", stdout=out, **options)
    return out.getvalue().strip()


@pytest.fixture
def reply() -> Comment:
    root = make_comment()
    make_comment(article=root.article)
    return make_comment(parent=root)


def test_it_says_that_all_trees_are_whole(reply):
    # The newest row stands in the middle of its tree.
    make_comment(parent=reply.parent)
    make_comment(parent=reply)
    assert check() == "5 comments in 2 threads: all trees are whole"


def test_an_empty_table_is_whole():
    assert check() == "0 comments in 0 threads: all trees are whole"


@pytest.mark.parametrize("field", ["lft", "rght", "level", "tree_id", "article_id", "parent_id"])
def test_it_reports_a_wrong_value(reply, field):
    wrong = {"article_id": make_article().pk, "parent_id": None}.get(field, 99)
    Comment.objects.filter(pk=reply.pk).update(**{field: wrong})
    out = StringIO()
    with pytest.raises(CommandError, match="faults") as stopped:
        call_command("check_trees", stdout=out)
    assert stopped.value.returncode == 1
    assert f"row {reply.pk}" in out.getvalue() or f"row {reply.get_root().pk}" in out.getvalue()


def test_it_prints_no_more_than_asked(reply):
    Comment.objects.update(level=7)
    out = StringIO()
    with pytest.raises(CommandError, match="3 comments in 2 threads: 3 faults"):
        call_command("check_trees", stdout=out, limit=2)
    assert len(out.getvalue().splitlines()) == 3
    assert out.getvalue().endswith("… and 1 more\n")


def test_it_asks_the_database_once(reply, django_assert_num_queries):
    with django_assert_num_queries(1):
        check()

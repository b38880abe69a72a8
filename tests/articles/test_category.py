import pytest

from articles.models import Category
from comments.nested_sets import Row, violations
from tests.factories import make_category

pytestmark = pytest.mark.django_db


def assert_tree_is_whole():
    rows = Category.objects.order_by("tree_id", "lft").values_list("pk", "parent_id", "tree_id", "lft", "rght", "level")
    assert not list(violations(Row(*row) for row in rows))


def test_categories_read_earlier_do_not_break_the_tree():
    first = make_category(name="一")
    second = make_category(name="二")
    stale_first, stale_second = Category.objects.get(pk=first.pk), Category.objects.get(pk=second.pk)
    for _ in range(3):
        make_category(parent=first)
    stale_second.parent = stale_first
    stale_second.save()
    make_category(name="〇", parent=stale_second)
    Category.objects.filter(parent=first, children=None).first().delete()
    assert_tree_is_whole()

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from articles.models import Article
from tests.factories import make_article, make_category


@pytest.mark.django_db(transaction=True)
def test_a_table_that_was_filled_can_be_given_an_index_in_the_same_migration():
    migration = import_module("articles.migrations.0003_reading_and_writing")
    article = make_article(category=make_category())
    with connection.schema_editor() as editor:
        migration.fill(apps, editor)
        # As the editor makes those of the migration: when all else is done.
        editor.execute("CREATE INDEX articles_of_test ON articles_article (lifted_at)")
        editor.execute("DROP INDEX articles_of_test")
    assert Article.objects.get(pk=article.pk).lifted_at == article.published_at


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
@pytest.mark.parametrize(("table", "filled"), [("articles_article", 70), ("comments_comment", 85)])
def test_there_is_room_for_the_next_version_of_a_row(db, table, filled):
    """Without it each of its many indexes is written too, whenever somebody writes or votes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone() == ([f"fillfactor={filled}"],)

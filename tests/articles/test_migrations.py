from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from articles.models import Article
from tests.factories import make_article, make_category, make_comment


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
@pytest.mark.django_db(transaction=True)
def test_a_comment_changes_the_row_of_its_article_in_place():
    """Otherwise each of its many indexes would be written too."""
    articles = [make_article(body="<p>港の話です。</p>" * 60) for _ in range(24)]
    before = changes()
    for _ in range(3):
        for article in articles:
            make_comment(article=article)
    made, in_place = (now - was for now, was in zip(changes(), before, strict=True))
    assert made >= 72
    assert in_place >= 0.95 * made


def changes() -> tuple[int, int]:
    """Of rows of articles, and those of them that no index was told of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'articles_article'")
        return cursor.fetchone()

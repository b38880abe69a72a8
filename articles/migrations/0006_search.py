import django.db.models.deletion
from django.db import migrations, models

import articles.models.search_text
from articles import search_index


def make_index(apps, schema_editor):
    search_index.make(schema_editor, "articles_articletext", "article_id")


def drop_index(apps, schema_editor):
    search_index.drop(schema_editor, "articles_articletext", "article_id")


class Migration(migrations.Migration):
    # What is there already is indexed by `tick`.
    dependencies = [("articles", "0005_writing")]

    operations = [
        migrations.CreateModel(
            name="ArticleText",
            fields=[
                ("head", models.TextField()),
                ("text", models.TextField()),
                ("tokens", articles.models.search_text.TokensField()),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(make_index, drop_index),
    ]

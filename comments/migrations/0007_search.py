import django.db.models.deletion
from django.db import migrations, models

import articles.models.search_text
from articles import search_index


def make_index(apps, schema_editor):
    search_index.make(schema_editor, "comments_commenttext", "comment_id")


def drop_index(apps, schema_editor):
    search_index.drop(schema_editor, "comments_commenttext", "comment_id")


class Migration(migrations.Migration):
    # What is there already is indexed by `tick`.
    dependencies = [("comments", "0006_content")]

    operations = [
        migrations.CreateModel(
            name="CommentText",
            fields=[
                ("head", models.TextField()),
                ("text", models.TextField()),
                ("tokens", articles.models.search_text.TokensField()),
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="comments.comment",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(make_index, drop_index),
    ]

from django.db import migrations, models

from articles import triggers


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(triggers.FUNCTION, params=None)
    triggers.make(triggers.OF_ARTICLES, schema_editor)


def drop(apps, schema_editor):
    triggers.drop(triggers.OF_ARTICLES, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION articles_count_change()")


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_reading"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.CreateModel(
            name="PageVersion",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("version", models.BigIntegerField()),
            ],
            options={"verbose_name": "version of pages"},
        ),
        migrations.RunPython(make, drop),
    ]

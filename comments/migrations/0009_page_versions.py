from django.db import migrations

from articles import triggers


def make(apps, schema_editor):
    triggers.make(triggers.OF_COMMENTS, schema_editor)


def drop(apps, schema_editor):
    triggers.drop(triggers.OF_COMMENTS, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_owner"), ("articles", "0009_page_versions")]

    operations = [migrations.RunPython(make, drop)]

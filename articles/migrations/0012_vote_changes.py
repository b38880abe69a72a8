from django.db import migrations, models

from articles import triggers


def make_triggers(apps, schema_editor):
    # Where SQLite has built the table anew, it has left them behind.
    if schema_editor.connection.vendor != "sqlite":
        return
    for trigger in triggers.OF_ARTICLES:
        if trigger.table == "articles_article":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
            trigger.make(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0011_far_pages'),
    ]

    operations = [
        # Backwards the field goes before the triggers are made.
        migrations.RunPython(migrations.RunPython.noop, make_triggers),
        migrations.AddField(
            model_name='article',
            name='vote_changes',
            field=models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunPython(make_triggers, migrations.RunPython.noop),
    ]

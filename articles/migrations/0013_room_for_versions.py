from django.db import migrations


def leave_room(apps, schema_editor):
    """In each new page, for the next version of a row: every comment and every vote writes one (PostgreSQL, 73.7)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_article SET (fillfactor = 70)")


def leave_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_article RESET (fillfactor)")


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0012_vote_changes'),
    ]

    operations = [
        migrations.RunPython(leave_room, leave_none),
    ]

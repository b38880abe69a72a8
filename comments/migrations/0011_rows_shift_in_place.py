from django.db import migrations, models


class RemoveIndexExceptOnPostgreSQL(migrations.RemoveIndex):
    # There the deferred constraint comment_place was an index on the same columns.
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def leave_room(apps, schema_editor):
    """In each new page, for the next versions of its rows."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE comments_comment SET (fillfactor = 85)")


def leave_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE comments_comment RESET (fillfactor)")


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0010_lean_writes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='comment',
            name='comment_place',
        ),
        RemoveIndexExceptOnPostgreSQL(
            model_name='comment',
            name='comment_tree',
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['tree_id'], name='comment_thread'),
        ),
        migrations.RunPython(leave_room, leave_none),
    ]

from django.db import migrations
from django.db.models import Count


def count(apps, schema_editor):
    """The reports that are open stand on the comments from now on."""
    reports = apps.get_model("comments", "MisplacementReport").objects.order_by()
    for row in reports.values("comment").annotate(n=Count("pk")):
        apps.get_model("comments", "Comment").objects.filter(pk=row["comment"]).update(misplacement_count=row["n"])


class Migration(migrations.Migration):
    # Of its own: PostgreSQL makes no index on a table that was written to in the same transaction.
    dependencies = [("comments", "0004_moderation_desk")]
    operations = [migrations.RunPython(count, migrations.RunPython.noop)]

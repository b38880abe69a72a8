from django.db import migrations, models

SUM = "coalesce((SELECT sum(weight) FROM comments_vote WHERE comment_id = comments_comment.id AND is_valid AND value = {}), 0)"
FILL = f"""
    UPDATE comments_comment SET upvote_weight = {SUM.format(1)}, downvote_weight = {SUM.format(-1)}
    WHERE id IN (SELECT comment_id FROM comments_vote)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0011_rows_shift_in_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='upvote_weight',
            field=models.FloatField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='comment',
            name='downvote_weight',
            field=models.FloatField(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

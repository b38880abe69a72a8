from django.db import migrations, models

import articles.picture_files


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="widths",
            field=models.JSONField(
                editable=False, help_text="Of the smaller ones beside the file; null: not made yet.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="picture",
            name="file",
            field=articles.picture_files.PictureField(
                height_field="height", upload_to="pictures/%Y/%m/", verbose_name="file", width_field="width"
            ),
        ),
    ]

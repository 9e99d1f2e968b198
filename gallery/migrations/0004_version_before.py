"""A version may have a picture of its own to be compared with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0003_noticed"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="before",
            field=models.FileField(blank=True, max_length=200, upload_to=""),
        ),
    ]

"""What was noticed about a photo is kept with each version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0002_moderators"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="noticed",
            field=models.JSONField(default=dict),
        ),
    ]

"""What a photo says about itself is kept with its picture."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0004_version_before"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="metadata",
            field=models.JSONField(default=dict),
        ),
    ]

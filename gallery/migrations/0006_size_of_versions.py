"""Each version has a size of its own: a photo may be turned and cropped."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_sizes(apps: Any, schema_editor: Any) -> None:
    """Until now, a picture and all its versions had one size."""
    pictures = apps.get_model("gallery", "Picture").objects.filter(pk=OuterRef("picture"))
    apps.get_model("gallery", "Version").objects.update(
        width=Subquery(pictures.values("width")), height=Subquery(pictures.values("height"))
    )


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0005_metadata"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="width",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="version",
            name="height",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(copy_sizes, migrations.RunPython.noop),
        migrations.RemoveField(model_name="picture", name="width"),
        migrations.RemoveField(model_name="picture", name="height"),
    ]

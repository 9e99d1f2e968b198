"""Each version has a size of its own: a photo may be turned and cropped."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_sizes(apps: Any, schema_editor: Any) -> None:
    """Before, a picture and all its versions had one size."""
    pictures = apps.get_model("gallery", "Picture").objects.filter(pk=OuterRef("picture"))
    apps.get_model("gallery", "Version").objects.update(
        width=Subquery(pictures.values("width")), height=Subquery(pictures.values("height"))
    )


def copy_sizes_back(apps: Any, schema_editor: Any) -> None:
    """A picture gets the size of the version that it shows."""
    versions = apps.get_model("gallery", "Version").objects.filter(pk=OuterRef("current"))
    apps.get_model("gallery", "Picture").objects.exclude(current=None).update(
        width=Subquery(versions.values("width")), height=Subquery(versions.values("height"))
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
        migrations.RunPython(copy_sizes, copy_sizes_back),
        # With a default, so that they can come back to a table with rows.
        migrations.AlterField("picture", "width", models.PositiveIntegerField(default=0)),
        migrations.AlterField("picture", "height", models.PositiveIntegerField(default=0)),
        migrations.RemoveField(model_name="picture", name="width"),
        migrations.RemoveField(model_name="picture", name="height"),
    ]

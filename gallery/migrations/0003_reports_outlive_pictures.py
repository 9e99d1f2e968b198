"""Reports stay when their picture goes, and know what it was."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def write_down(apps: Any, schema_editor: Any) -> None:
    """A title that has been withdrawn may have changed since the report, and is left out."""
    report, picture = (apps.get_model("gallery", name) for name in ("Report", "Picture"))
    reported = picture.objects.filter(pk=OuterRef("picture"))
    report.objects.update(owner=Subquery(reported.values("owner")))
    public = report.objects.filter(picture__visibility="public", picture__deleted_at=None)
    public.update(title=Subquery(reported.values("title")))


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0002_moderators"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="report",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="title",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="report",
            name="picture",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reports",
                to="gallery.picture",
            ),
        ),
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]

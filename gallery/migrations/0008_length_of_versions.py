"""Each version of a film has a length of its own, as it may be of another part."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def note_length(apps: Any, _: Any) -> None:
    """Until now all versions had the length of their picture."""
    version, picture = (apps.get_model("gallery", name) for name in ("Version", "Picture"))
    lengths = picture.objects.filter(pk=OuterRef("picture")).values("seconds")
    version.objects.exclude(strip="").update(seconds=Subquery(lengths))


class Migration(migrations.Migration):
    dependencies = [("gallery", "0007_films")]

    operations = [
        migrations.AddField("version", "seconds", models.FloatField(blank=True, null=True)),
        migrations.RunPython(note_length, migrations.RunPython.noop),
    ]

"""What a version was made with, as one value."""

from typing import Any

from django.db import migrations, models

OPTIONS = ("vividness", "network", "keep_metadata")


def gather(apps: Any, schema_editor: Any) -> None:
    for version in apps.get_model("gallery", "Version").objects.iterator():
        version.options = {name: getattr(version, name) for name in OPTIONS}
        version.save(update_fields=["options"])


class Migration(migrations.Migration):
    dependencies = [("gallery", "0002_moderators")]

    operations = [
        migrations.AddField("version", "options", models.JSONField(default=dict), False),
        migrations.RunPython(gather, migrations.RunPython.noop),
        *(migrations.RemoveField("version", name) for name in OPTIONS),
    ]

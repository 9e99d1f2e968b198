"""The group of the moderators, with exactly the rights that their desk needs."""

from typing import Any

from django.db import migrations

GROUP = "Moderators"
# model -> codename, name
RIGHTS = [
    ("picture", "view_picture", "Can view picture"),
    ("picture", "review_picture", "Can decide which public pictures are shown"),
    ("report", "view_report", "Can view report"),
    ("report", "change_report", "Can change report"),
    ("profile", "view_profile", "Can view profile"),
    ("profile", "suspend_person", "Can suspend people and let them in again"),
]


def make_group(apps: Any, schema_editor: Any) -> None:
    """The permissions themselves are made only after all migrations; here they are needed first."""
    models = {
        name: apps.get_model(app, name)
        for app, name in [
            ("contenttypes", "ContentType"),
            ("auth", "Permission"),
            ("auth", "Group"),
        ]
    }
    group, _ = models["Group"].objects.get_or_create(name=GROUP)
    for model, codename, name in RIGHTS:
        kind, _ = models["ContentType"].objects.get_or_create(app_label="gallery", model=model)
        right, _ = models["Permission"].objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(right)


def remove_group(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [("gallery", "0001_initial"), ("contenttypes", "0002_remove_content_type_name")]
    operations = [migrations.RunPython(make_group, remove_group)]

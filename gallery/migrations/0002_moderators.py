"""People as the moderators see them, and the moderators' group with exactly the rights that their
desk needs."""

from typing import Any

import django.contrib.auth.models
from django.db import migrations

GROUP = "Moderators"
# application, model, codename, name
RIGHTS = [
    ("gallery", "picture", "view_picture", "Can view picture"),
    ("gallery", "picture", "review_picture", "Can decide which public pictures are shown"),
    ("gallery", "report", "view_report", "Can view report"),
    ("gallery", "report", "change_report", "Can change report"),
    ("gallery", "profile", "view_profile", "Can view profile"),
    ("gallery", "profile", "suspend_person", "Can suspend people and let them in again"),
    ("auditlog", "logentry", "view_logentry", "Can view log entry"),
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
    for app, model, codename, name in RIGHTS:
        kind, _ = models["ContentType"].objects.get_or_create(app_label=app, model=model)
        right, _ = models["Permission"].objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(right)


def remove_group(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0001_initial"),
        ("auditlog", "0017_add_actor_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[],
            options={
                "verbose_name_plural": "people",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user",),
            managers=[("objects", django.contrib.auth.models.UserManager())],
        ),
        migrations.RunPython(make_group, remove_group),
    ]

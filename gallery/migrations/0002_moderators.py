"""The moderators' group, with exactly the rights that their desk needs."""

from typing import Any

from django.db import migrations

GROUP = "Moderators"
# application, model, codename, name
RIGHTS = [
    ("gallery", "picture", "view_picture", "Can view picture"),
    ("gallery", "picture", "review_picture", "Can decide which public pictures are shown"),
    ("gallery", "report", "view_report", "Can view report"),
    ("gallery", "report", "change_report", "Can change report"),
    ("accounts", "person", "view_person", "Can view person"),
    ("accounts", "person", "suspend_person", "Can suspend people and reinstate them"),
    ("auditlog", "logentry", "view_logentry", "Can view log entry"),
]


def make_group(apps: Any, schema_editor: Any) -> None:
    """The permissions themselves are made only after all migrations; here they are needed first."""
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    kinds = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    for app, model, codename, name in RIGHTS:
        kind, _ = kinds.get_or_create(app_label=app, model=model)
        right, _ = permissions.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(right)


def remove_group(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0001_initial"),
        ("accounts", "0001_initial"),
        ("auditlog", "0017_add_actor_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_group, remove_group)]

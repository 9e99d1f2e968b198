"""User names are one person's whatever their case, and so are those that look like them."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.public_names import key_of, normalised


def write_keys(apps: Any, schema_editor: Any) -> None:
    """Who was there first has the name. Another one's that looks like it stays as it is, so that
    they can log in; it only keeps nobody else from anything."""
    login_names = apps.get_model("gallery", "LoginName").objects
    users = apps.get_model(settings.AUTH_USER_MODEL).objects
    taken: set[str] = set()
    for user in users.order_by("pk"):
        key = key_of(user.username)
        if key not in taken:
            taken.add(key)
            login_names.create(user=user, key=key)
            keep_normalised(users, user)


def keep_normalised(users: Any, user: Any) -> None:
    """What is typed is normalised, too."""
    name = normalised(user.username)
    if name != user.username and not users.filter(username=name).exists():
        users.filter(pk=user.pk).update(username=name)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("gallery", "0004_names_that_look_alike"),
    ]
    operations = [
        migrations.CreateModel(
            name="LoginName",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.CharField(max_length=500, unique=True)),
            ],
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
    ]

"""Public names are one person's whatever their case, and so are those that look like them."""

from typing import Any

from django.db import migrations, models

from accounts.public_names import key_of, normalised

LENGTH = 40


def write_keys(apps: Any, schema_editor: Any) -> None:
    """Who was there first keeps the name; one that looks like it gets a number. Names that change
    by being normalised come last, for somebody may have the name that they become."""
    named = apps.get_model("gallery", "Profile").objects.exclude(public_name=None).order_by("pk")
    wanted = [(row, normalised(row.public_name)[:LENGTH]) for row in named]
    wanted.sort(key=lambda pair: pair[0].public_name != pair[1])
    everybodys = {key_of(name) for _, name in wanted}
    given: set[str] = set()
    for row, name in wanted:
        row.public_name = name if key_of(name) not in given else numbered(name, everybodys | given)
        row.name_key = key_of(row.public_name)
        given.add(row.name_key)
        row.save(update_fields=["public_name", "name_key"])


def numbered(name: str, taken: set[str]) -> str:
    number = 2
    while key_of(free := f"{name[: LENGTH - 1 - len(str(number))]}-{number}") in taken:
        number += 1
    return free


class Migration(migrations.Migration):
    dependencies = [("gallery", "0003_reports_outlive_pictures")]
    operations = [
        migrations.AddField(
            model_name="profile",
            name="name_key",
            field=models.CharField(
                blank=True, editable=False, max_length=200, null=True, unique=True
            ),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
    ]

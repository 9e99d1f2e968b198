"""The reasons of reports are worded otherwise; nothing that is stored changes."""

from django.db import migrations, models

REASONS = [
    ("rights", "It is someone else’s photo, shown without permission"),
    ("person", "It shows someone who doesn’t want to be shown"),
    ("offensive", "It is offensive or hurtful"),
    ("illegal", "It breaks the law"),
    ("other", "Something else"),
]


class Migration(migrations.Migration):
    dependencies = [("gallery", "0008_length_of_versions")]

    operations = [
        migrations.AlterField("report", "reason", models.CharField(choices=REASONS, max_length=10)),
    ]

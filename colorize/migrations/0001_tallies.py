"""Rate limits are counted in rows of their own, so that they are exact whatever the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("stamps", models.JSONField(default=list)),
                ("ends", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name_plural": "tallies"},
        ),
    ]

"""The database from nothing to the last migration and back, and one that cannot come along."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from gallery.models import Version
from tests.cast import person
from tests.conftest import ROOT

OWN = ("gallery_", "accounts_", "colorize_")


WAY = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0, skip_checks=True)
print(*connection.introspection.table_names())
for app in ("accounts", "colorize"):
    call_command("migrate", app, "zero", verbosity=0, skip_checks=True)
print(*connection.introspection.table_names())
"""


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.slow
def test_from_nothing_to_the_last_and_back(tmp_path: Path) -> None:
    """What is built on accounts goes with them."""
    (tmp_path / "db.sqlite3").touch()
    environment = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "colorizer_site.settings"}
    command = [sys.executable, "-c", WAY]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    before, after = done.stdout.decode().splitlines()
    assert {"accounts_user", "accounts_token", "gallery_picture", "colorize_tally"} <= set(
        before.split()
    )
    assert not [name for name in after.split() if name.startswith(OWN)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_versions_get_the_size_of_their_picture() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("gallery", "0005_metadata")])
    apps = executor.loader.project_state([("gallery", "0005_metadata")]).apps
    made = apps.get_model("gallery", "Picture").objects.create(
        owner_id=person().pk, width=96, height=64, bytes=1
    )
    apps.get_model("gallery", "Version").objects.create(picture=made, options={}, bytes=1)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    version = Version.objects.get()
    assert (version.width, version.height) == (96, 64)


@pytest.mark.django_db
def test_a_database_of_before_the_first_release_is_refused_in_words() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("accounts", "0001_initial")
    with pytest.raises(CommandError, match=r"before 0\.1\.0.*DATA_DIR"):
        call_command("prepare")

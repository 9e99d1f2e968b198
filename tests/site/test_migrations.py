"""The database from nothing to the last migration and back, and one that cannot come along."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tests.cast import person
from tests.processes import run

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
    done = run("-c", WAY, environment=environment)
    before, after = done.stdout.splitlines()
    assert {"accounts_user", "accounts_token", "gallery_picture", "colorize_tally"} <= set(
        before.split()
    )
    assert not [name for name in after.split() if name.startswith(OWN)]


def migrate(name: str) -> Any:
    """To this migration of the gallery, with the models of then."""
    MigrationExecutor(connection).migrate([("gallery", name)])
    return MigrationExecutor(connection).loader.project_state([("gallery", name)]).apps


@pytest.fixture
def back_to_the_last() -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("back_to_the_last")
def test_versions_get_the_size_of_their_picture_and_give_it_back() -> None:
    apps = migrate("0005_metadata")
    made = apps.get_model("gallery", "Picture").objects.create(
        owner_id=person().pk, width=96, height=64, bytes=1
    )
    made.current = made.versions.create(options={}, bytes=1)
    made.save()
    apps = migrate("0006_size_of_versions")
    versions = apps.get_model("gallery", "Version").objects.all()
    assert (versions.get().width, versions.get().height) == (96, 64)
    versions.update(width=48, height=32)
    apps = migrate("0005_metadata")
    picture = apps.get_model("gallery", "Picture").objects.get()
    assert (picture.width, picture.height) == (48, 32)


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("back_to_the_last")
def test_versions_of_films_get_the_length_of_their_picture() -> None:
    apps = migrate("0007_films")
    pictures = apps.get_model("gallery", "Picture").objects
    owner = person().pk
    film = pictures.create(owner_id=owner, sha256="a", bytes=1, seconds=83.4)
    photo = pictures.create(owner_id=owner, sha256="b", bytes=1)
    sizes = {"options": {}, "bytes": 1, "width": 8, "height": 8}
    film.versions.create(strip="strip.jpg", **sizes)
    photo.versions.create(**sizes)
    apps = migrate("0008_length_of_versions")
    versions = apps.get_model("gallery", "Version").objects
    assert versions.get(picture=film.pk).seconds == 83.4
    assert versions.get(picture=photo.pk).seconds is None


@pytest.mark.django_db
def test_a_database_of_before_the_first_release_is_refused_in_words() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("accounts", "0001_initial")
    with pytest.raises(CommandError, match=r"before 0\.1\.0.*DATA_DIR"):
        call_command("prepare")

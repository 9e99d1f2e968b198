"""What the other tests' database is made of."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from tests import database
from tests.cast import person
from tests.conftest import ON_SQLITE


@pytest.mark.django_db
def test_the_copy_has_all_migrations() -> None:
    executor = MigrationExecutor(connections["default"])
    assert not executor.migration_plan(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_emptied_it_has_what_the_apps_need() -> None:
    before = set(Permission.objects.values_list("codename", flat=True))
    person("ann")
    call_command("flush", interactive=False, verbosity=0)
    assert not User.objects.exists()
    assert set(Permission.objects.values_list("codename", flat=True)) == before != set()


@pytest.mark.skipif(not ON_SQLITE, reason="copies are SQLite's")
def test_it_is_migrated_again_only_when_a_migration_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touch(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "db.sqlite3").touch()

    monkeypatch.setattr(database, "migrate", touch)
    first = database.migrated(tmp_path)
    made = first.stat().st_ino
    assert database.migrated(tmp_path) == first and first.stat().st_ino == made
    monkeypatch.setattr(database, "hash_of_migrations", lambda: "another")
    second = database.migrated(tmp_path)
    assert second != first and not first.exists()

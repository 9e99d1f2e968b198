"""A site is backed up while people upload to it, and its twin starts from the file."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.conftest import on_postgres
from tests.gallery.test_kill import Site, photos

pytestmark = pytest.mark.slow
BEFORE = 12
# In one process: each of its own would take a second to start.
SHOW = """
from django.core.management import call_command
from gallery.models import Picture
print(*Picture.objects.values_list("sha256", flat=True))
call_command("reconcile", "--older-than", "0")
"""


def test_on_sqlite(tmp_path: Path, template: Path) -> None:
    back_up_and_restore(tmp_path, template, "", "")


@on_postgres
@pytest.mark.database
def test_on_postgresql(tmp_path: Path, template: Path, databases: list[str]) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "var").mkdir(parents=True)
    back_up_and_restore(tmp_path, template, *databases)


@pytest.fixture
def databases(db: None) -> Iterator[list[str]]:
    """The addresses of two new databases."""
    parts = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**parts)
    names = [f"{parts['NAME']}_backup_{number}" for number in (1, 2)]
    with connection._nodb_cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
        yield [address + name for name in names]
        for name in names:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def back_up_and_restore(folder: Path, template: Path, url: str, other_url: str) -> None:
    backup = folder / "backup.tar"
    with running(folder / "one", template, url) as site:
        site.register()
        answered = upload_during(site, lambda: manage(site, "backup", str(backup)))
    (folder / "two").mkdir(exist_ok=True)
    twin: Site = NotStarted(folder / "two", template, DATABASE_URL=other_url)
    manage(twin, "restore", str(backup))
    hashes, said = twin.manage("shell", "-v", "0", "-c", SHOW).stdout.split("\n", 1)
    # Of all originals, as the database names them.
    restored = set(hashes.split())
    assert answered <= restored
    assert f"{len(restored)} pictures" in said and "lost" not in said and "bytes" not in said, said
    keys = [(folder / name / "var/secret_key").read_bytes() for name in ("one", "two")]
    assert keys[0] == keys[1]
    check_files(folder / "two/var/media", restored)
    with running(folder / "two", template, other_url) as twin:
        # With its token from before.
        assert twin.save(next(iter(photos().values())))


class NotStarted(Site):
    """It is prepared only."""

    def start(self) -> None:
        pass


@contextmanager
def running(folder: Path, template: Path, url: str) -> Iterator[Site]:
    folder.mkdir(exist_ok=True)
    site = Site(folder, template, DATABASE_URL=url)
    try:
        yield site
    finally:
        site.stop()


def manage(site: Site, *arguments: str) -> str:
    done = site.manage(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def upload_during(site: Site, work: Callable[[], object]) -> set[str]:
    """Upload without a pause while the work is done; returns what was answered before it began."""
    data = list(photos().values())
    answered = {site.save(one) for one in data[:BEFORE]}
    end = threading.Event()

    def go_on() -> None:
        for one in data[BEFORE:]:
            if end.is_set():
                return
            site.save(one)

    thread = threading.Thread(target=go_on)
    thread.start()
    work()
    end.set()
    thread.join()
    return {sha256 for sha256 in answered if sha256}


def check_files(media: Path, wanted: set[str]) -> None:
    """The originals are there, byte for byte."""
    found = {hashlib.sha256(path.read_bytes()).hexdigest() for path in media.rglob("*.jpg")}
    assert wanted <= found

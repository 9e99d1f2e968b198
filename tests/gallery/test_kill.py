"""The server is killed in the middle of sixty uploads: nothing is lost, nothing left over."""

import hashlib
import http.client
import json
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gallery.paging import counted
from tests.cast import PASSWORD
from tests.engine.networks.made_up import write_native
from tests.engine.networks.test_generic_networks import about, write_entries
from tests.photos import opened, photo
from tests.processes import BOUNDARY, Server, form, run

pytestmark = pytest.mark.slow
UPLOADS, BEFORE_THE_KILL = 60, 20
ALL_FILES = """
SELECT sha256, original, original_small, original_medium, result, result_small, result_medium
FROM gallery_picture JOIN gallery_version ON gallery_version.id = current_id
"""
# In one process: each of its own would take a second to start.
RECONCILE_TWICE = """
from django.core.management import call_command
call_command("reconcile", "--fix", "--really", "--older-than", "0")
print("and again")
call_command("reconcile", "--older-than", "0")
"""
ENVIRONMENT = {"PHOTOS_WAITING": "20", "PHOTO_RATE": "10000/min", "API_RATE": "10000/min"}


def photos() -> dict[str, bytes]:
    """By their hash."""
    noise = np.random.default_rng(5).integers(0, 150, (200, 260), np.uint8)
    files = [photo("JPEG", noise + n) for n in range(UPLOADS)]
    return {hashlib.sha256(data).hexdigest(): data for data in files}


class Site(Server):
    """Its folder outlives it, and so does the token of its one person."""

    token = ""

    def __init__(self, folder: Path, template: Path, **environment: str) -> None:
        network = quick_network(folder / "models")
        super().__init__(folder, template, **ENVIRONMENT, **network, **environment)

    def register(self) -> None:
        """Its person, and their token."""
        self.manage("createsuperuser", "--noinput", "--username=owner", "--email=o@example.org")
        wanted = {"username": "owner", "password": PASSWORD, "name": "kill", "scope": "write"}
        told = self.ask("/api/v1/tokens", json.dumps(wanted).encode(), "application/json")
        Site.token = str(told["token"])

    def ask(self, path: str, body: bytes, kind: str) -> dict[str, Any]:
        """The answer, which must be one of success."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": kind}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            told: dict[str, Any] = json.loads(response.read())
            assert response.status in (200, 201), told
            return told
        finally:
            connection.close()

    def save(self, data: bytes) -> str | None:
        """The hash of what the site says it has saved; None where it does not answer."""
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        try:
            return str(self.ask("/api/v1/pictures", form(data, "photo.jpg"), kind)["sha256"])
        except (OSError, http.client.HTTPException):
            return None

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = self.environment | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        return run("manage.py", *arguments, environment=environment)


def quick_network(models: Path) -> dict[str, str]:
    """The settings that name a network which takes no time: the site writes nearly all the time,
    and so the kill hits it there."""
    models.mkdir(exist_ok=True)
    write_native(models / "made-up.onnx", {"ab_faithful": 2, "confidence": 1})
    write_entries(models, about(models / "made-up.onnx"))
    return {"MODELS_DIR": str(models), "NETWORK": "made-up"}


def kept(folder: Path) -> dict[str, list[Path]]:
    """The files of each picture by its hash, as the database names them."""
    with sqlite3.connect(folder / "var/db.sqlite3") as database:
        rows = database.execute(ALL_FILES).fetchall()
    media = folder / "var/media"
    return {sha256: [media / name for name in names] for sha256, *names in rows}


def stored(folder: Path) -> set[Path]:
    return {path for path in (folder / "var/media/pictures").rglob("*") if path.is_file()}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_a_kill_loses_nothing_that_was_answered(folder: Path, template: Path) -> None:
    wanted = photos()
    answered = upload_until_killed(Site(folder, template), list(wanted.values()))
    before = kept(folder)
    strays = stored(folder) - {path for files in before.values() for path in files}
    assert answered <= set(before)
    for files in before.values():
        for file in files:
            opened(file.read_bytes()).load()

    site = Site(folder, template)
    try:
        again = [data for sha256, data in wanted.items() if sha256 not in answered]
        with ThreadPoolExecutor(8) as pool:
            assert None not in set(pool.map(site.save, again))
        done = site.manage("shell", "-v", "0", "-c", RECONCILE_TWICE)
        assert done.returncode == 0, done.stdout + done.stderr
        repaired, settled = done.stdout.split("and again\n")
        found = counted(len(strays), "problem")
        assert f"{found}, {len(strays)} repaired." in repaired
        every = f"{UPLOADS} pictures, {6 * UPLOADS} files"
        assert settled == f"{every}; 0 problems, 0 repaired.\n"
    finally:
        site.stop()

    end = kept(folder)
    assert set(end) == set(wanted)
    assert {path for files in end.values() for path in files} == stored(folder)
    assert all(
        hashlib.sha256(files[0].read_bytes()).hexdigest() == sha256 for sha256, files in end.items()
    )
    print(
        f"\nanswered before the kill: {len(answered)}, saved by then: {len(before)}, "
        f"files without a row: {len(strays)}; in the end: {len(end)} pictures, "
        f"{len(stored(folder))} files"
    )


def wait_for_half_a_picture(folder: Path) -> None:
    """The moment at which a kill hurts most: some of six files are written."""
    end = time.monotonic() + 3
    while len(stored(folder)) % 6 == 0 and time.monotonic() < end:
        pass


def upload_until_killed(site: Site, photos: list[bytes]) -> set[str]:
    """What the site said it had saved, before and while it was killed."""
    site.register()
    answered: set[str] = set()
    enough = threading.Event()

    def send(data: bytes) -> None:
        if sha256 := site.save(data):
            answered.add(sha256)
        if len(answered) >= BEFORE_THE_KILL:
            enough.set()

    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(send, data) for data in photos]
        assert enough.wait(60), site.logged()
        wait_for_half_a_picture(site.folder)
        site.kill()
        for one in sent:
            one.result()
    return answered

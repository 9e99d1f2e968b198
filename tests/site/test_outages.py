"""What the site says of itself, and of what it stands on, when that fails."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import User
from colorize.web.outage import may_pass
from colorizer_site import health
from colorizer_site.server import addresses
from gallery.services import files
from tests.cast import PASSWORD
from tests.fakes import FakeNetwork
from tests.gallery.api import Api
from tests.photos import photo
from tests.processes import run, settings_of

WELL = {"status": "ok", "database": "ok", "cache": "ok", "disk": "ok", "network": "ok"}


@pytest.mark.django_db
def test_healthz_names_what_it_looked_at(client: Client, network: FakeNetwork) -> None:
    response = client.get("/healthz", headers={"host": "10.9.8.7:8000"})
    assert (response.status_code, response.json()) == (200, WELL)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_healthz_says_what_failed_and_makes_no_file(
    client: Client, network: FakeNetwork, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "not" / "there"
    usage = SimpleNamespace(free=health.LEAST_FREE_BYTES - 1)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda folder: usage)
        response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (503, "failing")
    assert "almost full" in response.json()["disk"] and response.json()["database"] == "ok"
    settings.MODELS_DIR = tmp_path
    monkeypatch.undo()
    response = client.get("/healthz")
    assert response.status_code == 503 and "manifest.json" in response.json()["network"]
    assert str(tmp_path) not in response.json()["network"]
    assert not list(tmp_path.iterdir())


def manage(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return run(
        *command,
        environment=os.environ
        | {"DATA_DIR": str(folder), "STATIC_ROOT": str(folder.parent / "static"), "PORT": "1"}
        | {"DJANGO_SETTINGS_MODULE": "colorizer_site.settings", "ALLOWED_HOSTS": "testserver"},
    )


ASK = (
    "import django; django.setup(); from django.test import Client; c = Client();"
    "print(c.get('/healthz').content.decode())"
)


@pytest.mark.slow
def test_a_database_that_has_gone_is_missed_and_not_replaced(tmp_path: Path) -> None:
    """By /healthz, and by whatever would set up the site."""
    data = tmp_path / "var"
    (data / "media/pictures/ab").mkdir(parents=True)
    (data / "media/pictures/ab/somebodys.jpg").write_bytes(b"a photo")
    report = json.loads(manage(data, "-c", ASK).stdout.splitlines()[-1])
    assert report["status"] == "failing" and "cannot be read" in report["database"]
    for command in (
        ["manage.py", "prepare"],
        ["-m", "gunicorn", "-c", "colorizer_site/gunicorn.py"],
    ):
        done = manage(data, *command)
        assert done.returncode != 0, command
        said = done.stderr.replace("\n", " ")
        assert "Restore the database from your backup" in said and "Traceback" not in said
    assert not (data / "db.sqlite3").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_to_collect")
def test_files_beside_people_are_no_reason_to_refuse(owner: User) -> None:
    files.Batch().write(b"half a photo")
    call_command("prepare")
    User.objects.all().delete()
    with pytest.raises(CommandError, match="missing or empty"):
        call_command("prepare")


@pytest.fixture
def locked(transactional_db: None) -> Iterator[None]:
    """Somebody else writes for longer than anybody waits."""
    tables = ", ".join(connection.introspection.table_names())
    wait, lock = {
        "sqlite": ("PRAGMA busy_timeout = 1", "BEGIN IMMEDIATE"),
        "postgresql": ("SET lock_timeout = 1", f"BEGIN; LOCK TABLE {tables} IN EXCLUSIVE MODE"),
    }[connection.vendor]
    with closing(connection.copy()) as other, connection.cursor() as cursor:
        cursor.execute(wait)
        other.cursor().execute(lock)
        yield
        other.cursor().execute("ROLLBACK")
    connection.close()


def test_while_the_database_is_locked_pages_say_when_to_come_back(
    transactional_db: None, owner: User, client: Client, request: pytest.FixtureRequest
) -> None:
    client.force_login(User.objects.create_superuser("admin"))
    client.raise_request_exception = False
    stranger = Client(raise_request_exception=False)
    request.getfixturevalue("locked")
    for response in (
        client.post("/gallery/albums", {"name": "Holidays"}),
        stranger.post("/accounts/login/", {"login": "owner", "password": PASSWORD}),
        client.post("/admin/auth/group/add/", {"name": "Archivists"}),
    ):
        assert response.status_code == 503, response.content
        assert int(response["Retry-After"]) > 0
        assert "The database is not responding" in response.content.decode()
    assert client.get("/healthz").json()["database"] == "ok"


def test_while_the_database_is_locked_programs_hear_it_too(
    transactional_db: None, owner: User, network: FakeNetwork, request: pytest.FixtureRequest
) -> None:
    program, browser = Api(owner), Client(raise_request_exception=False)
    browser.force_login(owner)
    request.getfixturevalue("locked")
    for response in (
        program.post("albums", {"name": "Holidays"}),
        browser.post("/colorize", {"image": photo("JPEG")}),
    ):
        assert (response.status_code, response.json()["error"]) == (503, "database_unavailable")
        assert int(response["Retry-After"]) > 0


def test_what_will_not_pass_is_no_outage() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        for wrong in ("SELECT * FROM nowhere", "SELEC"):
            with pytest.raises(sqlite3.OperationalError) as caught:
                database.execute(wrong)
            problem = OperationalError("wrong")
            problem.__cause__ = caught.value
            assert not may_pass(problem)
    assert may_pass(OperationalError("the server closed the connection"))
    assert not may_pass(ValueError()) and not may_pass(None)


@pytest.mark.parametrize("host", ["photos.example.org", "10.9.8.7:8000", "<b>x</b>", "a_b..c", ""])
def test_an_unknown_address_is_told_which_setting_to_change(client: Client, host: str) -> None:
    for path in ("/", "/faq", "/gallery/", "/admin/"):
        response = client.get(path, headers={"host": host})
        page = response.content.decode()
        assert response.status_code == 400
        assert "<code>ALLOWED_HOSTS</code>" in page and "Traceback" not in page
        assert not host or host not in page
    for path in ("/colorize", "/api/v1/pictures"):
        response = client.post(path, headers={"host": host})
        assert (response.status_code, response.json()["error"]) == (400, "unknown_host")
        assert not host or host not in response.content.decode()


def test_the_addresses_that_work_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "numbers", lambda families: ["192.168.1.5"])
    monkeypatch.setattr("socket.gethostname", lambda: "Attic")
    told = addresses.told("127.0.0.1", 8000, ["localhost", "127.0.0.1"])
    assert told == "Image Colorizer is at http://127.0.0.1:8000 (Ctrl+C stops it)"
    told = addresses.told("0.0.0.0", 8000, ["localhost", "127.0.0.1"])
    assert "at http://localhost:8000 (" in told
    assert "To open it as 192.168.1.5 or attic or attic.local, add that to ALLOWED_HOSTS" in told
    told = addresses.told("0.0.0.0", 80, ["*"])
    assert "http://192.168.1.5:80, http://attic:80, http://attic.local:80 (" in told
    assert "ALLOWED_HOSTS" not in told
    assert "at http://[::1]:8000 (" in addresses.told("::1", 8000, ["[::1]"])
    assert "at port 8000 (" in addresses.told("192.168.1.5", 8000, ["photos.example.org"])


@pytest.mark.parametrize(
    ("values", "admitted"),
    [
        ({}, False),
        ({"HOST": "0.0.0.0"}, True),
        ({"HOST": "0.0.0.0", "ALLOWED_HOSTS": "localhost"}, False),
    ],
)
def test_who_listens_to_other_machines_is_reached_by_its_own_names(
    values: dict[str, str], admitted: bool, tmp_path: Path
) -> None:
    hosts = settings_of(tmp_path, **values)["ALLOWED_HOSTS"]
    assert "localhost" in hosts and len(set(hosts)) == len(hosts)
    assert (set(addresses.reached("0.0.0.0")) <= set(hosts)) is admitted

"""The first administrator, from ADMIN_USER, ADMIN_EMAIL and ADMIN_PASSWORD."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import global_settings
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings

from accounts.models import User
from colorize.management.commands.prepare import bring_up_to_date
from tests.cast import PASSWORD, person
from tests.login import log_in
from tests.processes import run
from tests.site.test_settings import OUTSIDE

pytestmark = pytest.mark.django_db
GIVEN = {"ADMIN_USER": "ada", "ADMIN_EMAIL": "ada@example.org", "ADMIN_PASSWORD": PASSWORD}


@pytest.fixture
def ask(settings: Any) -> Any:
    """Start the site with these settings: ask(ADMIN_USER=...)."""

    def prepare(**changed: str) -> None:
        for name, value in (GIVEN | changed).items():
            setattr(settings, name, value)
        call_command("create_administrator")

    return prepare


@pytest.mark.usefixtures("nothing_to_collect")
def test_the_first_start_creates_them(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in GIVEN.items():
        setattr(settings, name, value)
    call_command("prepare")
    assert "Administrator ada created." in capsys.readouterr().out
    ada = User.objects.get()
    assert (ada.username, ada.email) == ("ada", "ada@example.org")
    assert ada.is_staff and ada.is_superuser
    address = EmailAddress.objects.get()
    assert address.verified and address.primary and address.user == ada
    settings.STATIC_ROOT = None
    client = Client()
    log_in(client, "ada")
    assert client.get("/admin/").status_code == 200


def test_without_the_settings_there_is_nobody(ask: Any) -> None:
    ask(ADMIN_USER="", ADMIN_EMAIL="", ADMIN_PASSWORD="")
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["ada", "ADA", "ɑda"])
def test_who_exists_is_never_changed(
    name: str, ask: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = person("ada")
    before = User.objects.values().get()
    ask(ADMIN_USER=name, ADMIN_EMAIL="evil@example.org", ADMIN_PASSWORD="another one 7")
    assert User.objects.values().get() == before
    assert EmailAddress.objects.get().user == ada
    assert "is not an administrator, and was not changed" in capsys.readouterr().err


def test_a_later_start_needs_no_password(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ask()
    capsys.readouterr()
    ask(ADMIN_PASSWORD="", ADMIN_EMAIL="")
    out, err = capsys.readouterr()
    assert not out and not err and User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ADMIN_USER": ""}, "belong together: set all three, or none."),
        ({"ADMIN_EMAIL": ""}, "belong together: set all three, or none."),
        ({"ADMIN_PASSWORD": ""}, "belong together: set all three, or none."),
        ({"ADMIN_USER": "a da"}, "ADMIN_USER: Use letters, digits and . + - _,"),
        ({"ADMIN_USER": "a" * 151}, "ADMIN_USER: Ensure this value has at most 150 characters"),
        ({"ADMIN_EMAIL": "ada"}, "ADMIN_EMAIL: Enter a valid email address."),
        ({"ADMIN_EMAIL": "Ben@example.org"}, "ADMIN_EMAIL is the address of another account."),
        ({"ADMIN_PASSWORD": "short1"}, "ADMIN_PASSWORD: This password is too short."),
        ({"ADMIN_PASSWORD": "12345678"}, "ADMIN_PASSWORD: This password is too common. ADMIN_"),
        ({"ADMIN_USER": "grandma1931"}, "ADMIN_PASSWORD: The password is too similar to"),
    ],
)
def test_a_bad_value_is_refused_in_words(changed: dict[str, str], sentence: str, ask: Any) -> None:
    person("ben")
    with pytest.raises(CommandError) as refused:
        ask(**changed)
    assert sentence in str(refused.value)
    assert User.objects.count() == 1 and EmailAddress.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_servers_that_start_together_create_one(settings: Any) -> None:
    for name, value in GIVEN.items():
        setattr(settings, name, value)

    def start(_: int) -> None:
        try:
            bring_up_to_date()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))
    assert User.objects.count() == EmailAddress.objects.count() == 1


@pytest.mark.slow
def test_the_password_comes_from_a_file(tmp_path: Path, migrated: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n")
    named = GIVEN | {"ADMIN_PASSWORD": "", "ADMIN_PASSWORD_FILE": str(secret)}
    shutil.copyfile(migrated, tmp_path / "db.sqlite3")
    environment = OUTSIDE | {"DATA_DIR": str(tmp_path)} | named
    done = run("manage.py", "create_administrator", environment=environment)
    assert (done.returncode, done.stdout) == (0, "Administrator ada created.\n"), done.stderr
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as file:
        ((kept,),) = file.execute("SELECT password FROM accounts_user")
    # With the site's own hashes, of which the tests have others.
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
        assert check_password(PASSWORD, kept)

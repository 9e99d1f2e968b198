"""Settings from the environment: all of them documented, bad values refused in words."""

import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django.fixtures import Settings

from colorizer_site import env, settings
from tests.fakes import FakeNetwork
from tests.processes import ROOT, run, settings_of

# The environment without what the browser tests need in theirs.
OUTSIDE = {name: value for name, value in os.environ.items() if "ASYNC_UNSAFE" not in name}


def test_the_example_lists_every_variable_with_its_default() -> None:
    example = env.from_file(ROOT / ".env.example")
    assert set(example) == settings.env.asked


def test_the_defaults_of_the_example_are_the_real_ones(tmp_path: Path) -> None:
    """Each value of .env.example, given to a fresh process, changes nothing."""
    example = env.from_file(ROOT / ".env.example") | {"DATA_DIR": str(tmp_path)}
    assert shown(settings_of(tmp_path)) == shown(settings_of(tmp_path, **example))


def shown(read: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in read.items() if name.isupper() and name != "SECRET_KEY"}


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("DEBUG", "maybe", "yes or no"),
        ("PORT", "http", "a whole number of at least 1"),
        ("WORKERS", "0", "a whole number of at least 1"),
        ("WORK_PROCESSES", "-1", "a whole number, or auto"),
        ("PHOTO_MAX_BYTES", "5 MB", "a whole number of at least 1"),
        ("VIVIDNESS", "1.5", "a number from 0 to 1"),
        ("PHOTO_RATE", "many", "NUMBER/second, minute, hour or day"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        ("METRICS_FOR", "monitoring", "addresses or networks, such as 10.0.0.0/8"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("REAL_OR_FAKE_PAIRS", "1", "a whole number of at least 2"),
        ("REAL_OR_FAKE_COLOURS", "colornet", "networks with a vividness from 0 to 1: colornet 0.5"),
        (
            "REAL_OR_FAKE_COLOURS",
            "colornet 1.5",
            "networks with a vividness from 0 to 1: colornet 0.5",
        ),
        ("EMAIL_SECURITY", "ssl", "none, starttls or tls"),
        ("SITE_URL", "photos.example.org", "http:// or https:// with a host name, and no path"),
        ("SITE_URL", "https://a.org/photos", "http:// or https:// with a host name, and no path"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence(
    name: str, value: str, wanted: str, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(tmp_path, **{name: value})
    assert f"{name} is '{value}', but must be {wanted}." in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "prepare"])
def test_the_command_shows_that_sentence_alone_and_fails(command: str, tmp_path: Path) -> None:
    environment = OUTSIDE | {"PORT": "http", "DATA_DIR": str(tmp_path)}
    done = run("manage.py", command, environment=environment)
    assert done.returncode == 1
    sentence = "PORT is 'http', but must be a whole number of at least 1. See .env.example."
    assert done.stderr.strip() == sentence


def test_values_are_read_by_kind() -> None:
    read = env.Env({"A": " yes ", "B": "7", "C": "0.5", "D": "a, b,,c", "E": "", "F": "a 1, b  .5"})
    assert read.vividnesses("F") == [("a", 1.0), ("b", 0.5)] and read.vividnesses("E") == []
    assert read.flag("A", False) is True
    assert read.flag("E", True) is True
    assert read.whole("B", 1) == 7
    assert read.number("C", 0, 0, 1) == 0.5
    assert read.words("D") == ["a", "b", "c"]
    assert read.text("E", "default") == "default"


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("a password # with signs \n")
    read = env.Env({"A_FILE": str(file), "B": "plain", "B_FILE": "", "C_FILE": ""})
    assert read.secret("A") == "a password # with signs "
    assert (read.secret("B"), read.secret("C")) == ("plain", "")
    assert settings_of(tmp_path, SECRET_KEY_FILE=str(file))["SECRET_KEY"] == read.secret("A")
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "but must be a file that the site can read."),
        (b"\xff\xfe", "but must be a file that the site can read."),
        (b"\n", "but must be a file with a secret in it; this one is empty."),
    ],
)
def test_a_file_without_a_secret_is_refused(
    content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "password").write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=f"^EMAIL_PASSWORD_FILE is .*, {sentence}"):
        settings_of(tmp_path, EMAIL_PASSWORD_FILE=str(tmp_path / "password"))
    with pytest.raises(ImproperlyConfigured, match="are both set"):
        settings_of(tmp_path, EMAIL_PASSWORD="x", EMAIL_PASSWORD_FILE="y")


def test_the_example_names_the_secrets_that_can_be_in_files() -> None:
    head = " ".join((ROOT / ".env.example").read_text().partition("\n\n")[0].split("\n# "))
    named = re.findall(r"[A-Z_]{6,}", head.partition("the same goes for ")[2])
    assert {*named, "SECRET_KEY"} == settings.env.secrets


def test_an_env_file_is_read_and_a_garbled_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nPORT=9000\nHOST = '0.0.0.0'\n")
    assert env.from_file(file) == {"PORT": "9000", "HOST": "0.0.0.0"}
    file.write_text("PORT=9000\nnonsense\n")
    with pytest.raises(ImproperlyConfigured, match="line 2"):
        env.from_file(file)


def test_a_secret_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: env.kept_secret(path), range(16)))
    assert len(keys) == 1 and len(keys.pop()) > 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_debug_is_off() -> None:
    assert settings.DEBUG is False


@pytest.mark.slow
def test_a_deployment_behind_https_passes_djangos_own_check(tmp_path: Path) -> None:
    done = run(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        environment=OUTSIDE
        | {"HTTPS": "yes", "HSTS_SECONDS": "31536000", "DATA_DIR": str(tmp_path)}
        # Whatever SQLite this machine has.
        | {"WORKERS": "1", "WORK_PROCESSES": "1"},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "header"),
    [
        ({}, "max-age=3600"),
        ({"HSTS_SUBDOMAINS": "yes"}, "max-age=3600; includeSubDomains"),
        (
            {"HSTS_SUBDOMAINS": "yes", "HSTS_PRELOAD": "yes"},
            "max-age=3600; includeSubDomains; preload",
        ),
    ],
)
def test_browsers_remember_https_for_this_host_alone_unless_more_is_asked_for(
    asked: dict[str, str],
    header: str,
    client: Client,
    network: FakeNetwork,
    settings: Settings,
    tmp_path: Path,
) -> None:
    for name, value in settings_of(tmp_path, HTTPS="yes", HSTS_SECONDS="3600", **asked).items():
        if name.startswith("SECURE_"):
            setattr(settings, name, value)
    response = client.get("/healthz", secure=True)
    assert response.headers["Strict-Transport-Security"] == header

"""PostgreSQL by DATABASE_URL, Redis by CACHE_URL, Celery's broker; what is said where they are
wrong, or down."""

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from traceback import format_exception
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.views.debug import SafeExceptionReporterFilter
from pytest_django.fixtures import Settings

from accounts.models import User
from colorize.web.outage import may_pass
from colorizer_site import backends, checks
from colorizer_site.env import Env
from gallery.checks import check_that_the_database_can_be_used
from gallery.services import files
from gallery.services.quota import usage
from jobs import supervisor
from tests.cast import picture
from tests.conftest import on_postgres, on_redis
from tests.fakes import FakeNetwork
from tests.gallery.api import Api
from tests.processes import run

SECRET = "s3cr3t"
# Nobody listens there.
NO_POSTGRES = f"postgres://anna:{SECRET}@127.0.0.1:1/photos"
NO_REDIS = f"redis://:{SECRET}@127.0.0.1:1/0"


@pytest.mark.parametrize(
    "url",
    [
        f"anna:{SECRET}@db/photos",
        f"mysql://anna:{SECRET}@db/photos",
        f"sqlite:///{SECRET}.sqlite3",
        f"postgres://anna:{SECRET}@db",
        f"postgres://anna:{SECRET}@db:http/photos",
        f"postgres://anna:{SECRET}#1@db/photos",
        f"postgres://anna:1/{SECRET}@db/photos",
        f"postgres://anna:{SECRET}@db/photos?sslmod=require",
    ],
)
def test_a_database_url_that_is_not_right_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        backends.database(Env({"DATABASE_URL": url}), Path("/db.sqlite3"))
    assert "DATABASE_URL must be postgres://USER:PASSWORD@" in str(refused.value)
    assert SECRET not in "".join(format_exception(refused.value))


@pytest.mark.parametrize(
    "url",
    [
        f":{SECRET}@cache",
        f"memcached://:{SECRET}@cache",
        f"redis:///{SECRET}",
        f"redis://:{SECRET}@cache:http/0",
        f"redis://:{SECRET}@cache/first",
        f"redis://:1/{SECRET}@cache/0",
        f"redis://:{SECRET}@cache/0?timeout=5",
        f"unix://?password={SECRET}",
    ],
)
def test_a_cache_url_that_is_not_right_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        backends.cache(Env({"CACHE_URL": url}))
    assert "CACHE_URL must be redis://:PASSWORD@HOST" in str(refused.value)
    assert SECRET not in "".join(format_exception(refused.value))


@pytest.mark.parametrize(
    "url",
    [
        f":{SECRET}@broker",
        f"sqs://:{SECRET}@broker",
        f"redis:///{SECRET}",
        f"redis://:{SECRET}@broker:http/0",
        f"redis://:{SECRET}@broker/first",
        f"redis://:{SECRET}@broker/0?ssl_cert_reqs=none",
        f"amqp://anna:{SECRET}#1@broker/photos",
        f"amqp://anna:1/{SECRET}@broker",
        f"amqps://[anna:{SECRET}@broker",
    ],
)
def test_a_broker_url_that_is_not_right_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        backends.broker(Env({"CELERY_BROKER_URL": url}))
    assert "CELERY_BROKER_URL must be redis://:PASSWORD@HOST" in str(refused.value)
    assert SECRET not in "".join(format_exception(refused.value))


def test_the_parts_of_a_broker_url_are_read() -> None:
    url = "amqps://anna:p%40ss%2F@[::1]:5671/a%2Fb"
    assert backends.broker(Env({"CELERY_BROKER_URL": url})) == {
        "scheme": "amqps",
        "host": "::1",
        "port": 5671,
        "user": "anna",
        "password": "p@ss/",
        "path": "a/b",
    }
    assert backends.broker(Env({"CELERY_BROKER_URL": "redis://broker"}))["path"] == ""
    assert backends.broker(Env({})) == {}


def test_a_broker_needs_celery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-celery\.txt"):
        backends.broker(Env({"CELERY_BROKER_URL": NO_REDIS}))


def test_the_parts_of_a_database_url_are_read() -> None:
    url = "postgresql://anna:p%40ss%2F@[::1]:6543/photos?sslmode=verify-full&connect_timeout=2"
    found = backends.database(Env({"DATABASE_URL": url}), Path("/db.sqlite3"))
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("anna", "p@ss/", "photos")
    assert (found["HOST"], found["PORT"]) == ("::1", 6543)
    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert found["OPTIONS"]["connect_timeout"] == 2


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"redis://anna:{SECRET}@127.0.0.1:1/3", "Connection"),
        (f"rediss://:{SECRET}@127.0.0.1:1/3", "SSLConnection"),
        (f"unix:///run/redis.sock?db=3&password={SECRET}", "UnixDomainSocketConnection"),
    ],
)
def test_redis_is_connected_to_as_its_url_says(settings: Settings, url: str, kind: str) -> None:
    settings.CACHES = {"default": backends.cache(Env({"CACHE_URL": url}))}
    made = cache._cache.get_client().connection_pool.make_connection()  # type: ignore[attr-defined]
    assert type(made).__name__ == kind
    assert (made.db, made.credential_provider or made.password) == (3, SECRET)


def test_pages_for_developers_show_no_password(settings: Settings) -> None:
    settings.CACHES = {"default": backends.cache(Env({"CACHE_URL": NO_REDIS}))}
    with pytest.warns(UserWarning, match="DATABASES"):
        settings.DATABASES = {"default": backends.postgres(NO_POSTGRES)}
    settings.BROKER = backends.broker(Env({"CELERY_BROKER_URL": NO_REDIS}))
    shown = SafeExceptionReporterFilter().get_safe_settings()
    assert "photos" in str(shown) and SECRET not in str(shown)


def refuse(*args: object, **options: object) -> None:
    raise OperationalError(f'connection to "db.example.org" failed for user "anna" {SECRET}')


@pytest.mark.django_db
def test_healthz_tells_strangers_nothing_of_the_database(
    client: Client, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] == "The database cannot be read. The log has the reason."
    assert "example" not in response.content.decode()


@pytest.mark.django_db
def test_without_redis_the_health_tells_and_a_log_in_says_when_to_come_back(
    client: Client, owner: User, network: FakeNetwork, settings: Settings
) -> None:
    settings.CACHES = {"default": backends.cache(Env({"CACHE_URL": NO_REDIS}))}
    response = client.get("/healthz")
    assert (response.status_code, response.json()["database"]) == (503, "ok")
    assert response.json()["cache"] == "The cache cannot be read. The log has the reason."
    client.raise_request_exception = False
    response = client.post("/accounts/password/reset/", {"email": "owner@example.org"})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "not responding" in response.content.decode()


@pytest.mark.parametrize(
    ("problem", "lost"),
    [(OperationalError("the server closed the connection"), []), (ProgrammingError(), ["E001"])],
)
@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_not_taken_for_lost(
    problem: DatabaseError, lost: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files.Batch().write(b"a photo")

    def fail(*args: object) -> None:
        raise problem

    monkeypatch.setattr("gallery.checks.User.objects.exists", fail)
    found = check_that_the_database_can_be_used()
    assert [str(message.id).removeprefix("gallery.") for message in found] == lost


@pytest.mark.parametrize(
    ("version", "workers", "work_processes", "warned"),
    [
        ((3, 51, 2), 2, 1, True),
        ((3, 51, 2), 1, 2, True),
        ((3, 51, 2), 1, None, True),
        ((3, 51, 2), 1, 1, False),
        ((3, 51, 3), 2, None, False),
        ((4, 0, 0), 2, None, False),
    ],
)
def test_an_old_sqlite_is_warned_of_where_several_processes_write(
    version: tuple[int, int, int],
    workers: int,
    work_processes: int | None,
    warned: bool,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    monkeypatch.setattr(supervisor, "work_processes", lambda spared: 3)
    settings.WORKERS, settings.WORK_PROCESSES = workers, work_processes
    found = checks.check_sqlite()
    assert [message.id for message in found] == ["colorizer_site.W001"] * warned
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    assert not checks.check_sqlite()


@pytest.mark.parametrize(
    ("vendor", "generated", "warned"),
    [("postgresql", True, True), ("postgresql", False, False), ("sqlite", True, False)],
)
def test_a_key_that_only_one_server_has_is_warned_of(
    vendor: str, generated: bool, warned: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor=vendor))
    settings.SECRET_KEY_IS_GENERATED = generated
    found = checks.check_secret_key()
    assert [message.id for message in found] == ["colorizer_site.W002"] * warned


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_to_collect")
def test_who_prepares_the_site_reads_the_warnings(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "SQLITE_FIXED", (99,))
    settings.WORKERS, settings.SECRET_KEY_IS_GENERATED = 2, True
    call_command("prepare")
    expected = "WAL-reset" if connection.vendor == "sqlite" else "SECRET_KEY is not set"
    assert expected in capsys.readouterr().err


def manage(folder: Path, url: str, *command: str) -> subprocess.CompletedProcess[str]:
    return run(
        *command,
        environment=os.environ
        | {"DATABASE_URL": url, "CACHE_URL": "", "DATA_DIR": str(folder / "var")}
        | {"STATIC_ROOT": str(folder / "static"), "SECRET_KEY": "x" * 50}
        | {"DJANGO_SETTINGS_MODULE": "colorizer_site.settings", "ALLOWED_HOSTS": "testserver"},
    )


ASK = (
    "import django; django.setup(); from django.test import Client; c = Client();"
    "print(c.get('/healthz').content.decode())"
)


SET_UP = (
    "import django; django.setup();"
    "from colorize.management.commands.prepare import bring_up_to_date; bring_up_to_date()"
)


@pytest.mark.slow
@pytest.mark.database
def test_without_its_server_nothing_is_prepared_and_no_password_told(tmp_path: Path) -> None:
    done = manage(tmp_path, NO_POSTGRES, "manage.py", "prepare")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database is not responding: ")
    assert "Traceback" not in done.stderr and SECRET not in done.stderr
    assert not list((tmp_path / "var").glob("db*"))


@pytest.fixture
def empty_database(db: None) -> Iterator[str]:
    """The address of a new database on the tests' server."""
    name, parts = f"{connection.settings_dict['NAME']}_empty", connection.settings_dict
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        yield "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**parts) + name
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@on_postgres
def test_servers_that_start_together_set_up_one_database(
    empty_database: str, tmp_path: Path
) -> None:
    report = json.loads(manage(tmp_path, empty_database, "-c", ASK).stdout.splitlines()[-1])
    assert report["database"] == "The database cannot be read. The log has the reason."
    with ThreadPoolExecutor(2) as pool:
        servers = [tmp_path / name for name in "ab"]
        done = [*pool.map(lambda folder: manage(folder, empty_database, "-c", SET_UP), servers)]
    assert [(each.returncode, each.stderr) for each in done] == [(0, "")] * 2
    report = json.loads(manage(tmp_path, empty_database, "-c", ASK).stdout.splitlines()[-1])
    assert (report["database"], report["cache"]) == ("ok", "ok")
    assert not list(tmp_path.glob("*/var/db*"))


@on_postgres
def test_an_empty_database_on_a_server_is_not_taken_for_the_one_that_is_lost(
    empty_database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "var/media/pictures/ab"
    folder.mkdir(parents=True)
    (folder / "somebodys.jpg").write_bytes(b"a photo")
    for command in (
        ["manage.py", "prepare"],
        ["-m", "gunicorn", "-c", "colorizer_site/gunicorn.py"],
    ):
        done = manage(tmp_path, empty_database, *command)
        assert done.returncode != 0, command
        said = " ".join(done.stderr.split())
        assert "Restore the database from your backup to the one in DATABASE_URL" in said
    report = json.loads(manage(tmp_path, empty_database, "-c", ASK).stdout.splitlines()[-1])
    assert report["database"] != "ok"


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_server_that_only_reads_is_an_outage() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            with pytest.raises(DatabaseError) as caught:
                User.objects.create_user("anna")
        finally:
            cursor.execute("SET default_transaction_read_only = off")
    assert may_pass(caught.value)


@on_redis
@pytest.mark.django_db
def test_limits_of_registering_are_counted_in_redis(
    client: Client, owner: User, settings: Settings
) -> None:
    reset = {"email": "owner@example.org"}
    statuses = [client.post("/accounts/password/reset/", reset).status_code for _ in range(21)]
    assert statuses[0] == 302 and statuses[-1] == 429
    prefix = settings.CACHES["default"]["KEY_PREFIX"]
    assert cache._cache.get_client().keys(f"{prefix}:*:reset_password:*")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path",
    [
        "/people/a%00b",
        "/s/a%00b",
        "/s/a%00b/result",
        "/accounts/confirm-email/a%00b/",
        "/accounts/password/reset/key/1-a%00b/",
        "/gallery?q=a%00b&album=a%00b&visibility=a%00b&order=a%00b",
        "/gallery?cursor=WyJhXHUwMDAwYiIsICIwIl0=",
        "/public?cursor=a%00b",
        "/admin/gallery/picture/?q=a%00b",
        "/admin/gallery/picture/?review=a%00b",
        "/admin/gallery/picture/a%00b/change/",
        "/admin/gallery/report/?q=a%00b",
        "/admin/accounts/user/?q=a%00b",
        "/admin/accounts/user/?username=a%00b",
        "/admin/auditlog/logentry/?q=a%00b",
        "/profile/tokens/a%00b/revoke",
    ],
)
@pytest.mark.django_db
def test_a_character_that_postgres_refuses_is_no_error_of_the_site(path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("admin", "admin@example.org"))
    for response in (client.get(path), client.post(path)):
        assert response.status_code < 500
    if path.startswith(("/people", "/s/")):
        assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)


@pytest.mark.django_db
def test_a_character_that_postgres_refuses_is_no_error_of_the_api(owner: User) -> None:
    api = Api(owner)
    for response in (
        api.get("pictures?q=a%00b"),
        api.get("pictures?album=a%00b"),
        api.get("pictures?cursor=a%00b"),
        api.delete("tokens/a%00b"),
        api.post("albums", {"name": "a\0b"}),
        api.post("tokens", {"username": "a\0b", "password": "a\0b", "name": "a\0b"}),
        api.upload(title="a\0b", note="a\0b"),
    ):
        assert response.status_code < 500, response.content


@pytest.mark.django_db
def test_bytes_are_whole_numbers(owner: User, network: FakeNetwork) -> None:
    picture(owner)
    assert isinstance(usage(owner).bytes, int)

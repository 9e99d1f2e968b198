"""What every test stands on: a fake network unless it asks for the real one, no shared counters."""

import gc
import json
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connections
from django.test import override_settings
from pytest_django.fixtures import Settings

from accounts.models import User
from colorize import service
from colorize.engine import formats, networks
from colorize.engine.concurrency import ConcurrencyLimit
from colorize.engine.photo import READERS
from jobs import worker
from tests import database, processes
from tests.cast import make_moderator, person
from tests.fakes import FakeNetwork, HintableNetwork
from tests.nursery import Nursery

ROOT = processes.ROOT
ON_SQLITE = connections["default"].vendor == "sqlite"
# Skipped where the tests run on SQLite, but not where CI_SERVICES promises that they do not.
on_postgres = pytest.mark.skipif(
    connections["default"].vendor != "postgresql" and not os.environ.get("CI_SERVICES"),
    reason="runs on PostgreSQL: make test-services",
)
on_redis = pytest.mark.skipif(
    "redis" not in configured.CACHES["default"]["BACKEND"] and not os.environ.get("CI_SERVICES"),
    reason="runs on Redis: make test-services",
)
# Django's server sends an answer in two packets, and each would wait 40 ms for the first's receipt.
WSGIRequestHandler.disable_nagle_algorithm = True


def pytest_addoption(parser: pytest.Parser) -> None:
    says = "of each test that is tried with many values only the first"
    parser.addoption("--one-of-each", action="store_true", help=says)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays until the end, and is not looked through for garbage
    again and again."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.enable()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Slow ones first, among those that pytest-django keeps together: no worker has a long one left
    when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    result = yield
    if config.option.one_of_each:
        firsts: dict[str, pytest.Item] = {}
        for item in items:
            firsts.setdefault(item.nodeid.partition("[")[0], item)
        config.hook.pytest_deselected(items=[*set(items).difference(firsts.values())])
        items[:] = firsts.values()
    return result


@pytest.fixture(scope="session")
def migrated(
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
    processes_keep_to_sqlite: None,
) -> Path:
    """What databases are copied from; kept from run to run, unless pytest keeps nothing."""
    cache = getattr(pytestconfig, "cache", None)
    return database.migrated(
        cache.mkdir("database") if cache else tmp_path_factory.mktemp("migrated")
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    """A database for each worker. SQLite in a file, as in production: in memory it does not let
    threads wait."""
    if ON_SQLITE:
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated"), file)
        connections["default"].settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """The copy is the worker's own already."""
    return ON_SQLITE or bool(request.config.getoption("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """On SQLite, tests with transactions put a copy back at their end."""
    with pytest.MonkeyPatch.context() as patch:
        if ON_SQLITE:
            pristine = tmp_path_factory.mktemp("pristine") / "db.sqlite3"
            with django_db_blocker.unblock():
                database.put_back_by_copies(patch, pristine)
        yield


@pytest.fixture(scope="session", autouse=True)
def processes_keep_to_sqlite() -> None:
    """Those that tests start, in a folder of the test's, whatever database .env names."""
    os.environ |= {"DATABASE_URL": "", "CACHE_URL": "", "CELERY_BROKER_URL": ""}


@pytest.fixture(scope="session", autouse=True)
def processes_start_at_once() -> Iterator[None]:
    with Nursery() as nursery, pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "start", nursery.launch)
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_settings() -> Iterator[None]:
    """Static files by their own names, and passwords that are hashed at once."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(
        SITE_URL="http://testserver",
        STORAGES=configured.STORAGES | {"staticfiles": {"BACKEND": plain}},
        # Nothing is collected: each test client would read it all, and no test may write there.
        STATIC_ROOT=None,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture
def unlogged() -> Iterator[None]:
    """What is refused thousands of times is not written to the log: pytest keeps every line, and it
    takes longer than to refuse it."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same whichever tests ran before."""
    return np.random.default_rng(5)


@pytest.fixture(autouse=True)
def own_settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Counters of the test's own, and folders for its pictures, which are made by the first."""
    settings.CACHES = {"default": own_cache(settings.CACHES["default"])}
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"media-{uuid4()}"
    settings.REAL_OR_FAKE_DIR = tmp_path_factory.getbasetemp() / f"pairs-{uuid4()}"


def own_cache(configured: dict[str, Any]) -> dict[str, Any]:
    """In memory, or in the Redis that CACHE_URL names, where the keys of others are left alone."""
    name = str(uuid4())
    if configured["BACKEND"].endswith("RedisCache"):
        return configured | {"KEY_PREFIX": name}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """What a server is prepared by; one for all workers."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return processes.prepared(shared, migrated)


@pytest.fixture
def nothing_to_collect(settings: Settings, tmp_path: Path) -> None:
    """`manage.py prepare` is done with the static files at once."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = []


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that are hashed, to be kept or to be compared."""
    done: list[str] = []
    encode = MD5PasswordHasher.encode

    def note(self: MD5PasswordHasher, password: str, salt: str) -> str:
        done.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", note)
    return done


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> FakeNetwork:
    """The network that the service finds; a parameter says how it differs."""
    return use(monkeypatch, FakeNetwork(**getattr(request, "param", {})))


@pytest.fixture
def only_colornet(settings: Settings, tmp_path: Path) -> None:
    """No other network is here, whatever was fetched."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    for name in ("manifest.json", "colornet.onnx"):
        (settings.MODELS_DIR / name).symlink_to(ROOT / "models" / name)


@pytest.fixture
def unseen(monkeypatch: pytest.MonkeyPatch) -> formats.Kind:
    """PNG, as if browsers did not show it."""
    kind = replace(formats.PNG, in_browsers=False)
    monkeypatch.setattr(formats, "PHOTOS", (formats.JPEG, kind))
    monkeypatch.setitem(READERS, kind, READERS[formats.PNG])
    return kind


@pytest.fixture
def slow_network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    return use(monkeypatch, FakeNetwork(seconds=0.5))


def use(monkeypatch: pytest.MonkeyPatch, fake: FakeNetwork) -> FakeNetwork:
    def load(*args: object) -> networks.Network:
        return fake

    monkeypatch.setattr(networks, "load", load)
    return fake


@pytest.fixture
def hintable(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """In place of the other one: it takes hints."""
    return use(monkeypatch, HintableNetwork())


@pytest.fixture
def plain_network(settings: Any, tmp_path: Path) -> str:
    """Another network that is here, and takes no hints."""
    entry = {"name": "plain", "title": "Plain", "file": "plain.onnx", "licence": "none"}
    entry |= {"sha256": "0" * 64, "input_side": 64, "source": ""}  # type: ignore[dict-item]
    listed = json.loads((settings.MODELS_DIR / "manifest.json").read_text())["networks"][:1]
    settings.MODELS_DIR = tmp_path
    (tmp_path / "manifest.json").write_text(json.dumps({"networks": [*listed, entry]}))
    for each in (*listed, entry):
        (tmp_path / str(each["file"])).touch()
    return "plain"


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set how many photos may be coloured at once: places(pixels, waiting, seconds)."""

    def set_places(*numbers: float) -> None:
        monkeypatch.setattr(service, "limit", ConcurrencyLimit(*numbers))  # type: ignore[arg-type]

    return set_places


@pytest.fixture
def owner(db: None) -> User:
    return person("owner")


@pytest.fixture
def stranger(db: None) -> User:
    return person("stranger")


@pytest.fixture
def moderator(db: None) -> User:
    return make_moderator()


@pytest.fixture
def suspended(db: None) -> User:
    return person("suspended", is_active=False)


@pytest.fixture
def media(settings: Settings) -> Any:
    """The names of all files that are stored, sorted."""

    def names() -> list[str]:
        root = Path(settings.MEDIA_ROOT)
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    return names


@pytest.fixture
def hands(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker, in a thread, who looks for work often."""
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.05)
    stop = threading.Event()

    def work() -> None:
        worker.work(stop)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()

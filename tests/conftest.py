"""What every test stands on: a fake network unless it asks for the real one, no shared counters."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from colorize import networks, service
from tests.fakes import FakeNetwork

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def plain_settings(settings: Settings) -> Iterator[None]:
    """Counters in memory, static files by their own names, passwords hashed at once."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """The network that the service finds."""
    return use(monkeypatch, FakeNetwork())


@pytest.fixture
def slow_network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    return use(monkeypatch, FakeNetwork(seconds=0.5))


def use(monkeypatch: pytest.MonkeyPatch, fake: FakeNetwork) -> FakeNetwork:
    def load(folder: Path, name: str) -> networks.Network:
        return fake

    monkeypatch.setattr(networks, "load", load)
    return fake


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set how many photos may be in hand: places(at_once, waiting, seconds)."""

    def set_places(*numbers: float) -> None:
        monkeypatch.setattr(service, "places", service.Places(*numbers))  # type: ignore[arg-type]

    return set_places

"""A folder of photos, and people who play a round."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from real_or_fake.models import Kind, Round, Trial
from tests.fakes import FakeNetwork
from tests.photos import colourful

PHOTOS = 8


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PHOTOS colour photos, for all tests to look at."""
    album = tmp_path_factory.mktemp("album")
    for seed in range(PHOTOS):
        colourful(seed).save(album / f"{seed}.png")
    return album


@pytest.fixture(scope="session")
def shared_pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pairs")


@pytest.fixture(autouse=True)
def set_up(settings: Any, album: Path, shared_pairs: Path, network: FakeNetwork) -> None:
    settings.REAL_OR_FAKE_PHOTOS = album
    settings.REAL_OR_FAKE_DIR = shared_pairs


@pytest.fixture
def folder(settings: Any, album: Path, set_up: None, tmp_path: Path) -> Path:
    """PHOTOS colour photos for the test alone, which changes them."""
    settings.REAL_OR_FAKE_PHOTOS = shutil.copytree(album, tmp_path / "photos")
    return tmp_path / "photos"


@pytest.fixture
def no_pairs(settings: Any, set_up: None, tmp_path: Path) -> None:
    """None is made yet."""
    settings.REAL_OR_FAKE_DIR = tmp_path / "pairs"


class Clock:
    """The time by which the site goes; it stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("real_or_fake.services.rounds.timezone.now", clock)
    return clock


class Player:
    """Somebody's browser."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client, self.clock = client, clock

    def start(self, **fields: str) -> Round:
        response = self.client.post("/real-or-fake", fields)
        assert response.status_code == 302, response.content.decode()
        return Round.objects.get(pk=response["Location"].rsplit("/", 1)[1])

    def look(self, trial: Trial) -> None:
        """Open the pair's page and both photos."""
        assert self.client.get(trial.round.get_absolute_url()).status_code == 200
        for side in ("first", "second"):
            address = f"{trial.round.get_absolute_url()}/{trial.position}/{side}"
            assert self.client.get(address).status_code == 200

    def see(self, trial: Trial) -> None:
        """What looking leaves, without the pages."""
        trial.note_opened()
        for is_first in (True, False):
            trial.note_sent(is_first)

    def answer(self, trial: Trial, is_right: bool = True, **fields: str) -> Trial:
        picked = "first" if trial.fake_is_first == is_right else "second"
        address = f"{trial.round.get_absolute_url()}/{trial.position}"
        response = self.client.post(address, {"picked": picked, "timed": "yes"} | fields)
        assert response.status_code == 302
        return Trial.objects.get(pk=trial.pk)

    def play(
        self, is_right: Callable[[Trial], bool] = lambda trial: True, played: Round | None = None
    ) -> Round:
        """A whole round, at a person's pace. Pages and photos of all pairs are alike: only those of
        the first are asked for."""
        played = played or self.start()
        while trial := played.current():
            (self.see if trial.position > 1 else self.look)(trial)
            self.clock.pass_by(3)
            self.answer(trial, is_right(trial))
        played.refresh_from_db()
        return played


@pytest.fixture
def player(clock: Clock) -> Player:
    return Player(Client(), clock)


@pytest.fixture
def players(clock: Clock) -> Callable[[], Player]:
    return lambda: Player(Client(), clock)


def counting_pairs(played: Round) -> list[Trial]:
    return list(played.trials.filter(kind=Kind.TEST))


def counted(played: Round) -> int:
    return played.trials.filter(is_counted=True).count()

"""Films with workers in processes of their own, which are killed while they colour and join."""

import io
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import User
from colorize import films as engine
from colorize.engine.video.options import FilmOptions
from gallery.models import Picture
from jobs.models import ItemState, Job, JobFile, JobState
from jobs.models.items import ItemQuerySet
from jobs.services import films, jobs
from tests.cast import content, person
from tests.jobs import reels
from tests.jobs.conftest import StartIn
from tests.jobs.kills import LEASE, wait_for, wait_until_done
from tests.jobs.nursery import Forked
from tests.processes import Workers

pytestmark = [pytest.mark.slow, pytest.mark.database]
KILLS, FRAMES = 2, 23
# Seconds into a piece.
IN_THE_MIDDLE = 0.3
Start = Callable[..., Workers]


@pytest.fixture
def environment(own_database: dict[str, str], tmp_path: Path, settings: Any) -> dict[str, str]:
    """Of workers on the test's own database and files."""
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    return own_database | {"JOB_LEASE_SECONDS": str(LEASE)}


@pytest.fixture
def start(environment: dict[str, str], start_in: StartIn, tmp_path: Path) -> Start:
    """Starts workers that take films for made-up ones."""
    marks = environment | {"MADE_UP_FILMS": str(tmp_path)}
    return lambda count: start_in(tmp_path, count, **marks)


@pytest.fixture
def forked(
    environment: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Forked]:
    """Two workers that take films for made-up ones, or have the settings of the parameter."""
    other = getattr(request, "param", {"MADE_UP_FILMS": str(tmp_path)})
    workers = Forked(tmp_path, 2, **environment | other)
    yield workers
    workers.kill()


@pytest.fixture
def owner(transactional_db: None) -> User:
    return person("owner")


def begin(owner: User | None, data: bytes, monkeypatch: Any = None) -> Job:
    if monkeypatch:
        monkeypatch.setattr(engine, "are_on", lambda: True)
    lane = jobs.lane_of(owner, "somebody")
    return films.start(owner, lane, FilmOptions(), reels.opened(data))


def test_a_killed_worker_costs_a_piece_and_a_killed_join_the_join(
    start: Start, owner: User, tmp_path: Path, monkeypatch: Any
) -> None:
    job = begin(owner, reels.film(4, seconds=1), monkeypatch)
    workers = start(3)
    for step in ("piece-2", "join"):
        wait_for(lambda step=step: reels.begun(tmp_path, step))  # type: ignore[misc]
        workers.kill_one(reels.begun(tmp_path, step)[0])
        wait_for(lambda: len(workers.pids()) == 3)  # another takes its place
    wait_until_done()
    job.refresh_from_db()
    assert job.state == JobState.DONE and job.items.count() == 6
    attempts = list(job.items.order_by("position").values_list("attempts", flat=True))
    assert attempts == [1, 1, 1, 2, 1, 2]
    assert content(Picture.objects.get().shown.result) == b"film of <0><1><2><3>"
    assert not JobFile.objects.exists()


def test_pieces_that_end_at_the_same_moment_are_joined_once(
    forked: Forked, owner: User, monkeypatch: Any
) -> None:
    both = [begin(owner, reels.film(3, name=name), monkeypatch) for name in "ab"]
    begin(None, reels.film(3), monkeypatch)
    forked.add_one()
    wait_until_done()
    assert {job.items.filter(payload__has_key="join").count() for job in both} == {1}
    assert Picture.objects.count() == 2
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


def test_a_cancelled_film_is_given_up_long_before_it_would_be_done(
    forked: Forked, owner: User, tmp_path: Path, monkeypatch: Any
) -> None:
    job = begin(owner, reels.film(2, seconds=600), monkeypatch)
    wait_for(lambda: reels.begun(tmp_path, "piece-0") and reels.begun(tmp_path, "piece-1"))
    jobs.cancel(job)
    wait_for(lambda: forked.logged().count("was given up") == 2)
    assert job.items.filter(state=ItemState.CANCELLED).count() == 2


def test_a_film_that_is_cancelled_at_its_first_look_is_given_up_at_once(
    start: Start, owner: User, tmp_path: Path, monkeypatch: Any
) -> None:
    job = begin(owner, reels.film(2, look_seconds=600), monkeypatch)
    workers = start(1)
    wait_for(lambda: reels.begun(tmp_path, "look"))
    jobs.cancel(job)
    wait_for(lambda: "was given up" in workers.logged())
    assert job.items.get().state == ItemState.CANCELLED


def test_a_film_whose_pieces_kill_their_workers_fails(
    forked: Forked, owner: User, tmp_path: Path, monkeypatch: Any
) -> None:
    job = begin(owner, reels.film(3, seconds=4), monkeypatch)
    wait_for(lambda: reels.begun(tmp_path, "piece-0"))
    job.items.filter(payload__has_key="piece").update(attempts=5)
    forked.kill_one(reels.begun(tmp_path, "piece-0")[0])
    wait_until_done()
    job.refresh_from_db()
    assert job.state == JobState.FAILED and job.error
    assert job.error["error"] == "worker_lost"


@pytest.mark.parametrize("forked", [{"JOB_LEASE_SECONDS": "2"}], indirect=True, ids=["real"])
def test_the_film_is_the_same_as_of_workers_that_were_left_alone(
    forked: Forked, owner: User, tmp_path: Path
) -> None:
    """With the real network and films: the same frames and sound. With a frame every two
    seconds: pieces are twenty seconds long."""
    pytest.importorskip("av")
    from tests.engine.video.made import film

    data = film(frames=FRAMES, rate=Fraction(1, 2), sound="aac", options={"g": "2"})
    job = begin(owner, data)
    pieces = job.items.filter(payload__has_key="piece")
    kill_often(forked, pieces)
    wait_until_done()
    attempts = pieces.values_list("attempts", flat=True)
    assert pieces.count() > 2 and sum(attempts) > pieces.count() + 1
    killed = content(Picture.objects.get().shown.result)
    frames, times, sound = decoded(killed)
    others = decoded(undisturbed(data, tmp_path))
    assert (times, sound) == others[1:] and len(frames) == len(others[0]) == FRAMES
    assert all(map(np.array_equal, frames, others[0]))


def kill_often(workers: Forked, pieces: ItemQuerySet) -> None:
    """Kill all workers KILLS times, as power cuts do, each time in the middle of a piece that was
    begun since."""
    killed = timezone.now()
    for _ in range(KILLS):
        begun = pieces.filter(state=ItemState.RUNNING, started_at__gt=killed)
        wait_for(begun.exists, 120)
        time.sleep(IN_THE_MIDDLE)
        killed = timezone.now()
        for pid in list(workers.pids()):
            workers.kill_one(pid)


def undisturbed(data: bytes, folder: Path) -> bytes:
    """Coloured in this process, without a ledger."""
    source, options = io.BytesIO(data), FilmOptions()
    plan = engine.look(source, options, 3600)
    made = [
        engine.colour(source, plan.film, piece, options, folder, lambda share: None)
        for piece in plan.pieces
    ]
    opened = [io.BytesIO(each.file.read_bytes()) for each in made]
    return engine.join(source, plan.film, opened, folder, lambda share: None).file.read_bytes()


def decoded(data: bytes) -> tuple[list[Any], list[Any], list[bytes]]:
    """Frames, their times, and the sound as it is stored."""
    import av

    with av.open(io.BytesIO(data)) as file:
        frames = list(file.decode(video=0))
    with av.open(io.BytesIO(data)) as file:
        sound = [bytes(packet) for packet in file.demux(audio=0)]
    return [frame.to_ndarray() for frame in frames], [frame.time for frame in frames], sound

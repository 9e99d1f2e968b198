"""Colours a long film by workers that are killed, and without any; prints as JSON what came of
both."""

import hashlib
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import av
import cv2
import django
import numpy as np
from django.core.management import call_command

from colorize.engine.planes import Pixels
from tests.benchmark.jobs.batch import wait_for
from tests.benchmark.repeating import repeated
from tests.benchmark.video.clips import SHIPPED
from tests.processes import Workers, children, resident_kib

MINUTES, RATE, WIDTH, HEIGHT = 30.0, 6, 320, 240
SOUND_RATE, SOUND_FRAME = 44_100, 1024
KILLS, WORKERS = 5, 2
# How far into a piece a worker is killed, in seconds, and how often memory is looked at.
IN_THE_MIDDLE, LOOK = 0.7, 0.25
LEASE, MOST_SECONDS = 3, 7200


def main(minutes: float) -> None:
    django.setup()
    call_command("prepare", verbosity=0, stdout=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = folder / "original.mp4"
        write(film, minutes)
        found = {"minutes": minutes, **by_workers(film, folder)}
        found |= {f"{name}_alone": value for name, value in read(alone(film, folder)).items()}
    print(json.dumps(found))


def write(path: Path, minutes: float) -> None:
    """The clips that come with the benchmark, again and again, every second time mirrored; and a
    tone that rises."""
    with av.open(str(path), "w", format="mp4") as film:
        options = {"crf": "23", "preset": "veryfast", "g": str(4 * RATE)}
        pictures = film.add_stream("libx264", rate=RATE, options=options)
        pictures.width, pictures.height, pictures.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = film.add_stream("aac", rate=SOUND_RATE, layout="mono")
        heard = 0
        for number, picture in enumerate(itertools.islice(seen(), round(60 * RATE * minutes))):
            film.mux(pictures.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            while heard < (number + 1) * SOUND_RATE / RATE:
                film.mux(sound.encode(tone(heard)))
                heard += SOUND_FRAME
        film.mux(pictures.encode(None))
        film.mux(sound.encode(None))


def seen() -> Iterator[Pixels]:
    shots = []
    for clip in sorted(SHIPPED.glob("*.mp4")):
        with av.open(str(clip)) as film:
            frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        shots.append([cv2.resize(frame, (WIDTH, HEIGHT)) for frame in frames])
    for turn in itertools.count():
        for shot in shots:
            for frame in shot:
                yield np.ascontiguousarray(frame[:, ::-1]) if turn % 2 else frame


def tone(start: int) -> av.AudioFrame:
    at = np.arange(start, start + SOUND_FRAME) / SOUND_RATE
    wave = (0.2 * np.sin(2 * np.pi * (200 + at) * at)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
    frame.sample_rate, frame.pts = SOUND_RATE, start
    return frame


def by_workers(film: Path, folder: Path) -> dict[str, Any]:
    from accounts.models import User
    from colorize.engine.video.options import FilmOptions
    from gallery.models import Picture
    from jobs.services import films, jobs

    owner = User.objects.create_user("owner")
    with film.open("rb") as file:
        sent = film.name, film.stat().st_size, file
        job = films.start(owner, jobs.lane_of(owner, ""), FilmOptions(), sent)
    settings = {"DATA_DIR": os.environ["DATA_DIR"], "JOB_LEASE_SECONDS": str(LEASE)}
    workers = Workers(folder / "workers", WORKERS, **settings)
    start = time.monotonic()
    with memory_of(workers) as memory:
        killed = kill_often(workers, job)
        wait_for(lambda: not job.items.unfinished().exists(), MOST_SECONDS)
    seconds = time.monotonic() - start
    workers.stop()
    job.refresh_from_db()
    third = len(memory) // 3
    return {
        "seconds": round(seconds),
        "state": job.state,
        "kills": killed,
        "pieces": job.items.filter(payload__has_key="piece").count(),
        "again": sum(item.attempts > 1 for item in job.items.all()),
        "memory_first": max(memory[:third]),
        "memory_last": max(memory[-third:]),
        **read(Path(Picture.objects.get().shown.result.path)),
    }


def kill_often(workers: Workers, job: Any) -> int:
    """Evenly over the film, each time in the middle of a piece. Returns how often."""
    pieces = job.items.filter(payload__has_key="piece")
    wait_for(pieces.exists)
    total = pieces.count()
    for number in range(KILLS):
        wanted = (number + 1) * total // (KILLS + 1)
        wait_for(lambda wanted=wanted: pieces.filter(state="done").count() >= wanted, MOST_SECONDS)  # type: ignore[misc]
        wait_for(lambda: len(workers.pids()) == WORKERS)
        time.sleep(IN_THE_MIDDLE)
        workers.kill_one(workers.pids()[number % WORKERS])
    return KILLS


@contextmanager
def memory_of(workers: Workers) -> Iterator[list[float]]:
    """MB of the largest process of all, again and again."""
    seen: list[float] = []

    def look() -> None:
        # A process that ends meanwhile has no folder there.
        with suppress(OSError, StopIteration):
            seen.append(max(map(resident, below(workers.process.pid))))

    with repeated(look, LOOK):
        yield seen


def below(pid: int) -> Iterator[int]:
    """A process with those that it started, and those that they started."""
    yield pid
    for child in children(pid):
        yield from below(child)


def resident(pid: int) -> float:
    return resident_kib(pid) * 1024 / 1e6


def alone(film: Path, folder: Path) -> Path:
    """Coloured without a ledger, piece by piece."""
    from colorize import films
    from colorize.engine.video.options import FilmOptions

    options = FilmOptions()
    with film.open("rb") as source:
        plan = films.look(source, options, 3600)
        made = [
            films.colour(source, plan.film, piece, options, folder, films.nothing)
            for piece in plan.pieces
        ]
        pieces = [each.file.open("rb") for each in made]
        joined = films.join(source, plan.film, pieces, folder, films.nothing)
    for piece in pieces:
        piece.close()
    return joined.file


def read(path: Path) -> dict[str, Any]:
    """How many frames there are, and digests of them, of their times, and of the sound as it is
    stored."""
    pictures, times, sound = (hashlib.sha256() for _ in range(3))
    frames = 0
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            frames += 1
            pictures.update(frame.to_ndarray().tobytes())
            times.update(f"{frame.time} ".encode())
    with av.open(str(path)) as film:
        for packet in film.demux(audio=0):
            sound.update(bytes(packet))
    digests = {"pictures": pictures, "times": times, "sound": sound}
    return {"frames": frames} | {name: each.hexdigest()[:12] for name, each in digests.items()}


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else MINUTES)

"""Films are opened in a child process, which has limits and goes when its parent does."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from colorize.engine.video import parent
from colorize.engine.video.child import told
from colorize.engine.video.errors import FilmError
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.parent import ChildFault, Limits, problem_of
from tests.engine.video.made import film

ENOUGH = Limits(memory=6_000_000_000, seconds=60, file_size=50_000_000)
ARGUMENTS = {"options": FilmOptions().as_dict(), "bounds": {}}


def nothing(done: float) -> None:
    """Nobody asks."""


def look(
    source: Any, limits: Limits = ENOUGH, progress: Callable[[float], None] = nothing
) -> dict[str, Any]:
    return parent.run("look", ARGUMENTS, [source], limits, progress)


def children() -> list[int]:
    """Of this process, those that open films."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(each) for each in listed if b"video.child" in commandline(each)]


def commandline(number: str) -> bytes:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


class Stuck(io.BytesIO):
    """A source with which something happens when it is first read."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__(film(frames=3))
        self.acts = [act]

    def read(self, size: int | None = -1) -> bytes:
        # Once: a child that was killed is still listed, but without its name.
        if self.acts:
            self.acts.pop()()
        return super().read(size)


def test_a_child_looks_at_a_film_through_its_parent() -> None:
    found = look(io.BytesIO(film(frames=50)))
    assert found["film"]["frames"] == 50
    assert not children()


def test_a_child_tells_what_is_wrong_in_the_same_words() -> None:
    with pytest.raises(FilmError, match="nothing in it can be read"):
        look(io.BytesIO(b"ffconcat version 1.0\nfile /etc/passwd\n"))


def test_a_child_that_is_killed_is_a_sentence() -> None:
    def kill() -> None:
        os.kill(children()[0], signal.SIGKILL)

    with pytest.raises(FilmError, match="time or memory"):
        look(Stuck(kill))
    assert not children()


def test_a_child_that_crashes_is_a_sentence() -> None:
    def crash() -> None:
        os.kill(children()[0], signal.SIGSEGV)

    with pytest.raises(FilmError, match="stopped working"):
        look(Stuck(crash))


def test_a_child_has_limits() -> None:
    seen: list[str] = []

    def note() -> None:
        seen.append(Path(f"/proc/{children()[0]}/limits").read_text())

    look(Stuck(note))
    limits = {line[:26].strip(): line[26:].split()[1] for line in seen[0].splitlines()}
    assert {
        "Max address space": "6000000000",
        "Max cpu time": "60",
        "Max file size": "50000000",
        "Max core file size": "0",
        "Max open files": "64",
    }.items() <= limits.items()


def test_what_needs_too_much_memory_is_a_sentence() -> None:
    said = told(MemoryError())
    assert "memory" in problem_of(said).args[0]


def test_a_child_has_only_so_much_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "PATIENCE", 0)
    with pytest.raises(FilmError, match="too long"):
        look(io.BytesIO(film(frames=3)))
    assert not children()


def test_what_progress_raises_ends_the_child_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked before a child that is quick is done.
    monkeypatch.setattr(parent, "SECONDS", 0.001)

    class Stopped(Exception):
        pass

    def stop(done: float) -> None:
        os.kill(children()[0], signal.SIGSTOP)
        raise Stopped

    with pytest.raises(Stopped):
        look(io.BytesIO(film(frames=3)), progress=stop)
    assert not children()


def test_what_reading_the_source_raises_is_raised() -> None:
    def fail() -> None:
        raise OSError("the storage is gone")

    with pytest.raises(OSError, match="the storage is gone"):
        look(Stuck(fail))
    assert not children()


def test_a_fault_of_the_program_is_one() -> None:
    with pytest.raises(ChildFault, match="KeyError"):
        parent.run("none", ARGUMENTS, [io.BytesIO()], ENOUGH, nothing)


def test_a_child_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def note() -> None:
        seen.append(Path(f"/proc/{children()[0]}/environ").read_bytes())

    monkeypatch.setenv("SECRET_KEY", "dont-tell")
    look(Stuck(note))
    assert b"dont-tell" not in seen[0]


def test_a_child_goes_with_its_parent(tmp_path: Path) -> None:
    """Even one that is killed, and whose child is busy."""
    (tmp_path / "film.mp4").write_bytes(film(frames=3))
    code = """
import io, os, time
from tests.engine.video.test_child import Stuck, children, look
def wait():
    print(children()[0], flush=True)
    time.sleep(60)
look(Stuck(wait))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=parent.ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with process:
        child = int(process.stdout.readline())
        process.kill()
    end = time.monotonic() + 60
    while is_running(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(child)


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False

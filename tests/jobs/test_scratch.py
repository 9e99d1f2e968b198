"""Folders for a while: what a killed worker left is deleted, what is in use is not."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from jobs.services import scratch as module
from jobs.services.scratch import scratch


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(module, "YOUNG_SECONDS", 0)


def test_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(KeyError), scratch() as folder:
        (folder / "piece.mp4").write_bytes(b"1")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_is_in_use_stays(tmp_path: Path) -> None:
    with scratch() as one:
        (one / "piece.mp4").write_bytes(b"1")
        time.sleep(0.01)
        with scratch():
            assert (one / "piece.mp4").exists()


def test_what_a_killed_process_left_goes(tmp_path: Path) -> None:
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        with scratch() as folder:
            os.write(write, str(folder).encode())
            signal.pause()
    left = Path(os.read(read, 1000).decode())
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert left.exists()
    time.sleep(0.01)
    with scratch():
        assert not left.exists()


def test_another_users_is_left_alone(tmp_path: Path, monkeypatch: Any) -> None:
    other = tmp_path / f"{module.PREFIX}other"
    other.mkdir()

    def refuse(path: Any) -> None:
        raise PermissionError(path)

    monkeypatch.setattr("shutil.rmtree", refuse)
    module.sweep()
    assert other.exists()

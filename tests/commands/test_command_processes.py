"""manage.py colorize --processes: the same as with one process, on more cores."""

import os
import runpy
import signal
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from colorize.engine import networks
from colorize.engine.atomic_files import is_draft
from colorize.engine.networks.cache import Cache
from tests import processes
from tests.commands.test_command import counted, run
from tests.conftest import ROOT, use
from tests.fakes import FakeNetwork
from tests.photos import photo, stripes

# What Python 3.12 and newer say of forks beside pytest's own threads.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def make_scans(folder: Path) -> Path:
    """Photos of all that can happen to them."""
    (folder / "1912").mkdir(parents=True)
    for name in ("a.jpg", "a.png", "A.jpg", "1912/b.jpg", "c.jpg", "d.jpg", "d-colorized.jpg"):
        (folder / name).write_bytes(photo("PNG" if name.endswith("png") else "JPEG"))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    (folder / "c.xmp").write_bytes(b"no XMP")
    (folder / "notes.txt").write_text("no photo")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("arguments", [[], ["--overwrite"], ["--format", "png"]])
def test_all_is_as_with_one_process(
    arguments: list[str], tmp_path: Path, network: FakeNetwork
) -> None:
    told, made = [], []
    for number in ("1", "3"):
        scans = make_scans(tmp_path / number / "scans")
        asked = [scans, scans / "d-colorized.jpg", scans / "none.jpg", *arguments]
        status, out, err = run(*asked, "--processes", number)
        told.append((status, *(text.replace(str(scans), "") for text in (out, err))))
        made.append(contents(scans))
    assert told[0] == told[1] and told[0][0] == 1
    assert made[0] == made[1] and len(made[0]) >= 10 + 6


def test_each_process_loads_the_network_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(entry: networks.Entry) -> FakeNetwork:
        with (tmp_path / "loads").open("a") as file:
            file.write(f"{os.getpid()}\n")
        return FakeNetwork(seconds=0.05)

    monkeypatch.setattr(networks, "start", start)
    monkeypatch.setattr(networks, "_cache", Cache())
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(6):
        (scans / f"{number}.png").write_bytes(photo("PNG"))
    assert run(scans, "--processes", "2")[0] == 0
    # The command itself has tried whether there is a network.
    loads = (tmp_path / "loads").read_text().split()
    assert len(loads) == len(set(loads)) == 3


class Deadly(FakeNetwork):
    """Ends the process that shows it a high photo."""

    def __init__(self, end: Callable[[], object]) -> None:
        super().__init__()
        self.end = end

    def predict(self, L: Any) -> Any:
        if L.shape[0] > L.shape[1]:
            self.end()
        return super().predict(L)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "memory runs out"),
        (lambda: os._exit(3), "unexpectedly (status 3)"),
    ],
)
def test_a_killed_process_costs_its_photo_and_no_other(
    end: Callable[[], object], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Deadly(end))
    for name in "abcdef":
        pixels = stripes() if name in "acdf" else stripes().swapaxes(0, 1)
        (tmp_path / f"{name}.jpg").write_bytes(photo(pixels=pixels))
    status, out, err = run(tmp_path, "--processes", "2")
    assert (status, counted(out)) == (1, "4 of 6 photos done.")
    lines = err.strip().splitlines()
    assert [Path(line.partition(":")[0]).name for line in lines] == ["b.jpg", "e.jpg"]
    assert all(words in line for line in lines)
    assert sorted(path.name[0] for path in tmp_path.glob("*-colorized.jpg")) == list("acdf")
    assert not any(map(is_draft, tmp_path.iterdir()))


@pytest.mark.slow
@pytest.mark.parametrize("number", ["1", "2"])
def test_control_c_ends_all_at_once(number: str, tmp_path: Path) -> None:
    for name in range(60):
        (tmp_path / f"{name:02}.jpg").write_bytes(photo(pixels=np.tile(stripes(), (8, 8))))
    command = ["manage.py", "colorize", str(tmp_path), "--processes", number]
    with TemporaryFile("w+") as file:
        # In a group of its own, as a shell gives each command.
        process = processes.start(command, dict(os.environ), file, file)
        while not list(tmp_path.glob("*-colorized.jpg")):
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
        file.seek(0)
        err = file.read()
    assert err.startswith("Stopped. ") and "Traceback" not in err and len(err.splitlines()) == 1
    assert len(list(tmp_path.glob("*-colorized.jpg"))) < 60
    assert not any(map(is_draft, tmp_path.iterdir()))
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def test_control_c_before_the_first_photo_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("django.core.management.execute_from_command_line", start)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
    assert ended.value.code == 130


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_bad_number_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a whole number from 1"):
        call_command("colorize", str(tmp_path), f"--processes={value}")

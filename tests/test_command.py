"""manage.py colorize, as a person with a folder of scans uses it."""

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import ROOT
from tests.fakes import FakeNetwork
from tests.photos import middles, opened, photo


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two good photos, one of them in a folder below, and a broken one."""
    folder = tmp_path / "scans"
    (folder / "1912").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(photo("JPEG"))
    (folder / "1912" / "b.PNG").write_bytes(photo("PNG"))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    (folder / "notes.txt").write_text("no photo")
    return folder


def run(*args: object, **options: Any) -> tuple[int, str, str]:
    """Exit status, output, errors."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("colorize", *map(str, args), stdout=out, stderr=err, **options)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_results_lie_beside_their_originals(scans: Path, network: FakeNetwork) -> None:
    original = (scans / "a.jpg").read_bytes()
    status, out, _ = run(scans / "a.jpg", scans / "1912")
    assert (status, out.strip()) == (0, "2 of 2 photos done.")
    assert opened((scans / "a-colorized.jpg").read_bytes()).size == (96, 64)
    assert (scans / "1912" / "b-colorized.jpg").exists()
    assert (scans / "a.jpg").read_bytes() == original


def test_one_bad_file_is_reported_and_the_rest_go_on(scans: Path, network: FakeNetwork) -> None:
    status, out, err = run(scans)
    assert status == 1
    assert "2 of 3 photos done." in out
    assert f"{scans / 'broken.jpg'}: The photo is damaged" in err
    assert sorted(path.name for path in scans.rglob("*-colorized.jpg")) == [
        "a-colorized.jpg",
        "b-colorized.jpg",
    ]


def test_a_file_that_is_not_there_is_reported(scans: Path, network: FakeNetwork) -> None:
    status, _, err = run(scans / "nowhere.jpg", scans / "a.jpg")
    assert status == 1
    assert "nowhere.jpg: No such file or directory" in err
    assert (scans / "a-colorized.jpg").exists()


def test_another_folder_for_the_results(scans: Path, tmp_path: Path, network: FakeNetwork) -> None:
    status, *_ = run(scans / "a.jpg", "-o", tmp_path / "new" / "colour")
    assert status == 0
    assert (tmp_path / "new" / "colour" / "a-colorized.jpg").exists()
    assert not (scans / "a-colorized.jpg").exists()


def test_results_are_not_made_twice_nor_colorized_again(scans: Path, network: FakeNetwork) -> None:
    (scans / "broken.jpg").unlink()
    run(scans)
    kept = (scans / "a-colorized.jpg").read_bytes()
    network.faithful = (-30, -30)
    (scans / "c.jpg").write_bytes(photo("JPEG"))
    status, out, err = run(scans)
    assert (status, out.strip()) == (0, "3 of 3 photos done, 2 of them before.")
    assert "--overwrite" in err
    assert (scans / "a-colorized.jpg").read_bytes() == kept
    assert not list(scans.rglob("*-colorized-colorized*"))
    _, out, _ = run(scans, "--overwrite")
    assert out.strip() == "3 of 3 photos done."
    assert (scans / "a-colorized.jpg").read_bytes() != kept


def test_two_originals_of_one_name_do_not_overwrite_each_other(
    scans: Path, network: FakeNetwork
) -> None:
    """a.jpg and a.png in one folder would both become a-colorized.jpg."""
    (scans / "a.png").write_bytes(photo("PNG"))
    status, _, err = run(scans / "a.jpg", scans / "a.png", "--overwrite")
    assert status == 1
    assert "a.png" in err and "a-colorized.jpg" in err


def test_an_original_is_never_written_over(scans: Path, network: FakeNetwork) -> None:
    """Not even one that bears a result's name and is asked for by name with --overwrite."""
    original = photo("JPEG")
    (scans / "x.jpg").write_bytes(photo("JPEG"))
    (scans / "x-colorized.jpg").write_bytes(original)
    status, _, err = run(scans / "x.jpg", scans / "x-colorized.jpg", "--overwrite")
    assert status == 1
    assert (scans / "x-colorized.jpg").read_bytes() == original
    assert "x.jpg: " in err


def test_options_reach_the_picture(scans: Path, network: FakeNetwork) -> None:
    run(scans / "a.jpg", "--vividness", "0")
    faithful = middles(opened((scans / "a-colorized.jpg").read_bytes()))
    run(scans / "a.jpg", "--vividness", "1", "--overwrite")
    vivid = middles(opened((scans / "a-colorized.jpg").read_bytes()))
    assert (abs(vivid[:, 0] - vivid[:, 2]) > abs(faithful[:, 0] - faithful[:, 2])).all()


@pytest.mark.parametrize("value", ["2", "-1", "much", "nan"])
def test_a_bad_vividness_is_refused(value: str, scans: Path) -> None:
    with pytest.raises(CommandError, match="not a number from 0 to 1"):
        call_command("colorize", str(scans), f"--vividness={value}")


def test_an_unknown_network_is_refused(scans: Path, only_colornet: None) -> None:
    with pytest.raises(CommandError, match=r"no network “nobody” here; there are: colornet\.$"):
        call_command("colorize", str(scans), "--network", "nobody")


@pytest.mark.parametrize("command", ["colorize", "evaluate"])
def test_of_a_network_that_was_not_fetched_both_commands_say_how(
    command: str, scans: Path, only_colornet: None
) -> None:
    with pytest.raises(
        CommandError, match=r"colornet\. `manage\.py fetch_network zhang2016` brings"
    ):
        call_command(command, str(scans), "--network", "zhang2016")


def test_a_folder_without_photos_is_told(tmp_path: Path, network: FakeNetwork) -> None:
    with pytest.raises(CommandError, match=rf"^There are no photos in {tmp_path}\.$"):
        run(tmp_path, "-o", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("place", ["notes.txt", "notes.txt/below"])
def test_a_folder_that_cannot_be_had_for_the_results_is_told_once(
    place: str, scans: Path, network: FakeNetwork
) -> None:
    with pytest.raises(CommandError, match=rf"^Results cannot be written to {scans / place} "):
        run(scans, "-o", scans / place)
    assert network.shapes == []


def test_nothing_is_left_of_a_result_that_cannot_be_written(
    scans: Path, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    status, _, err = run(scans / "a.jpg")
    assert status == 1
    assert "a.jpg: No space left on device" in err
    assert sorted(path.name for path in scans.iterdir() if path.is_file()) == [
        "a.jpg",
        "broken.jpg",
        "notes.txt",
    ]


@pytest.mark.slow
def test_a_progress_bar_on_a_terminal_and_none_in_a_pipe(scans: Path) -> None:
    """The real command, with the real network, in a process of its own."""
    command = [sys.executable, "manage.py", "colorize", str(scans / "a.jpg"), "--overwrite"]
    piped = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    assert on_a_terminal(command).count("1/1") >= 1
    assert opened((scans / "a-colorized.jpg").read_bytes()).size == (96, 64)


def on_a_terminal(command: list[str]) -> str:
    """What the command shows where its standard error is a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(command, cwd=ROOT, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    assert process.wait() == 0
    return shown.decode()

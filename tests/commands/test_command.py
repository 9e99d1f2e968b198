"""manage.py colorize, as a person with a folder of scans uses it."""

import fcntl
import io
import os
import pty
import shlex
import shutil
import struct
import subprocess
import sys
import termios
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from PIL import Image

from colorize.engine.metadata import Metadata, xmp
from colorize.engine.outputs import OUTPUTS
from tests import processes
from tests.conftest import ROOT, use
from tests.fakes import FakeNetwork, ProposingNetwork
from tests.photos import middles, opened, photo, save


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


def counted(out: str) -> str:
    """What it says at the end, without the last line, which says where the results are."""
    said, _, where = out.partition("\nThe result")
    assert where.count("\n") <= 1
    return said.strip()


def test_results_lie_beside_their_originals(scans: Path, network: FakeNetwork) -> None:
    original = (scans / "a.jpg").read_bytes()
    status, out, _ = run(scans / "a.jpg", scans / "1912")
    assert (status, counted(out)) == (0, "2 of 2 photos done.")
    assert opened((scans / "a-colorized.jpg").read_bytes()).size == (96, 64)
    assert (scans / "1912" / "b-colorized.jpg").exists()
    assert (scans / "a.jpg").read_bytes() == original


@pytest.mark.parametrize("command", ["colorize", "evaluate"])
def test_of_the_site_only_the_networks_are_checked_first(
    command: str, scans: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who colours scans waits until the photos of a game have been looked at."""
    looks = Mock(return_value="")
    monkeypatch.setattr("real_or_fake.services.photos.problem_with", looks)
    settings.NETWORK = "nowhere"
    with pytest.raises(SystemCheckError, match=r"colorize\.E004"):
        call_command(command, str(scans), skip_checks=False)
    looks.assert_not_called()


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
    network.vivid = (-30, -30)
    (scans / "c.jpg").write_bytes(photo("JPEG"))
    status, out, err = run(scans)
    assert (status, counted(out)) == (0, "3 of 3 photos done, 2 of them earlier.")
    assert "--overwrite" in err
    assert (scans / "a-colorized.jpg").read_bytes() == kept
    assert not list(scans.rglob("*-colorized-colorized*"))
    _, out, _ = run(scans, "--overwrite")
    assert counted(out) == "3 of 3 photos done."
    assert (scans / "a-colorized.jpg").read_bytes() != kept


def results(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*-colorized.jpg"))


def make(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(photo("PNG" if name.endswith("png") else "JPEG"))


def test_the_tree_of_folders_is_kept(tmp_path: Path, network: FakeNetwork) -> None:
    make(tmp_path, "in/IMG_0001.jpg", "in/1912/IMG_0001.jpg", "in/1913/spring/IMG_0001.jpg")
    status, out, _ = run(tmp_path / "in", "-o", tmp_path / "out")
    assert (status, counted(out)) == (0, "3 of 3 photos done.")
    assert results(tmp_path / "out") == [
        "1912/IMG_0001-colorized.jpg",
        "1913/spring/IMG_0001-colorized.jpg",
        "IMG_0001-colorized.jpg",
    ]


@pytest.mark.parametrize(
    "files", [("one", "two"), ("one/a.jpg", "two/a.jpg"), ("one", "two/a.jpg")]
)
def test_so_it_is_for_several_folders_and_files(
    files: tuple[str, str], tmp_path: Path, network: FakeNetwork
) -> None:
    make(tmp_path, "one/a.jpg", "two/a.jpg")
    status, *_ = run(*(tmp_path / file for file in files), "-o", tmp_path / "out")
    assert status == 0
    assert results(tmp_path / "out") == ["one/a-colorized.jpg", "two/a-colorized.jpg"]


def test_a_second_result_of_one_name_gets_the_ending_of_its_photo(
    tmp_path: Path, network: FakeNetwork
) -> None:
    make(tmp_path, "a.jpg", "a.png", "a.jpeg")
    expected = ["a-colorized.jpg", "a.jpg-colorized.jpg", "a.png-colorized.jpg"]
    status, *_ = run(tmp_path)
    assert (status, results(tmp_path)) == (0, expected)


def test_each_has_its_own_result_when_they_are_asked_for_one_by_one(
    tmp_path: Path, network: FakeNetwork
) -> None:
    make(tmp_path, "a.jpg", "a.png")
    for name in ("a.png", "a.jpg", "a.png"):
        status, *_ = run(tmp_path / name, "--overwrite")
        assert status == 0
    assert results(tmp_path) == ["a-colorized.jpg", "a.png-colorized.jpg"]


def test_a_file_of_another_kind_takes_no_name_away(tmp_path: Path, network: FakeNetwork) -> None:
    make(tmp_path, "b.png")
    (tmp_path / "b.jpg").write_bytes(b"no photo")
    (tmp_path / "b.psd").write_bytes(b"8BPS")
    run(tmp_path)
    assert results(tmp_path) == ["b-colorized.jpg"]


@pytest.mark.parametrize(
    "names", [("A.jpg", "a.jpg"), ("A.jpg", "a.JPG", "a.jpg"), ("\u00e9.jpg", "e\u0301.jpg")]
)
def test_names_that_differ_in_capitals_or_in_how_an_accent_is_written(
    names: tuple[str, ...], tmp_path: Path, network: FakeNetwork
) -> None:
    """For the file systems of Windows and macOS they are one."""
    make(tmp_path / "in", *names)
    assert run(tmp_path / "in", "-o", tmp_path / "out")[0] == 0
    made = results(tmp_path / "out")
    one_each = {unicodedata.normalize("NFC", name).casefold() for name in made}
    assert len(made) == len(one_each) == len(names)


def test_it_says_where_the_results_are(tmp_path: Path, network: FakeNetwork) -> None:
    make(tmp_path / "in", "a.jpg", "1912/b.jpg")
    one = tmp_path / "in/a-colorized.jpg"
    assert run(tmp_path / "in/a.jpg")[1].endswith(f"\nThe result is {one}\n")
    beside, away = f"\nThe results are in {tmp_path}/in\n", f"\nThe results are in {tmp_path}/out\n"
    assert run(tmp_path / "in")[1].endswith(beside)
    assert run(tmp_path / "in", "-o", tmp_path / "out")[1].endswith(away)
    (tmp_path / "torn.jpg").write_bytes(photo("JPEG")[:300])
    assert run(tmp_path / "torn.jpg")[1] == "0 of 1 photos done.\n"


def test_the_second_time_nothing_is_made_and_nothing_is_named_otherwise(
    tmp_path: Path, network: FakeNetwork
) -> None:
    make(tmp_path / "in", "a.jpg", "a.png", "A.jpg", "1912/a.jpg")
    run(tmp_path / "in", "-o", tmp_path / "in/out")
    made = results(tmp_path)
    _, out, _ = run(tmp_path / "in", "-o", tmp_path / "in/out")
    assert counted(out) == "4 of 4 photos done, 4 of them earlier."
    assert results(tmp_path) == made and len(network.shapes) == 4


def test_the_content_decides_what_is_a_photo(tmp_path: Path, network: FakeNetwork) -> None:
    make(tmp_path, "Oma 1.5.1932", "scan.001", "photo.jpg (1)", "IMG_1.HEIC", "a.mpo", "no ending")
    status, out, err = run(tmp_path)
    assert (status, counted(out), err) == (0, "6 of 6 photos done.", "")
    assert "Oma 1.5.1932-colorized.jpg" in results(tmp_path)


def test_files_of_other_kinds_are_counted(tmp_path: Path, network: FakeNetwork) -> None:
    make(tmp_path, "a.jpg", "start.exe")
    (tmp_path / "poster.psd").write_bytes(b"8BPS")
    (tmp_path / "letter.txt").write_text("Dear Sir")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    status, out, err = run(tmp_path)
    assert (status, counted(out)) == (0, "1 of 1 photos done.")
    assert "skipped 4 files of other types." in err
    (tmp_path / "a.jpg").unlink()
    with pytest.raises(CommandError, match=r"no photos in .*; skipped 4 files of other types"):
        run(tmp_path)


def test_what_is_named_like_a_photo_and_is_none_is_told_by_its_kind(
    tmp_path: Path, network: FakeNetwork
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"8BPS")
    (tmp_path / "b.jpg").write_bytes(b"")
    status, _, err = run(tmp_path)
    assert status == 1
    assert "a.jpg: This is a Photoshop file" in err and "b.jpg: This is an empty file" in err


def test_the_notes_of_macos_are_left_out(tmp_path: Path, network: FakeNetwork) -> None:
    make(tmp_path, "apple-double.jpg")
    shutil.copy(ROOT / "tests/cases/._apple-double.jpg", tmp_path)
    for asked in ([tmp_path], sorted(tmp_path.glob("*apple-double.jpg"))):
        status, out, err = run(*asked, "--overwrite")
        assert (status, counted(out), err) == (0, "1 of 1 photos done.", "")


@pytest.mark.parametrize("letter", ["a", "日"])
def test_a_name_as_long_as_it_may_be(letter: str, tmp_path: Path, network: FakeNetwork) -> None:
    stem = letter * (251 // len(letter.encode()))
    make(tmp_path, f"{stem}.jpg", f"{stem}.png", f"{stem[:-1]}x.jpg")
    status, *_ = run(tmp_path)
    assert status == 0
    assert len(results(tmp_path)) == 3
    assert all(len(name.encode()) <= 255 for name in results(tmp_path))


def test_names_that_are_no_utf_8(tmp_path: Path, network: FakeNetwork) -> None:
    for name in (b"caf\xe9.jpg", b"caf\xe8.jpg", b"\xff.jpg"):
        make(tmp_path, os.fsdecode(name))
    status, *_ = run(tmp_path, "-o", tmp_path / "out")
    assert (status, results(tmp_path / "out")) == (
        0,
        ["cafè-colorized.jpg", "café-colorized.jpg", "ÿ-colorized.jpg"],
    )


def test_links_in_a_circle(tmp_path: Path, network: FakeNetwork) -> None:
    make(tmp_path, "in/a.jpg")
    (tmp_path / "in/again").symlink_to(tmp_path / "in")
    (tmp_path / "in/loop.jpg").symlink_to(tmp_path / "in/loop.jpg")
    status, out, _ = run(tmp_path / "in", tmp_path / "in/again", tmp_path / "in/a.jpg")
    assert (status, counted(out)) == (0, "1 of 1 photos done.")
    status, _, err = run(tmp_path / "in/loop.jpg")
    assert status == 1 and "loop.jpg: " in err


def test_a_folder_that_cannot_be_read_is_told(
    tmp_path: Path, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.jpg", "closed/b.jpg")
    scandir = os.scandir

    def scan(path: Any = ".") -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    status, out, err = run(tmp_path)
    assert (status, counted(out)) == (1, "1 of 1 photos done.")
    assert f"{tmp_path}/closed: Permission denied" in err


def test_no_limit_on_bytes_but_on_pixels(
    tmp_path: Path, network: FakeNetwork, settings: Any
) -> None:
    settings.PHOTO_MAX_BYTES = 100
    make(tmp_path, "a.jpg")
    assert run(tmp_path)[0] == 0
    settings.PHOTO_MAX_PIXELS = 1000
    status, _, err = run(tmp_path, "--overwrite")
    assert status == 1 and "too large" in err


def test_a_device_is_no_photo(network: FakeNetwork) -> None:
    status, _, err = run("/dev/zero")
    assert status == 1 and "/dev/zero: Not a file" in err


def test_what_a_killed_run_has_left_behind_is_no_photo(
    tmp_path: Path, network: FakeNetwork
) -> None:
    make(tmp_path, "a.jpg", ".colorized-0123456789abcdef.draft")
    _, out, err = run(tmp_path)
    assert (counted(out), err) == ("1 of 1 photos done.", "")


def test_an_original_is_never_written_over(scans: Path, network: FakeNetwork) -> None:
    """Not even one that bears a result's name and is asked for by name with --overwrite."""
    original = photo("JPEG")
    (scans / "x.jpg").write_bytes(photo("JPEG"))
    (scans / "x-colorized.jpg").write_bytes(original)
    status, _, err = run(scans / "x.jpg", scans / "x-colorized.jpg", "--overwrite")
    assert status == 1
    assert (scans / "x-colorized.jpg").read_bytes() == original
    assert "x.jpg: " in err


@pytest.mark.parametrize("key", OUTPUTS)
def test_results_come_as_any_kind_of_file(key: str, scans: Path, network: FakeNetwork) -> None:
    run(scans, "--format", key)
    made = scans / f"a{OUTPUTS[key].suffix}"
    assert Image.MIME[str(opened(made.read_bytes()).format)] == OUTPUTS[key].mime
    # None of them is taken for a photo later.
    _, out, err = run(scans, "--format", key)
    assert f"{made} already exists" in err and "2 of 3 photos done, 2 of them earlier" in out


def test_an_unknown_kind_of_file_is_refused_with_those_that_there_are(scans: Path) -> None:
    with pytest.raises(CommandError, match="tiff16"):
        call_command("colorize", scans, "--format", "gif")


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
        CommandError, match=r"colornet\. To download it: manage.py fetch_network zhang2016"
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


def broken_exif() -> bytes:
    """Pillow has a warning for each of its entries."""
    entries = [struct.pack("<HHII", tag, 2, 60000, 9000) for tag in range(1000, 1100)]
    head = b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries))
    return photo(exif=head + b"".join(entries) + bytes(4))


def broken_fax() -> bytes:
    """libtiff has a message for each of its rows that is too long or unknown."""
    pixels = np.random.default_rng(1).integers(0, 2, (400, 64)).astype(bool)
    fax = bytearray(save(Image.fromarray(pixels), "TIFF", compression="group3"))
    fax[400:3000:20] = bytes(len(range(400, 3000, 20)))
    return bytes(fax)


@pytest.mark.slow
@pytest.mark.parametrize("make", [broken_exif, broken_fax])
def test_faults_are_passed_over_without_a_word(make: Callable[[], bytes], scans: Path) -> None:
    """The log would fill up with them."""
    (scans / "a.jpg").write_bytes(make())
    command = ["manage.py", "colorize", str(scans / "a.jpg"), "--overwrite"]
    done = processes.run(*command, environment=dict(os.environ))
    assert (done.returncode, done.stderr) == (0, "")


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


def xmp_of(artist: str) -> bytes:
    return xmp.write(Metadata(artist=artist), "Cataloguer")


@pytest.mark.parametrize("name", ["scan.xmp", "scan.jpg.xmp", "scan.XMP"])
def test_a_sidecar_counts_before_what_the_photo_says(
    name: str, tmp_path: Path, network: FakeNetwork
) -> None:
    (tmp_path / "scan.jpg").write_bytes(photo("JPEG", xmp=xmp_of("Somebody")))
    (tmp_path / name).write_bytes(xmp_of("Anna"))
    status, out, err = run(tmp_path)
    assert (status, counted(out), err) == (0, "1 of 1 photos done.", "")
    told = opened((tmp_path / "scan-colorized.jpg").read_bytes())
    assert xmp.read(told.info["xmp"]).artist == "Anna"


def test_of_two_sidecars_the_one_with_the_whole_name_counts(
    tmp_path: Path, network: FakeNetwork
) -> None:
    (tmp_path / "scan.jpg").write_bytes(photo("JPEG"))
    (tmp_path / "scan.xmp").write_bytes(xmp_of("Somebody"))
    (tmp_path / "scan.jpg.xmp").write_bytes(xmp_of("Anna"))
    run(tmp_path)
    told = opened((tmp_path / "scan-colorized.jpg").read_bytes())
    assert xmp.read(told.info["xmp"]).artist == "Anna"


@pytest.mark.parametrize("bad", [b"", b"no XMP", b"<!DOCTYPE x>" + xmp_of("Eve"), b" " * 600_000])
def test_a_sidecar_that_cannot_be_read_costs_no_photo(
    bad: bytes, tmp_path: Path, network: FakeNetwork
) -> None:
    (tmp_path / "scan.jpg").write_bytes(photo("JPEG", xmp=xmp_of("Anna")))
    (tmp_path / "scan.xmp").write_bytes(bad)
    status, out, err = run(tmp_path)
    assert (status, counted(out)) == (0, "1 of 1 photos done.")
    assert "scan.xmp: it could not be read as XMP; scan.jpg is coloured without it." in err
    told = opened((tmp_path / "scan-colorized.jpg").read_bytes())
    assert xmp.read(told.info["xmp"]).artist == "Anna"


def test_a_page_of_a_tiff_can_be_chosen(tmp_path: Path, network: FakeNetwork) -> None:
    pages = [Image.new("L", (64, 32 + n), 128) for n in range(3)]
    pages[0].save(tmp_path / "fax.tif", save_all=True, append_images=pages[1:])
    status, _, err = run(tmp_path / "fax.tif")
    assert status == 0 and "This file has 3 pages; this is page 1. --page chooses another." in err
    status, _, err = run(tmp_path / "fax.tif", "--page", "3")
    assert status == 0 and "this is page 3" in err
    for name, size in {"fax-colorized.jpg": (64, 32), "fax-page3-colorized.jpg": (64, 34)}.items():
        assert opened((tmp_path / name).read_bytes()).size == size, name
    assert counted(run(tmp_path, "--page", "1")[1]) == "1 of 1 photos done, 1 of them earlier."
    status, _, err = run(tmp_path / "fax.tif", "--page", "4")
    assert status == 1 and "this file has 3 pages" in err


def proposals_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*-proposal*"))}


def test_proposals_lie_beside_the_result_with_their_hints_told(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, ProposingNetwork())
    own = "0.9,0.9,#446622"
    status, out, err = run(scans / "a.jpg", "--proposals", "--hint", own)
    assert (status, counted(out)) == (0, "1 of 1 photos done.")
    made = proposals_in(scans)
    assert list(made)[:2] == ["a-proposal1-colorized.jpg", "a-proposal2-colorized.jpg"]
    assert len({*made.values(), (scans / "a-colorized.jpg").read_bytes()}) == len(made) + 1
    line = next(line for line in err.splitlines() if "a-proposal1-colorized.jpg: made" in line)
    arguments = shlex.split(line.partition("made with ")[2])
    assert arguments[:2] == ["--hint", own] and arguments.count("--hint") == 4
    run(scans / "a.jpg", *arguments, "--overwrite")
    assert (scans / "a-colorized.jpg").read_bytes() == made["a-proposal1-colorized.jpg"]


def test_a_seed_gives_other_proposals_and_the_same_one_the_same(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, ProposingNetwork())
    run(scans / "a.jpg")
    status, _, err = run(scans / "a.jpg", "--proposals")
    first = proposals_in(scans)
    assert status == 0 and "a-colorized.jpg already exists" in err and len(first) > 1
    _, _, err = run(scans / "a.jpg", "--proposals", "--seed", "1")
    assert err.count("already exists") >= 2 and proposals_in(scans) == first
    run(scans / "a.jpg", "--proposals", "--seed", "1", "--overwrite")
    assert proposals_in(scans) != first
    run(scans / "a.jpg", "--proposals", "--seed", "0", "--overwrite")
    assert proposals_in(scans) == first


def test_where_nothing_else_is_likely_that_is_told(scans: Path, network: FakeNetwork) -> None:
    status, _, err = run(scans / "a.jpg", "--proposals")
    assert status == 0 and "Nothing else is likely" in err and not proposals_in(scans)


def test_proposals_are_made_of_one_photo_by_a_network_that_makes_some(
    scans: Path, network: FakeNetwork, plain_network: str
) -> None:
    with pytest.raises(CommandError, match="Name one photo, and no folder"):
        run(scans, "--proposals")
    with pytest.raises(CommandError, match="makes no proposals"):
        run(scans / "a.jpg", "--proposals", "--network", plain_network)
    with pytest.raises(CommandError, match="-1 is not a whole number from 0"):
        run(scans / "a.jpg", "--proposals", "--seed=-1")

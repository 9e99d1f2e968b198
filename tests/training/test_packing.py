"""Packing: what is written is whole, comes from where it should, and is told."""

import argparse
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from colorize.engine.atomic_files import draft_folder
from colorize.evaluation.run import photos_in
from colorize.training import pack
from colorize.training.errors import TrainingError
from colorize.training.shards import members, write_shards
from colorize.training.sources import read_sources
from tests.photos import alike, colourful, save


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Sources: 12 photos of rooms, of which 2 are grey and 1 is there twice; 6 of streets in a git
    directory; 5 of elsewhere that are kept away."""
    rooms = {f"{n:02d}.jpg": save(colourful(n), "JPEG") for n in range(9)}
    grey = {f"grey-{n}.png": save(colourful(20 + n).convert("L")) for n in range(2)}
    files(tmp_path / "rooms" / "below", rooms | grey | {"twin.jpg": rooms["03.jpg"]})
    (tmp_path / "rooms" / "notes.txt").write_text("no photo")
    commit(files(tmp_path / "streets", {f"{n}.png": save(colourful(30 + n)) for n in range(6)}))
    files(tmp_path / "far", {f"{n}.jpg": save(colourful(50 + n), "JPEG") for n in range(5)})
    (tmp_path / "sources.toml").write_text("""
        [[source]]
        name = "rooms"
        folder = "rooms"
        [[source]]
        name = "streets"
        git = "streets.git"
        pattern = '^[0-4]\\.PNG$'
        [[source]]
        name = "far"
        folder = "far"
        outsider = true
    """)
    return tmp_path


def files(folder: Path, contents: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return folder


def commit(folder: Path) -> None:
    """FOLDER -> FOLDER.git, bare."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "Photos"]):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    bare = folder.with_suffix(".git")
    subprocess.run(["git", "clone", "-q", "--bare", str(folder), str(bare)], check=True)
    shutil.rmtree(folder)


def run(verb: str, photos: Path, *args: object) -> Path:
    """The folder that was written to."""
    parser = argparse.ArgumentParser()
    pack.add_verbs(parser.add_subparsers())
    folder = photos / "out"
    words = [verb, photos / "sources.toml", "--folder", folder, "--workers", 1, *args]
    options = parser.parse_args(list(map(str, words)))
    options.do(options)
    return folder


def packed(folder: Path) -> dict[str, bytes]:
    return dict(members(sorted(folder.glob("*.tar"))))


def test_shards_hold_the_photos_of_every_source_shuffled(photos: Path) -> None:
    names = list(packed(run("pack", photos)))
    sources = [name.split("/")[0] for name in names]
    assert (sources.count("rooms"), sources.count("streets"), len(names)) == (9, 5, 14)
    assert sorted(names) != names
    assert sorted(names)[0] == "rooms/000000.webp"


def test_a_photo_of_a_shard_is_what_was_found(photos: Path) -> None:
    shard = packed(run("pack", photos, "--side", "100", "--format", "jpeg", "--quality", "90"))
    found = [Image.open(io.BytesIO(file)) for name, file in shard.items() if "streets" in name]
    assert {image.size for image in found} == {(133, 100)}
    assert all(any(alike(image, colourful(30 + n)) for image in found) for n in range(5))


def test_the_report_says_what_was_taken_and_why_the_rest_was_not(
    photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (run("pack", photos) / "photos.md").read_text().splitlines()
    cells = {line.split(" | ")[0].strip("| "): line.split(" | ")[1:] for line in lines}
    assert cells["rooms"][:2] == ["12", "9"] and cells["rooms"][3] == "grey 2, copy 1 |"
    assert cells["streets"][:2] == ["5", "5"] and cells["streets"][3] == "nothing left out |"
    assert cells["all"][:2] == ["17", "14"]
    said = capsys.readouterr().out
    assert "rooms: 9 of 12 taken; grey 2, copy 1" in said and "14 photos in 1 shards" in said


def test_no_more_than_most_are_taken_of_a_source(photos: Path) -> None:
    text = (photos / "sources.toml").read_text()
    text = text.replace('folder = "rooms"', 'folder = "rooms"\nmost = 4')
    (photos / "sources.toml").write_text(text)
    folder = run("pack", photos, "--only", "rooms")
    assert len(packed(folder)) == 4
    assert "not needed" in (folder / "photos.md").read_text()


def test_shards_are_the_same_with_more_workers_and_others_with_another_seed(photos: Path) -> None:
    run("pack", photos, "--name", "one")
    run("pack", photos, "--name", "two", "--workers", 2)
    run("pack", photos, "--name", "other", "--seed", 1)
    one, two, other = (
        (photos / "out" / f"{name}-0.tar").read_bytes() for name in ("one", "two", "other")
    )
    assert one == two != other


def test_no_photo_is_taken_that_is_kept_away_or_known_or_a_mirror_image_of_these(
    photos: Path,
) -> None:
    away = files(photos / "away", {"x.png": save(ImageOps.mirror(colourful(2)))})
    known = photos / "known.tar"
    with tarfile.open(known, "w") as tar:
        tar.add(photos / "rooms" / "below" / "05.jpg", "earlier/0.jpg")
    folder = run("pack", photos, "--away", away, "--known", known)
    assert len(packed(folder)) == 12
    assert "kept away 1, known 1" in (folder / "photos.md").read_text()


def test_shards_are_of_bounded_size(tmp_path: Path) -> None:
    names = {f"made/{n}.webp": bytes([n]) * 20_000 for n in range(20)}
    assert write_shards(tmp_path / "photos", names.items(), 0, 100_000) == 5
    shards = sorted(tmp_path.iterdir())
    assert [shard.stat().st_size <= 100_000 for shard in shards] == [True] * 5
    assert dict(members(shards)) == names


def test_a_photo_larger_than_a_shard_has_one_of_its_own(tmp_path: Path) -> None:
    photos = [("a.jpg", bytes(50_000)), ("b.jpg", b"b")]
    assert write_shards(tmp_path / "photos", photos, 0, 20_000) == 2


def test_earlier_shards_are_not_mixed_with_new_ones(photos: Path) -> None:
    before = packed(run("pack", photos, "--only", "streets"))
    with pytest.raises(TrainingError, match=r"photos-0\.tar is there already: choose another name"):
        run("pack", photos)
    assert packed(photos / "out") == before


def test_where_packing_fails_nothing_is_left(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("colorize.training.shards.write_tar", full)
    with pytest.raises(OSError, match="No space left"):
        run("pack", photos)
    assert list((photos / "out").iterdir()) == []


def test_where_no_photo_is_taken_nothing_is_written(photos: Path) -> None:
    for verb, source in (("pack", "rooms"), ("outsiders", "far")):
        with pytest.raises(TrainingError, match="No photo was taken, so nothing was written"):
            run(verb, photos, "--only", source, "--away", photos / source)
    assert not (photos / "out").exists() or list((photos / "out").iterdir()) == []


def test_outsiders_are_written_for_evaluation_and_never_into_shards(photos: Path) -> None:
    folder = run("outsiders", photos, "--each", 3)
    found = photos_in(folder)
    assert [path.relative_to(folder).as_posix() for path in found] == [
        f"far/{n:06d}.jpg" for n in range(3)
    ]
    assert all(Image.open(path).size == (200, 150) for path in found)
    assert "| far | 5 | 3 |" in (folder / "report.md").read_text()
    assert [path.name for path in photos.iterdir() if path.name.endswith(".draft")] == []


def test_outsiders_do_not_go_into_a_folder_that_has_something(photos: Path) -> None:
    files(photos / "out", {"mine.txt": b"mine"})
    with pytest.raises(FileExistsError):
        run("outsiders", photos)
    assert [path.name for path in (photos / "out").iterdir()] == ["mine.txt"]


def test_a_folder_in_the_making_goes_when_its_making_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"), draft_folder(tmp_path / "whole") as folder:
        (folder / "a").touch()
        raise ValueError("stop")
    assert list(tmp_path.iterdir()) == []


WRONG = {
    "": "has no sources: write each under a line",
    "source = 1": "has no sources",
    "[[source": "is no TOML",
    "[[source]]": "source 1: needs a name of up to 60 letters",
    "[[source]]\nname = 'a/b'": "needs a name of up to 60 letters",
    "[[source]]\nname = 'a'": "needs either “folder” or “git”",
    "[[source]]\nname = 'a'\nfolder = '.'\ngit = '.'": "needs either “folder” or “git”",
    "[[source]]\nname = 'a'\nfolder = 'nowhere'": "there is no folder .*nowhere",
    "[[source]]\nname = 'a'\nfolder = '.'\npattern = '('": "the pattern '\\(' is wrong",
    "[[source]]\nname = 'a'\nfolder = '.'\nmost = 0": "“most” must be 1 or more",
    "[[source]]\nname = 'a'\nfolder = '.'\nmost = true": "“most” cannot be True",
    "[[source]]\nname = 'a'\nfolder = '.'\ntrim = 0.6": "“trim” must be from 0 to 0.4",
    "[[source]]\nname = 'a'\nfolder = '.'\nmax = 1": "there is no option “max”, only name,",
    "[[source]]\nname = 7": "“name” cannot be 7",
    "[[source]]\nname = 'a'\nfolder = '.'\n" * 2: "has 2 sources “a”",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_a_file_of_sources_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=WRONG[text]):
        read_sources(path)


def test_a_folder_that_is_no_git_directory_is_told(photos: Path) -> None:
    text = (photos / "sources.toml").read_text().replace("streets.git", "rooms")
    (photos / "sources.toml").write_text(text)
    with pytest.raises(TrainingError, match="rooms is not a git directory that can be read"):
        run("pack", photos)


def test_a_file_that_git_lacks_is_left_out(photos: Path) -> None:
    """As in a copy from which the largest files were taken out."""
    bare = photos / "streets.git"
    listed = subprocess.run(
        ["git", f"--git-dir={bare}", "rev-parse", "HEAD:0.png"], capture_output=True, text=True
    ).stdout.strip()
    for pack_file in list(bare.glob("objects/pack/*.pack")):
        moved = pack_file.rename(photos / "moved.pack")
        with moved.open("rb") as stream:
            subprocess.run(["git", f"--git-dir={bare}", "unpack-objects", "-q"], stdin=stream)
    (bare / "objects" / listed[:2] / listed[2:]).unlink()
    folder = run("pack", photos, "--only", "streets")
    assert len(packed(folder)) == 4 and "absent 1" in (folder / "photos.md").read_text()


@pytest.mark.parametrize("option", ["--away", "--known"])
def test_photos_to_avoid_that_cannot_be_read_are_told(option: str, photos: Path) -> None:
    nothing = files(photos / "nothing", {"a.txt": b""})
    with pytest.raises(TrainingError, match=r"There are no photos in .*nothing"):
        run("pack", photos, option, nothing)
    broken = files(photos / "broken", {"a.jpg": b"no photo"})
    with pytest.raises(TrainingError, match=r"a\.jpg cannot be read as a photo: take it out"):
        run("pack", photos, option, broken)
    (photos / "no.tar").write_bytes(b"no tar")
    with pytest.raises(TrainingError, match=r"no\.tar is not a tar, or incomplete"):
        run("pack", photos, option, photos / "no.tar")
    with pytest.raises(FileNotFoundError):
        run("pack", photos, option, photos / "nowhere")


def test_sources_that_are_not_in_the_file_are_told(photos: Path) -> None:
    with pytest.raises(TrainingError, match="has no sources far, moon without “outsider = true”"):
        run("pack", photos, "--only", "rooms", "moon", "far")


@pytest.mark.parametrize("words", [("--side", "0"), ("--quality", "101"), ("--workers", "many")])
def test_a_number_that_cannot_be_is_told(
    words: tuple[str, str], photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("pack", photos, *words)
    assert f"{words[1]} is not" in capsys.readouterr().err

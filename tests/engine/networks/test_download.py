"""A published file by way of bad mirrors, broken connections and wrong bytes."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from colorize.engine.networks.download import DownloadError, download
from colorize.engine.networks.manifest import Download
from tests.engine.networks.mirror import Mirror, running

DATA = np.random.default_rng(1).bytes(700_000)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with running() as mirror:
        mirror.files["net.bin"] = DATA
        yield mirror


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "net.bin"


def item(*mirrors: str) -> Download:
    return Download("net.bin", mirrors, sha256=SHA256)


def get(target: Path, *mirrors: str) -> list[tuple[int, int | None]]:
    """Downloads; what the progress was told."""
    shown: list[tuple[int, int | None]] = []
    download(item(*mirrors), target, lambda here, total: shown.append((here, total)))
    return shown


def part_of(target: Path) -> Path:
    return target.with_name("net.bin.part")


def test_the_file_comes_and_progress_is_told(mirror: Mirror, target: Path) -> None:
    shown = get(target, mirror.url("net.bin"))
    assert target.read_bytes() == DATA and not part_of(target).exists()
    assert len(shown) > 1 and shown[-1] == (len(DATA), len(DATA))


def test_a_sha1_is_enough(mirror: Mirror, target: Path) -> None:
    known = Download("net.bin", (mirror.url("net.bin"),), sha1=hashlib.sha1(DATA).hexdigest())
    download(known, target, lambda here, total: None)
    assert target.read_bytes() == DATA


def test_a_broken_download_goes_on_where_it_broke(mirror: Mirror, target: Path) -> None:
    mirror.breaks_after["net.bin"] = 300_000
    with pytest.raises(DownloadError, match="broke after 300000 of 700000 bytes"):
        get(target, mirror.url("net.bin"))
    assert not target.exists()
    shown = get(target, mirror.url("net.bin"))
    assert mirror.asked[-1] == ("net.bin", "bytes=300000-")
    assert target.read_bytes() == DATA and shown[0][0] > 300_000


def test_another_mirror_goes_on_at_once(mirror: Mirror, target: Path) -> None:
    mirror.files["copy.bin"] = DATA
    mirror.breaks_after["net.bin"] = 300_000
    get(target, mirror.url("net.bin"), mirror.url("copy.bin"))
    assert mirror.asked[-1] == ("copy.bin", "bytes=300000-")
    assert target.read_bytes() == DATA


def test_a_server_that_cannot_go_on_begins_again(mirror: Mirror, target: Path) -> None:
    mirror.ranges = False
    part_of(target).write_bytes(DATA[:1000])
    get(target, mirror.url("net.bin"))
    assert target.read_bytes() == DATA


@pytest.mark.parametrize("left", [b"other bytes", DATA + b"more", b"x" * len(DATA)])
def test_pieces_that_do_not_belong_together_are_thrown_away(
    left: bytes, mirror: Mirror, target: Path
) -> None:
    part_of(target).write_bytes(left)
    get(target, mirror.url("net.bin"))
    assert target.read_bytes() == DATA
    assert mirror.asked == [("net.bin", f"bytes={len(left)}-"), ("net.bin", None)]


def test_what_is_whole_already_is_not_sent_again(mirror: Mirror, target: Path) -> None:
    part_of(target).write_bytes(DATA)
    assert get(target, mirror.url("net.bin")) == []
    assert target.read_bytes() == DATA


def test_mirrors_are_tried_in_turn(mirror: Mirror, target: Path) -> None:
    mirror.files["wrong.bin"] = b"<html>Not here</html>"
    get(target, mirror.url("gone.bin"), mirror.url("wrong.bin"), mirror.url("net.bin"))
    assert [name for name, _ in mirror.asked] == ["gone.bin", "wrong.bin", "net.bin"]
    assert target.read_bytes() == DATA


def test_it_says_what_was_wrong_with_each_mirror(mirror: Mirror, target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        offline = f"http://127.0.0.1:{closed.getsockname()[1]}/net.bin"
    mirror.files["wrong.bin"] = DATA[::-1]
    nowhere = "http://no-such-host.invalid/net.bin"
    urls = [mirror.url("gone.bin"), mirror.url("wrong.bin"), offline, nowhere, "file:///etc/hosts"]
    with pytest.raises(DownloadError) as told:
        get(target, *urls)
    lines = str(told.value).splitlines()
    assert lines[0] == "No mirror gave net.bin."
    wanted = ["404", "hash is wrong", "cannot be reached", "cannot be reached", "not a web address"]
    for line, url, words in zip(lines[1:], urls, wanted, strict=True):
        assert line.startswith(f"{url}: ") and words in line
    assert not target.exists() and not part_of(target).exists()


def test_a_server_that_is_none_is_told(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            connection, _ = server.accept()
            connection.recv(1000)
            connection.sendall(b"SSH-2.0-nonsense\r\n")
            connection.close()

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(DownloadError, match="the connection broke"):
            get(target, f"http://127.0.0.1:{server.getsockname()[1]}/net.bin")
        thread.join()

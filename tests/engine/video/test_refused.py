"""What cannot be coloured is refused in words."""

import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import av
import pytest

from colorize.engine.errors import UserError
from colorize.engine.formats import check_film
from colorize.engine.video import opening
from colorize.engine.video.bounds import USUAL
from colorize.engine.video.colouring import colour
from colorize.engine.video.errors import (
    BadPart,
    FilmDamaged,
    FilmTooLarge,
    FilmTooLong,
    FilmUnreadable,
    NoFilm,
    ProtectedFilm,
    UnknownCodec,
)
from colorize.engine.video.film import Plan
from colorize.engine.video.looking import look
from colorize.engine.video.options import FilmOptions
from tests.engine.video.fakes import PlainColours
from tests.engine.video.made import film, sound_alone
from tests.engine.video.test_kinds import KINDS
from tests.engine.video.test_way import coloured, nothing

SDP = b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"


def looked(data: bytes, **asked: Any) -> Plan:
    return look(io.BytesIO(data), FilmOptions(**asked), USUAL)


@pytest.mark.parametrize(
    "data",
    [
        b"ffconcat version 1.0\nfile neighbour.mp4\n",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        SDP,
        b"<MPD><Period></Period></MPD>",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"GIF89a" + bytes(100),
        b"",
        b"\0" * 5000,
        b"\0\0\0\x18ftypmp42" + b"ffconcat version 1.0\nfile x.mp4\n" * 20,
    ],
    ids=["ffconcat", "m3u8", "sdp", "mpd", "png", "gif", "empty", "zeros", "half-mp4"],
)
def test_what_is_no_film_is_not_opened(data: bytes, tmp_path: Path) -> None:
    """Whatever its name: nothing beside it is read."""
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    (tmp_path / "neighbour.mp4").write_bytes(film(frames=3))
    with path.open("rb") as file, pytest.raises(FilmUnreadable):
        look(file, FilmOptions(), USUAL)


@pytest.mark.parametrize("data", [b"ffconcat version 1.0\n", b"#EXTM3U\n", SDP, b"%PDF-1.7", b""])
def test_what_does_not_begin_like_a_film_is_named(data: bytes) -> None:
    with pytest.raises(UserError, match="not a film"):
        check_film(data)


@pytest.mark.parametrize(
    ("kind", "codec", "pix_fmt"),
    [
        ("mp4", "libx264", "yuv420p"),
        ("mov", "libx264", "yuv420p"),
        ("3gp", "libx264", "yuv420p"),
        ("webm", "libvpx-vp9", "yuv420p"),
        ("matroska", "libx264", "yuv420p"),
        ("avi", "mjpeg", "yuvj420p"),
        ("mpeg", "mpeg1video", "yuv420p"),
        ("vob", "mpeg2video", "yuv420p"),
        ("mpegts", "libx264", "yuv420p"),
        ("mpeg2video", "mpeg2video", "yuv420p"),
    ],
)
def test_films_are_known_by_their_first_bytes(kind: str, codec: str, pix_fmt: str) -> None:
    assert check_film(film(kind, codec, 3, pix_fmt=pix_fmt))


def test_sound_alone_is_no_film() -> None:
    with pytest.raises(NoFilm):
        looked(sound_alone())


def test_a_film_without_frames_has_nothing_to_colour() -> None:
    with pytest.raises((FilmUnreadable, NoFilm)):
        looked(film(frames=0, muxing={"movflags": "empty_moov"}))


def test_a_protected_film_is_named_as_such() -> None:
    locked = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    with pytest.raises(ProtectedFilm):
        looked(film(muxing=locked))


def test_a_codec_that_is_not_on_the_list_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "CODECS", ("hevc",))
    with pytest.raises(UnknownCodec, match="h264"):
        looked(film(frames=3))


def test_a_film_with_a_codec_that_nobody_knows() -> None:
    with pytest.raises(UnknownCodec, match="unknown"):
        looked(film(kind="avi", codec="mpeg4").replace(b"FMP4", b"zzzz"))


def test_frames_have_a_largest_size() -> None:
    with pytest.raises(FilmTooLarge, match="64 × 48"):
        look(io.BytesIO(film(frames=3)), FilmOptions(), replace(USUAL, pixels=64 * 47))


def test_a_film_that_claims_to_be_huge_costs_no_memory() -> None:
    """16,000 pixels a side, in the header of its frames."""
    data = film(kind="mpeg2video", codec="mpeg2video", frames=3)
    with pytest.raises(FilmTooLarge, match="4000 × 4000"):
        looked(data[:4] + b"\xfa\x0f\xa0" + data[7:])
    data = film(kind="avi", codec="mjpeg", pix_fmt="yuvj420p", frames=2)
    width, height = (64).to_bytes(4, "little"), (48).to_bytes(4, "little")
    side = (16_000).to_bytes(4, "little")
    with pytest.raises(FilmTooLarge, match="16000 × 16000"):
        looked(data.replace(width + height, side + side))


def test_only_so_many_frames_a_second() -> None:
    with pytest.raises(FilmTooLarge):
        look(io.BytesIO(film(frames=30)), FilmOptions(), replace(USUAL, seconds=1, rate=20))


def test_a_film_may_be_too_long_but_a_part_of_it_is_not() -> None:
    data, bounds = film(frames=100), replace(USUAL, seconds=1)
    with pytest.raises(FilmTooLong, match=r"0:04.*0:01"):
        look(io.BytesIO(data), FilmOptions(), bounds)
    plan = look(io.BytesIO(data), FilmOptions(start=1.2, end=2), bounds)
    assert (plan.film.start, plan.film.seconds) == pytest.approx((1.2, 0.8))
    assert plan.film.frames == 20


@pytest.mark.parametrize("asked", [{"start": 9}, {"start": 1, "end": 0.5}])
def test_a_part_that_is_none_is_named(asked: dict[str, float]) -> None:
    with pytest.raises(BadPart, match="0:04"):
        looked(film(frames=100), **asked)


CUT: dict[str, dict[str, Any]] = {
    "mp4": {"muxing": {"movflags": "faststart"}},
    "mkv": {"kind": "matroska"},
    "webm": {"kind": "webm", "codec": "libvpx-vp9"},
}


@pytest.mark.parametrize("name", CUT)
def test_a_film_without_its_end_is_coloured_as_far_as_it_goes_if_asked(
    name: str, tmp_path: Path
) -> None:
    data = film(frames=200, options={"g": "10"}, **CUT[name])
    data = data[: len(data) // 2]
    with pytest.raises(FilmDamaged, match="from 0:0"):
        looked(data)
    whole = coloured(data, tmp_path, FilmOptions(incomplete=True))
    assert 40 < whole.film.frames < 140
    assert "cannot be read" in whole.film.notes[0]


def test_an_mp4_without_its_index_is_lost() -> None:
    data = film(frames=100)
    with pytest.raises(FilmUnreadable):
        looked(data[: len(data) // 2], incomplete=True)


def test_a_film_that_is_damaged_in_the_middle_is_coloured_around_it_if_asked(
    tmp_path: Path,
) -> None:
    data = film(frames=100, options={"g": "10", "qp": "0"})
    middle = len(data) // 2
    data = data[: middle - 1500] + b"\xa5" * 3000 + data[middle + 1500 :]
    plan = looked(data)
    made = {"colours": PlainColours(), "path": tmp_path / "piece.mp4", "progress": nothing}
    with pytest.raises(FilmDamaged, match="from 0:0"):
        colour(io.BytesIO(data), plan.film, plan.pieces[0], **made)  # type: ignore[arg-type]
    whole = coloured(data, tmp_path, FilmOptions(incomplete=True))
    assert 40 < whole.film.frames < 100
    with av.open(str(tmp_path / "film.mp4")) as container:
        last = [frame.time for frame in container.decode(video=0)][-1]
    assert last == pytest.approx(3.96)


def test_a_film_whose_clock_starts_again_is_coloured_up_to_there_if_asked(tmp_path: Path) -> None:
    """As where two recordings were put into one file."""
    how: dict[str, Any] = {"kind": "mpegts", "frames": 60}
    data = film(**how) + film(**how)
    with pytest.raises(FilmDamaged, match="from 0:02 on"):
        looked(data)
    assert coloured(data, tmp_path, FilmOptions(incomplete=True)).film.frames >= 60


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mp4-h264", "mkv-h264", "avi-mpeg4", "vob-mpeg2", "ts-h264"])
def test_whatever_is_broken_is_coloured_or_a_sentence(name: str, tmp_path: Path) -> None:
    """Never a fault of the program."""
    rng, whole = Random(name), film(**{"frames": 20} | KINDS[name])
    for _ in range(40):
        data = bytearray(whole[: rng.choice((len(whole), rng.randrange(len(whole))))])
        for _ in range(min(len(data), rng.choice((1, 5, 50)))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with suppress(UserError):
            coloured(bytes(data), tmp_path, FilmOptions(incomplete=True))

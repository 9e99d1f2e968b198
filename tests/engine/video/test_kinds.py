"""Films of each container and codec keep their pictures, their times and their sound."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from colorize.engine.video.bounds import USUAL
from colorize.engine.video.film import Film, Matrix
from colorize.engine.video.looking import look
from colorize.engine.video.options import FilmOptions
from tests.engine.video.made import film
from tests.engine.video.test_way import coloured

UNEVEN = [0, 3, 4, 9, 10, 11, 12, 13, 14, 30, 31, 32, 40, 41, 45, 50, 51, 52, 53, 60]
# What is made: container, codec of the pictures, of the sound, and whatever else is said.
KINDS: dict[str, dict[str, Any]] = {
    "mp4-h264": {"sound": "aac"},
    "mp4-hevc": {"codec": "libx265", "options": {"x265-params": "log-level=none"}},
    "mp4-mpeg4": {"codec": "mpeg4", "sound": "mp3"},
    "mp4-av1": {"codec": "libsvtav1", "options": {"preset": "12"}, "sound": "libopus"},
    "mp4-in-fragments": {"muxing": {"movflags": "frag_keyframe+empty_moov"}, "sound": "aac"},
    "mov-h264": {"kind": "mov", "sound": "pcm_s16le"},
    "mov-prores": {"kind": "mov", "codec": "prores_ks", "pix_fmt": "yuv422p10le"},
    "mov-mjpeg": {"kind": "mov", "codec": "mjpeg", "pix_fmt": "yuvj420p", "sound": "alac"},
    "mkv-h264": {"kind": "matroska", "sound": "flac"},
    "mkv-ffv1-grey": {"kind": "matroska", "codec": "ffv1", "pix_fmt": "gray"},
    "mkv-uneven": {"kind": "matroska", "times": UNEVEN, "tick": Fraction(1, 50)},
    "webm-vp8": {"kind": "webm", "codec": "libvpx", "sound": "libopus"},
    "webm-vp9": {"kind": "webm", "codec": "libvpx-vp9", "sound": "libopus"},
    "webm-of-a-browser": {"kind": "webm", "codec": "libvpx", "muxing": {"live": "1"}},
    "avi-mjpeg": {"kind": "avi", "codec": "mjpeg", "pix_fmt": "yuvj420p", "sound": "pcm_s16le"},
    "avi-mpeg4": {"kind": "avi", "codec": "mpeg4", "options": {"bf": "2"}, "sound": "mp3"},
    "avi-huffyuv": {"kind": "avi", "codec": "huffyuv", "pix_fmt": "yuv422p", "sound": "ac3"},
    "mpg-mpeg1": {"kind": "mpeg", "codec": "mpeg1video", "sound": "mp2"},
    "vob-mpeg2": {"kind": "vob", "codec": "mpeg2video", "options": {"bf": "2"}, "sound": "ac3"},
    "ts-mpeg2": {"kind": "mpegts", "codec": "mpeg2video", "sound": "mp2"},
    "ts-h264": {"kind": "mpegts", "options": {"g": "10"}, "sound": "aac"},
    "m2v": {"kind": "mpeg2video", "codec": "mpeg2video"},
    "dv": {"kind": "dv", "codec": "dvvideo", "size": (720, 576)},
    "3gp-h263": {"kind": "3gp", "codec": "h263", "size": (176, 144)},
    "3gp-h264": {"kind": "3gp", "sound": "aac"},
    "ntsc": {"rate": Fraction(30000, 1001), "sound": "aac"},
    "uneven": {"times": UNEVEN, "tick": Fraction(1, 50)},
    "one-frame": {"kind": "matroska", "frames": 1},
    "one-a-minute": {"times": [0, 60, 120], "tick": Fraction(1), "frames": 3},
    "late": {"times": list(range(50, 70))},
}


def times(data: bytes | Path) -> list[float]:
    """Of the frames, from the first one on."""
    with av.open(io.BytesIO(data) if isinstance(data, bytes) else str(data)) as container:
        seen = [frame.time for frame in container.decode(video=0)]
    return [round(time - seen[0], 4) for time in seen]


def heard(path: Path) -> tuple[float, float]:
    """When the sound of a film begins and ends."""
    with av.open(str(path)) as container:
        packets = [each for each in container.demux(audio=0) if each.size]
    ends = [float((each.pts + each.duration) * each.time_base) for each in packets]
    return float(packets[0].pts * packets[0].time_base), ends[-1]


@pytest.mark.parametrize("name", KINDS)
def test_a_film_of_each_kind_is_coloured_whole(
    name: str, tmp_path: Path, short_pieces: None
) -> None:
    how = KINDS[name]
    data = film(**{"frames": 20 if "times" in how else 40} | how)
    whole = coloured(data, tmp_path)
    path = tmp_path / "film.mp4"
    assert times(path) == pytest.approx(times(data), abs=0.001)
    assert whole.film.frames == len(times(data))
    with av.open(str(path)) as made:
        assert made.streams.video[0].codec_context.name == "h264"
        assert bool(made.streams.audio) == ("sound" in how)
        length = float(made.streams.video[0].duration * made.streams.video[0].time_base)
    assert length == pytest.approx(whole.film.seconds, abs=1.5 / whole.film.rate)
    if "sound" in how:
        start, end = heard(path)
        assert start == pytest.approx(0, abs=0.05)
        assert end == pytest.approx(whole.film.seconds, abs=0.1)


def looked(**how: Any) -> Film:
    return look(io.BytesIO(film(**{"frames": 5} | how)), FilmOptions(), USUAL).film


def test_a_turned_film_stays_turned(tmp_path: Path) -> None:
    """A quarter turn to the right, as phones held upright write it."""
    right = (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    data = film(set_up=lambda stream: stream.set_display_matrix(right))
    whole = coloured(data, tmp_path)
    assert (whole.film.turn, whole.film.width, whole.film.height) == (90, 64, 48)
    with av.open(io.BytesIO(data)) as source, av.open(str(tmp_path / "film.mp4")) as made:
        assert next(made.decode(video=0)).rotation == next(source.decode(video=0)).rotation == -90


def test_pixels_keep_their_shape(tmp_path: Path) -> None:
    def wide(stream: Any) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(16, 11)

    assert coloured(film(set_up=wide), tmp_path).film.pixel_shape == pytest.approx(16 / 11)
    with av.open(str(tmp_path / "film.mp4")) as made:
        assert made.streams.video[0].sample_aspect_ratio == Fraction(16, 11)


@pytest.mark.parametrize("shape", [Fraction(1, 20), Fraction(20)])
def test_pixels_of_no_likely_shape_count_as_square(shape: Fraction) -> None:
    def odd(stream: Any) -> None:
        stream.codec_context.sample_aspect_ratio = shape

    assert looked(set_up=odd).pixel_shape == 1


@pytest.mark.parametrize("size", [(3840, 32), (32, 3840)])
def test_pictures_of_a_long_film_fit_into_a_jpeg(tmp_path: Path, size: tuple[int, int]) -> None:
    stills = coloured(film(frames=2, size=size), tmp_path).stills
    assert max(Image.open(io.BytesIO(stills.strip)).size) <= 8 * 2000


def test_full_range_and_matrix_are_kept_and_tagged(tmp_path: Path) -> None:
    def tagged(stream: Any) -> None:
        stream.codec_context.color_range, stream.codec_context.colorspace = 2, 1

    made = coloured(film(set_up=tagged), tmp_path).film
    assert (made.full_range, made.matrix) == (True, Matrix.BT709)
    with av.open(str(tmp_path / "film.mp4")) as container:
        frame = next(container.decode(video=0))
    assert (frame.color_range, frame.colorspace) == (2, 1)


@pytest.mark.parametrize(
    ("size", "matrix"), [((720, 576), Matrix.BT601), ((1280, 64), Matrix.BT709)]
)
def test_what_is_untagged_is_taken_for_what_is_usual(size: tuple[int, int], matrix: Matrix) -> None:
    assert looked(size=size, frames=1).matrix == matrix


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"pix_fmt": "yuv420p10le"}, "10 bits"),
        ({"kind": "mov", "codec": "png", "pix_fmt": "rgba"}, "transparency"),
        ({"pix_fmt": "yuv444p", "size": (63, 47)}, "odd"),
        ({"kind": "mpegts", "codec": "mpeg2video", "options": {"flags": "+ilme+ildct"}}, "whole"),
    ],
)
def test_what_is_lost_is_said(how: dict[str, Any], said: str) -> None:
    assert any(said in note for note in looked(**how).notes)


def test_nothing_is_said_of_a_plain_film() -> None:
    assert looked().notes == ()


def test_odd_sides_are_padded_by_their_edge(tmp_path: Path) -> None:
    how = {"kind": "matroska", "codec": "ffv1", "size": (63, 47)}
    coloured(film(**how), tmp_path, encoder={"crf": "0"})  # type: ignore[arg-type]
    with av.open(str(tmp_path / "film.mp4")) as made:
        luma = next(made.decode(video=0)).to_ndarray(format="yuv420p")[:48]
    assert luma.shape == (48, 64)
    assert (luma[:, 63] == luma[:, 62]).all() and (luma[47] == luma[46]).all()


def test_ten_bits_become_eight_within_rounding(tmp_path: Path) -> None:
    data = film(pix_fmt="yuv420p10le", options={"qp": "0"}, frames=2)
    coloured(data, tmp_path, encoder={"crf": "0"})
    with av.open(io.BytesIO(data)) as source, av.open(str(tmp_path / "film.mp4")) as made:
        deep = next(source.decode(video=0)).to_ndarray()[:48].astype(int)
        luma = next(made.decode(video=0)).to_ndarray()[:48].astype(int)
    assert abs(luma * 4 - deep).max() <= 4


def test_half_pictures_become_whole_ones(tmp_path: Path) -> None:
    """Fields of different times show as combs; none are left."""

    def comb(picture: av.VideoFrame) -> None:
        luma, across = rows_of(picture), np.arange(64)
        for field in (0, 1):
            at = 2 * picture.pts + field
            luma[field::2] = 128 + 90 * np.sin((across + 6 * at) / 5)

    data = film(
        kind="mpegts",
        codec="mpeg2video",
        options={"flags": "+ilme+ildct", "qmin": "1", "qmax": "2", "b": "5000000"},
        change=comb,
    )
    whole = coloured(data, tmp_path)
    assert whole.film.interlaced
    with av.open(io.BytesIO(data)) as source, av.open(str(tmp_path / "film.mp4")) as made:
        before, after = [list(each.decode(video=0))[5] for each in (source, made)]
    assert combed(rows_of(after)) < combed(rows_of(before)) / 3


def rows_of(picture: av.VideoFrame) -> Any:
    plane = picture.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(plane.height, -1)[:, : plane.width]


def combed(luma: Any) -> float:
    lines = luma[4:-4].astype(float)
    return float(abs(lines[1:-1] - (lines[:-2] + lines[2:]) / 2).mean())

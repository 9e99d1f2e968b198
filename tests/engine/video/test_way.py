"""The way of a plain film, from bytes to an MP4 in colour."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from colorize.engine.video import planning
from colorize.engine.video.bounds import USUAL
from colorize.engine.video.colouring import colour
from colorize.engine.video.joining import Whole, join
from colorize.engine.video.joins import LOOKS
from colorize.engine.video.looking import look
from colorize.engine.video.options import FilmOptions
from tests.engine.video.fakes import PlainColours
from tests.engine.video.made import film, luma_of


def nothing(done: float) -> None:
    """Nobody asks."""


def coloured(
    data: bytes,
    folder: Path,
    options: FilmOptions = FilmOptions(),  # noqa: B008
    encoder: dict[str, str] | None = None,
) -> Whole:
    """Joined in `folder` as film.mp4."""
    source = io.BytesIO(data)
    plan = look(source, options, USUAL)
    paths = [folder / f"{piece.number}.mp4" for piece in plan.pieces]
    for piece, path in zip(plan.pieces, paths, strict=True):
        colour(
            source,
            plan.film,
            piece,
            PlainColours(),
            path,
            nothing,
            incomplete=options.incomplete,
            encoder=encoder,
        )
    pieces = [io.BytesIO(path.read_bytes()) for path in paths]
    return join(source, plan.film, pieces, folder / "film.mp4", (1024, 320), nothing)


def test_luma_passes_on_bit_for_bit(tmp_path: Path, short_pieces: None) -> None:
    data = film(frames=60, options={"qp": "0", "g": "10"})
    coloured(data, tmp_path, encoder={"crf": "0"})
    with av.open(str(tmp_path / "film.mp4")) as made:
        frames = list(made.decode(video=0))
    assert len(frames) == 60
    for number, frame in enumerate(frames):
        planes = frame.to_ndarray(format="yuv420p")
        assert (planes[:48] == luma_of(number)).all(), number
        assert np.unique(planes[48:]).tolist() == [90, 160]


def test_times_and_sound_are_the_originals(tmp_path: Path, short_pieces: None) -> None:
    data = film(frames=60, sound="aac", options={"g": "10"})
    whole = coloured(data, tmp_path)
    assert whole.film.frames == 60
    with av.open(io.BytesIO(data)) as source, av.open(str(tmp_path / "film.mp4")) as made:
        assert [frame.time for frame in made.decode(video=0)] == [
            frame.time for frame in source.decode(video=0)
        ]


def test_a_part_begins_between_key_frames(tmp_path: Path, short_pieces: None) -> None:
    """Just where it was asked for, at 0, with its sound."""
    data = film(frames=100, sound="aac", options={"qp": "0", "g": "40"})
    whole = coloured(data, tmp_path, FilmOptions(start=1, end=3), encoder={"crf": "0"})
    with av.open(str(tmp_path / "film.mp4")) as made:
        frames = list(made.decode(video=0))
    assert [frame.time for frame in frames] == pytest.approx([n / 25 for n in range(50)])
    assert (frames[0].to_ndarray(format="yuv420p")[:48] == luma_of(25)).all()
    assert (frames[-1].to_ndarray(format="yuv420p")[:48] == luma_of(74)).all()
    assert (whole.film.start, whole.film.seconds, whole.film.frames) == (1, 2, 50)
    with av.open(str(tmp_path / "film.mp4")) as made:
        packets = [each for each in made.demux(audio=0) if each.size]
    assert float(packets[0].pts * packets[0].time_base) == pytest.approx(0, abs=0.06)
    assert float(packets[-1].pts * packets[-1].time_base) == pytest.approx(2, abs=0.06)


def test_no_join_can_be_seen(tmp_path: Path, short_pieces: None) -> None:
    """A piece is coloured with frames before and after it, which it does not hold."""
    source = io.BytesIO(film(frames=60, options={"g": "20"}))
    plan = look(source, FilmOptions(), USUAL)
    before = 0
    for piece in plan.pieces:
        colours = PlainColours()
        made = colour(source, plan.film, piece, colours, tmp_path / "piece.mp4", nothing)
        after = 60 - before - made.frames
        assert len(colours.seen) == made.frames + min(96, before) + min(16, after)
        before += made.frames
    assert (before, len(plan.pieces)) == (60, 3)


def test_each_piece_plays_by_itself(tmp_path: Path, short_pieces: None) -> None:
    coloured(film(frames=60, options={"g": "20"}), tmp_path)
    with av.open(str(tmp_path / "1.mp4")) as piece:
        frames = list(piece.decode(video=0))
    assert frames[0].time == 0 and frames[0].key_frame


def test_the_index_comes_first(tmp_path: Path) -> None:
    """So that a film plays while it is loaded."""
    coloured(film(sound="aac"), tmp_path)
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_a_film_keeps_its_title_and_says_that_its_colours_are_made(tmp_path: Path) -> None:
    coloured(film(about={"title": "Wedding", "date": "1952"}), tmp_path)
    with av.open(str(tmp_path / "film.mp4")) as made:
        about = dict(made.metadata)
    assert (about["title"], about["date"]) == ("Wedding", "1952")
    assert "neural network" in about["comment"]


@pytest.mark.parametrize(("rate", "lead"), [(24, 96), (10, 80), (2, 24)])
def test_joins_are_told_near_them_only(tmp_path: Path, rate: int, lead: int) -> None:
    source = io.BytesIO(film(frames=50 * rate, rate=rate, size=(16, 16), options={"g": "600"}))
    plan = look(source, FilmOptions(), USUAL)
    tail, total = 16, 0
    for piece in plan.pieces:
        colours = PlainColours()
        made = colour(source, plan.film, piece, colours, tmp_path / "piece.mp4", nothing)
        before, after = piece.number > 0, piece.end < 50
        total += made.frames
        # Of the frames of the piece, and of those around it that are dropped.
        loose = (tail if before else 0) + (lead if after else 0)
        near = min(made.frames, loose) + lead * before + tail * after
        assert len(colours.near) == made.frames + lead * before + tail * after
        assert np.count_nonzero(colours.near) == near
        assert colours.near[0] == before and colours.near[-1] == after
        # Evenly nearer to the next piece's mood, which it has in its last frame.
        until = made.frames + lead * before
        assert not after or colours.near[until - 4 : until] == [1 / 4, 1 / 3, 1 / 2, 1]
    assert total == 50 * rate and len(plan.pieces) > 2


def test_both_pieces_look_at_the_same_few_frames_around_their_join(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "LONGEST", 5.0)
    source = io.BytesIO(film(frames=300, options={"qp": "0", "g": "125"}))
    plan = look(source, FilmOptions(), USUAL)
    seen = []
    for piece in plan.pieces:
        colours = PlainColours()
        colour(source, plan.film, piece, colours, tmp_path / "piece.mp4", nothing)
        seen += colours.looks
    assert len(plan.pieces) == 3 and len(seen) == 4
    assert seen[0] == seen[1] and seen[2] == seen[3]
    assert all([is_there for _, is_there in looks].count(True) == 1 for looks in seen)
    assert all(LOOKS <= len(looks) <= LOOKS + 2 for looks in seen)


@pytest.mark.parametrize("how", [{}, {"kind": "matroska", "codec": "ffv1", "size": (65, 47)}])
def test_its_pictures_have_its_colours(tmp_path: Path, how: dict[str, Any]) -> None:
    stills = coloured(film(frames=40, **how), tmp_path).stills
    for still in (stills.result_medium, stills.result_small, stills.strip):
        planes = np.asarray(Image.open(io.BytesIO(still)).convert("YCbCr"))
        assert np.abs(np.median(planes[..., 1:], axis=(0, 1)) - (90, 160)).max() < 12
        assert planes[..., 1:].std(axis=(0, 1)).max() < 12
    before = np.asarray(Image.open(io.BytesIO(stills.before_medium)).convert("YCbCr"))
    assert np.abs(before[..., 1:].astype(int) - 128).max() < 4

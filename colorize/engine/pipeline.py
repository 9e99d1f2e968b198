"""The pipeline of a photo, from bytes to bytes: prepare -> predict -> finish. Knows no Django.

The site and the evaluation both use it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO

import numpy as np

from colorize.engine.before import before_of, needs_before, small_side
from colorize.engine.filenames import result_name, stem
from colorize.engine.formats import check_type
from colorize.engine.geometry import shaped, shaped_picture
from colorize.engine.limits import Limits
from colorize.engine.marks import marks_of
from colorize.engine.metadata import Metadata
from colorize.engine.negatives import make_positive
from colorize.engine.networks import Network
from colorize.engine.noticed import Noticed
from colorize.engine.opened import small_picture
from colorize.engine.options import Options
from colorize.engine.outputs import JPEG, Output, encode
from colorize.engine.photo import Photo, read_photo
from colorize.engine.planes import Pixels, Plane, fit, resize
from colorize.engine.predict import Predicted, predict
from colorize.engine.render import Coloured, picture_of
from colorize.engine.thumbnails import thumbnails_of
from colorize.engine.tones import restore_contrast


class Stopwatch:
    """Times the steps of one photo."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.milliseconds[name] = round((time.perf_counter() - start) * 1000, 1)


@dataclass(frozen=True)
class Thumbnails:
    """Small upright JPEGs of the original and the result, one for each requested side."""

    original: list[bytes]
    result: list[bytes]

    @classmethod
    def of(cls, photo: Photo, rgbx: Pixels, sides: Sequence[int]) -> "Thumbnails":
        """Thumbnails from pixels in memory, without decoding again."""
        assert photo.small is not None  # noqa: S101
        coloured = small_picture(picture_of(rgbx), sides[0])
        return cls(thumbnails_of(photo.small, sides), thumbnails_of(coloured, sides))


@dataclass(frozen=True, kw_only=True)
class ColourPhoto:
    """A photo in colour, new or stored.

    `file`: the picture, of the kind `output`; `before`: a JPEG to compare it with, None where the
    photo as it was sent will do (see before.py); `options`: those used, with the name of the
    network; `confidence`: 0..100, None if the network has none; `noticed`: about the photo;
    `milliseconds`: step -> time.
    """

    file: IO[bytes]
    output: Output = JPEG
    width: int
    height: int
    options: Options
    confidence: int | None
    noticed: Noticed = field(default_factory=Noticed)
    before: bytes | None = None
    filename: str = ""
    milliseconds: dict[str, float] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The whole file, in memory."""
        self.file.seek(0)
        return self.file.read()


@dataclass(frozen=True, kw_only=True)
class Result(ColourPhoto):
    """A new result, with data that is not stored.

    `ab`: (h', w', 2) float32 in Lab units, as mixed, at the size of the edge-aware step; `ab_step`:
    the same size, what a step of 1 in vividness adds to it, None for networks without vividness;
    `metadata`: what the photo says about itself, whether the result repeats it or not;
    `confidence_map`: (h'', w'') float32 0..1, NaN in a border, None for networks without
    confidence; `predicted`: before any hint; `thumbnails`: if sides were requested.
    """

    ab: Plane
    ab_step: Plane | None
    confidence_map: Plane | None
    metadata: Metadata
    predicted: Predicted
    thumbnails: Thumbnails | None = None


def colorize(
    data: bytes,
    network: Network,
    options: Options,
    limits: Limits,
    filename: str = "",
    sides: Sequence[int] = (),
    output: Output = JPEG,
    known: Metadata | None = None,
    page: int = 1,
) -> Result:
    """Run the whole pipeline. `sides`: of thumbnails, longest sides in pixels, largest first;
    `output`: the kind of the file; `known`: metadata that count before the photo's own, as from a
    sidecar file; `page`: of a TIFF, from 1.

    Raises WrongType, Damaged, TooManyPixels, TooSmall, TooLong, or BadOption if there is no such
    page, if too little of the photo would be kept, or if the network takes no hints.
    """
    watch = Stopwatch()
    wants_before = needs_before(check_type(data, filename), options)
    with watch.step("prepare"):
        needed = small_sides(sides, options, output, wants_before)
        photo = prepare(data, limits, filename, needed, page)
        if known:
            photo = replace(photo, metadata=known.before(photo.metadata))
        before = before_of(photo, options) if wants_before else None
        photo = in_shape(photo, options, limits)
    with watch.step("predict"):
        predicted = predict(photo.L, network, borders=options.borders)
    photo = within(photo, output.longest)
    made_with = replace(options, network=network.name)
    result = finish(photo, predicted, made_with, sides, watch, output)
    name = result_name(stem(filename), output.suffix)
    return replace(result, before=before, filename=name, milliseconds=watch.milliseconds)


def in_shape(photo: Photo, options: Options, limits: Limits) -> Photo:
    """Turned, straightened, cropped and made positive. Overwrites L."""
    photo = shaped(photo, options, limits.min_side)
    if options.negative:
        make_positive(photo.L)
    return photo


def small_sides(
    sides: Sequence[int], options: Options, output: Output, wants_before: bool
) -> list[int]:
    """The sides for which `Photo.small` is needed."""
    before = [small_side(options)] if wants_before else []
    original = [small_side(options, output.longest)] if output.with_original else []
    return [*sides, *before, *original]


def within(photo: Photo, longest: int) -> Photo:
    """With L made smaller, if one of its sides is longer."""
    height, width = photo.L.shape
    if max(height, width) <= longest:
        return photo
    return replace(photo, L=resize(photo.L, *fit(height, width, min(height, width), longest)))


def make_before(data: bytes, options: Options, limits: Limits, filename: str = "") -> bytes | None:
    """`Result.before` alone, for when it is lost. Raises like `colorize`."""
    if not needs_before(check_type(data, filename), options):
        return None
    return before_of(prepare(data, limits, filename, [small_side(options)]), options)


def prepare(
    data: bytes, limits: Limits, filename: str = "", sides: Sequence[int] = (), page: int = 1
) -> Photo:
    """Bytes -> a checked, upright photo. Raises like `colorize`."""
    return read_photo(data, filename, limits, max(sides, default=0), page)


def finish(
    photo: Photo,
    predicted: Predicted,
    options: Options,
    sides: Sequence[int] = (),
    watch: Stopwatch | None = None,
    output: Output = JPEG,
) -> Result:
    """The encoded photo in colour. Overwrites L, whose memory the picture reuses.

    Raises BadOption if there are hints and the network takes none.
    """
    watch = watch or Stopwatch()
    with watch.step("hints"):
        hinted = predicted.hinted(options.hints)
    with watch.step("upsample"):
        ab, ab_step = hinted.mix(options.vividness)
    if options.restore_contrast:
        restore_contrast(photo.L, predicted.tones)
    original = photo.small if output.with_original else None
    picture = Coloured(photo.L, ab, original and shaped_picture(original, options))
    metadata = photo.metadata.kept(words=options.keep_metadata, place=options.keep_place)
    confidence = predicted.confidence
    with watch.step("encode"):
        marks = marks_of(metadata, options.network, len(options.hints))
        file = encode(picture, output, marks)
    with watch.step("thumbnails"):
        thumbnails = Thumbnails.of(photo, picture.rgbx, sides) if sides else None
    return Result(
        file=file,
        output=output,
        width=photo.width,
        height=photo.height,
        options=options,
        confidence=percent(confidence),
        noticed=replace(predicted.noticed, pages=photo.pages, page=photo.page),
        ab=ab,
        ab_step=ab_step,
        confidence_map=confidence,
        metadata=photo.metadata,
        predicted=predicted,
        thumbnails=thumbnails,
    )


def percent(confidence: Plane | None) -> int | None:
    """The map's mean as 0..100, without a border."""
    return None if confidence is None else round(100 * float(np.nanmean(confidence)))

"""The way of a photo: prepare -> predict -> finish, from bytes to bytes. Knows no Django.

Whoever wants to know what a network makes of a photo, the site or its measurements, walks this way.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from colorize.engine.filenames import result_name, stem
from colorize.engine.limits import Limits
from colorize.engine.metadata import Metadata
from colorize.engine.networks import Network, Prediction
from colorize.engine.options import Options
from colorize.engine.photo import Photo, read_photo, small_picture
from colorize.engine.planes import Pixels, Plane, fit, resize
from colorize.engine.render import encode, guide, picture_of, recombine, upsample_ab
from colorize.engine.thumbnails import thumbnails_of

# The networks take sides that are multiples of this.
STEP = 32
# OpenCV 5.0 computes nonsense (50 Lab units off) for an input one step high and wider.
LEAST = 64
# How many times its short side a network sees of a long one.
PANORAMA = 4


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
    """Small upright JPEGs of the original and of the result, one for each side asked for."""

    original: list[bytes]
    result: list[bytes]

    @classmethod
    def of(cls, photo: Photo, rgbx: Pixels, sides: Sequence[int]) -> "Thumbnails":
        """From the pixels in hand: nothing is decoded for them again."""
        assert photo.small is not None  # noqa: S101
        coloured = small_picture(picture_of(rgbx), sides[0])
        return cls(thumbnails_of(photo.small, sides), thumbnails_of(coloured, sides))


@dataclass(frozen=True)
class Predicted:
    """What a network says of a photo; `guide`: its L at the size of the edge-aware step."""

    guide: Plane
    prediction: Prediction

    def mix(self, vividness: float) -> tuple[Plane, Plane | None]:
        """The ab planes at this vividness and at the guide's size, and what a step of 1 in
        vividness adds to them; None where the network has one answer only."""
        faithful, vivid = self.prediction.ab_faithful, self.prediction.ab_vivid
        if vivid is None:
            return upsample_ab(faithful, self.guide), None
        step = vivid - faithful
        planes = np.concatenate([faithful + vividness * step, step], axis=2)
        upsampled = upsample_ab(planes, self.guide)
        return upsampled[..., :2], upsampled[..., 2:]


@dataclass(frozen=True, kw_only=True)
class ColourPhoto:
    """What is told of a photo's colours, made just now or stored before.

    `jpeg`: the picture; `options`: what it was made with, the network by its name; `confidence`:
    0..100, None where the network does not say; `milliseconds`: step -> time.
    """

    jpeg: bytes
    width: int
    height: int
    options: Options
    confidence: int | None
    filename: str = ""
    milliseconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result(ColourPhoto):
    """Colours made just now, with what only then is known.

    `ab`: (h', w', 2) float32 in Lab units, as mixed, at the size of the edge-aware step; `ab_step`:
    the same size, what a step of 1 in vividness adds to it, None where the network has one answer
    only; `confidence_map`: (h'', w'') float32 0..1, None where the network does not say;
    `thumbnails`: where sides were asked for.
    """

    ab: Plane
    ab_step: Plane | None
    confidence_map: Plane | None
    thumbnails: Thumbnails | None = None


def colorize(
    data: bytes,
    network: Network,
    options: Options,
    limits: Limits,
    filename: str = "",
    sides: Sequence[int] = (),
) -> Result:
    """All of the way. `sides`: of thumbnails, longest sides in pixels, largest first.

    Raises WrongType, Damaged, TooManyPixels, TooSmall or TooLong.
    """
    watch = Stopwatch()
    with watch.step("prepare"):
        photo = prepare(data, limits, filename, sides)
    with watch.step("predict"):
        predicted = predict(photo.L, network)
    made_with = replace(options, network=network.name)
    result = finish(photo, predicted, made_with, sides, watch)
    name = result_name(stem(filename))
    return replace(result, filename=name, milliseconds=watch.milliseconds)


def prepare(data: bytes, limits: Limits, filename: str = "", sides: Sequence[int] = ()) -> Photo:
    """Bytes -> a checked, upright photo. Raises as `colorize`."""
    return read_photo(data, filename, limits, small_side=max(sides, default=0))


def predict(L: Plane, network: Network, side: int | None = None) -> Predicted:
    """`L`: (h, w) float32, 0..100. `side`: of the network's input, where not its own."""
    small = guide(L)
    seen = network_input(small, side or network.input_side)
    return Predicted(small, network.predict(seen))


def network_input(L: Plane, side: int) -> Plane:
    """L at the network's size: its shape kept, to the nearest multiple of STEP, LEAST or more."""
    height, width = fit(L.shape[0], L.shape[1], side, PANORAMA * side, STEP)
    return resize(L, max(height, LEAST), max(width, LEAST))


def finish(
    photo: Photo,
    predicted: Predicted,
    options: Options,
    sides: Sequence[int] = (),
    watch: Stopwatch | None = None,
) -> Result:
    """The photo in colour, encoded. Its L is gone afterwards: the picture takes its memory."""
    watch = watch or Stopwatch()
    with watch.step("upsample"):
        ab, ab_step = predicted.mix(options.vividness)
    with watch.step("recombine"):
        rgbx = recombine(photo.L, ab)
    with watch.step("encode"):
        metadata = photo.metadata if options.keep_metadata else Metadata()
        jpeg = encode(rgbx, metadata, options.network)
    with watch.step("thumbnails"):
        thumbnails = Thumbnails.of(photo, rgbx, sides) if sides else None
    return Result(
        jpeg=jpeg,
        width=photo.width,
        height=photo.height,
        options=options,
        confidence=percent(predicted.prediction.confidence),
        ab=ab,
        ab_step=ab_step,
        confidence_map=predicted.prediction.confidence,
        thumbnails=thumbnails,
    )


def percent(confidence: Plane | None) -> int | None:
    """The map's mean as 0..100."""
    return None if confidence is None else round(100 * float(confidence.mean()))

"""The one door to colorizing, for pages, the endpoint, commands and jobs."""

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from django.conf import settings
from PIL import Image

from colorize.engine import filenames, networks
from colorize.engine import thumbnails as small_files
from colorize.engine.concurrency import LEAST_PIXELS, Places, pixel_count
from colorize.engine.errors import BadOption, NetworkUnavailable, TooLarge
from colorize.engine.formats import check_type
from colorize.engine.metadata import Origin
from colorize.engine.networks.onnx import give_memory_back
from colorize.engine.photo import Limits, Photo, read_photo, small_picture
from colorize.engine.planes import Pixels, Plane, fit, resize
from colorize.engine.render import encode, guide, picture_of, recombine, upsample_ab

# The networks take sides that are multiples of this.
STEP = 32
# OpenCV 5.0 computes nonsense (50 Lab units off) for an input one step high and wider.
LEAST = 64
# How many times its short side a network sees of a long one.
PANORAMA = 4


@dataclass(frozen=True)
class Options:
    """How to colorize.

    `vividness` 0..1 goes from the faithful colours to the vivid ones; `network` is a name from the
    manifest, the default one where empty; `keep_origin` repeats the original's date, artist and
    copyright in the result.
    """

    vividness: float = field(default_factory=lambda: settings.VIVIDNESS)
    network: str = ""
    keep_origin: bool = True


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
        return cls(
            small_files.thumbnails_of(photo.small, sides),
            small_files.thumbnails_of(coloured, sides),
        )


@dataclass(frozen=True)
class Result:
    """A colorized photo.

    `jpeg`: the picture. `ab`: (h', w', 2) float32 in Lab units, as mixed, at the size of the
    edge-aware step; `ab_step`: the same size, what a step of 1 in vividness adds to it, None where
    the network has one answer only; `confidence_map`: (h'', w'') float32 0..1; `confidence`: their
    mean as 0..100; both None where the network does not say; `milliseconds`: step -> time;
    `thumbnails`: where sides were asked for.
    """

    jpeg: bytes
    width: int
    height: int
    ab: Plane
    ab_step: Plane | None
    confidence_map: Plane | None
    confidence: int | None
    network: str
    vividness: float
    filename: str
    milliseconds: dict[str, float]
    thumbnails: Thumbnails | None = None


class Stopwatch:
    """Times the steps of one photo."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.milliseconds[name] = round((time.perf_counter() - start) * 1000, 1)


places = Places(
    settings.MEGAPIXELS_AT_ONCE * 1_000_000,
    settings.PHOTOS_WAITING,
    settings.PHOTO_WAIT_SECONDS,
)


def colorize(
    data: bytes,
    options: Options | None = None,
    filename: str = "",
    sides: Sequence[int] = (),
) -> Result:
    """Colorize a JPEG or PNG. `sides`: of thumbnails to make while its pixels are there, longest
    sides, largest first.

    Its bytes are bounded where it arrives (`uploads`), its pixels here. Raises a UserError:
    WrongType, Damaged, TooManyPixels, TooSmall, BadOption, Busy or NetworkUnavailable.
    """
    options = options or Options()
    network = load_network(options.network)
    check_type(data, filename)
    with in_hand(data):
        return run(data, options, filename, network, sides)


@contextmanager
def in_hand(data: bytes) -> Iterator[None]:
    """A place for this photo; when it is done, the memory of a large one goes back to the system.

    Not that of a small one: the next one would have to wait for it. Raises Busy.
    """
    pixels = pixel_count(data)
    with places.take(pixels):
        try:
            yield
        finally:
            if pixels > LEAST_PIXELS:
                give_memory_back()


def run(
    data: bytes,
    options: Options,
    filename: str,
    network: networks.Network,
    sides: Sequence[int] = (),
) -> Result:
    """The way of a photo, step by step."""
    watch = Stopwatch()
    with watch.step("read"):
        limits = Limits(settings.PHOTO_MAX_PIXELS, settings.PHOTO_MIN_SIDE)
        photo = read_photo(data, filename, limits, small_side=max(sides, default=0))
    with watch.step("network"):
        small = guide(photo.L)
        prediction = network.predict(network_input(small, network.input_side))
    with watch.step("upsample"):
        ab, ab_step = mix(prediction, small, options.vividness)
    with watch.step("recombine"):
        rgbx = recombine(photo.L, ab)
    with watch.step("encode"):
        jpeg = encode(rgbx, photo.origin if options.keep_origin else Origin(), network.name)
    made = None
    if sides:
        with watch.step("thumbnails"):
            made = Thumbnails.of(photo, rgbx, sides)
    return Result(
        jpeg=jpeg,
        width=photo.width,
        height=photo.height,
        ab=ab,
        ab_step=ab_step,
        confidence_map=prediction.confidence,
        confidence=percent(prediction.confidence),
        network=network.name,
        vividness=options.vividness,
        filename=colorized_name(filename),
        milliseconds=watch.milliseconds,
        thumbnails=made,
    )


def network_input(L: Plane, side: int) -> Plane:
    """L at the network's size: its shape kept, to the nearest multiple of STEP, LEAST or more."""
    height, width = fit(L.shape[0], L.shape[1], side, PANORAMA * side, STEP)
    return resize(L, max(height, LEAST), max(width, LEAST))


def percent(confidence: Plane | None) -> int | None:
    return None if confidence is None else round(100 * float(confidence.mean()))


def mix(
    prediction: networks.Prediction, guide: Plane, vividness: float
) -> tuple[Plane, Plane | None]:
    """The ab planes at this vividness, and what a step of 1 in vividness adds, if anything."""
    if prediction.ab_vivid is None:
        return upsample_ab(prediction.ab_faithful, guide), None
    step = prediction.ab_vivid - prediction.ab_faithful
    planes = np.concatenate([prediction.ab_faithful + vividness * step, step], axis=2)
    upsampled = upsample_ab(planes, guide)
    return upsampled[..., :2], upsampled[..., 2:]


def load_network(name: str = "") -> networks.Network:
    """The network of that name, the default one where empty.

    Raises BadOption for a name that is not to be had, NetworkUnavailable where the default fails.
    """
    try:
        if name:
            check_present(name)
        return networks.load(settings.MODELS_DIR, name or settings.NETWORK, network_bounds())
    except networks.NetworkError as problem:
        raise NetworkUnavailable(reason=str(problem)) from problem


def network_bounds() -> networks.Bounds:
    return networks.Bounds(
        resident=settings.NETWORK,
        total_size=settings.NETWORKS_MEGABYTES * 1e6,
        seconds=settings.NETWORK_IDLE_MINUTES * 60,
    )


def check_present(name: str) -> None:
    """Raises BadOption, and NetworkError where the manifest cannot be read."""
    names = [entry.name for entry in networks.present(settings.MODELS_DIR)]
    if name not in names:
        there = ", ".join(names) or "none"
        reason = f"there is no network “{name}” here; there are: {there}."
        raise BadOption(name="network", reason=reason)


def too_large() -> TooLarge:
    return TooLarge(limit=f"{settings.PHOTO_MAX_BYTES / 1e6:g} MB")


def colorized_name(filename: str) -> str:
    """`NAME-colorized.jpg`, whatever path or odd characters the name came with."""
    return filenames.result_name(filenames.stem(filename))


def confidence_png(result: Result) -> bytes | None:
    """The confidence map as a grey PNG, 255 = certain."""
    if result.confidence_map is None:
        return None
    return png(np.rint(result.confidence_map * 255))


# What a byte holds to either side of 128.
STEP_RANGE = 127


def ab_step_png(result: Result) -> bytes | None:
    """`ab_step` as an RGB PNG for the page: red = a + 128, green = b + 128, in Lab units."""
    if result.ab_step is None:
        return None
    step = np.rint(np.clip(result.ab_step, -STEP_RANGE, STEP_RANGE)) + 128
    return png(np.dstack([step, np.zeros_like(step[..., 0])]))


def png(pixels: Plane) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def make_thumbnails(data: bytes, sides: Sequence[int]) -> list[bytes]:
    """Small upright JPEGs of a photo that has been colorized, one for each longest side in pixels,
    largest first.

    Raises WrongType or Damaged.
    """
    return small_files.thumbnails(data, sides)


def thumbnails_of(photo: bytes, jpeg: bytes, sides: Sequence[int]) -> Thumbnails:
    """Of a photo and its result, for one that was coloured without asking for them. Raises as
    `make_thumbnails`."""
    return Thumbnails(make_thumbnails(photo, sides), make_thumbnails(jpeg, sides))

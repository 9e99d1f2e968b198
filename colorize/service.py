"""Colours photos for pages, the endpoint, the API and commands: applies the settings, limits what
is coloured at once, and loads each network once a process."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings

from colorize.engine import networks, pipeline, proposal_pictures, thumbnails
from colorize.engine.concurrency import LEAST_PIXELS, ConcurrencyLimit, pixel_count
from colorize.engine.errors import (
    BadOption,
    BadSidecar,
    NetworkUnavailable,
    TooLarge,
    millions,
)
from colorize.engine.formats import check_type
from colorize.engine.limits import Limits
from colorize.engine.metadata import Metadata, xmp
from colorize.engine.networks.onnx import give_memory_back
from colorize.engine.options import Options
from colorize.engine.outputs import JPEG, OUTPUTS, Output
from colorize.engine.photo import Photo
from colorize.engine.pipeline import ColourPhoto, Result
from colorize.engine.proposal_pictures import Proposal
from colorize.engine.proposals import proposals

__all__ = [
    "OUTPUTS",
    "ColourPhoto",
    "Metadata",
    "Options",
    "Output",
    "Proposal",
    "Result",
    "colorize",
    "load_network",
    "propose",
]

# Longest sides of thumbnails, in pixels: on the page, and in the grid.
SIDES = (1024, 320)

limit = ConcurrencyLimit(
    settings.MEGAPIXELS_AT_ONCE * 1_000_000,
    settings.PHOTOS_WAITING,
    settings.PHOTO_WAIT_SECONDS,
)


def colorize(
    data: bytes,
    options: Options | None = None,
    filename: str = "",
    sides: Sequence[int] = (),
    known: Metadata | None = None,
    output: Output = JPEG,
    page: int = 1,
) -> Result:
    """Colour a photo. `sides`: longest sides of thumbnails to make from the same pixels, largest
    first; `known`: metadata that count before the photo's own, as from `read_sidecar`; `output`:
    the kind of file; `page`: of a TIFF, from 1.

    The size in bytes is checked on upload (`uploads`), the pixels here. Raises a UserError:
    WrongType, Damaged, TooManyPixels, TooSmall, TooLong, BadOption, Busy or NetworkUnavailable.
    """
    options = options or make_options()
    network = load_network(options.network)
    check_type(data, filename)
    with in_hand(data, page):
        return pipeline.colorize(
            data, network, options, photo_limits(), filename, sides, output, known, page
        )


def prepare(data: bytes, options: Options, filename: str = "") -> Photo:
    """A photo that is one frame of a film: checked, upright and in shape. Raises like `colorize`,
    but never Busy."""
    check_type(data, filename)
    photo = pipeline.prepare(data, photo_limits(), filename)
    return pipeline.in_shape(photo, options, photo_limits())


def propose(
    data: bytes,
    options: Options | None = None,
    filename: str = "",
    seed: int = 0,
    page: int = 1,
) -> list[Proposal]:
    """Small pictures of the photo by these options and, with other hints, in other colours; see
    engine/proposal_pictures.py. Raises like `colorize`."""
    options = options or make_options()
    network = load_network(options.network)
    check_type(data, filename)
    with in_hand(data, page):
        return proposal_pictures.propose(
            data, network, options, photo_limits(), filename, seed, page
        )


def other_options(result: Result, seed: int = 0) -> list[Options]:
    """Those that colour the photo of a result otherwise, by more hints beside its own; see
    engine/proposals.py."""
    made_with = result.options
    found = proposals(result.predicted, made_with.vividness, seed, made_with.hints)
    return [replace(made_with, hints=hints) for hints in found]


def make_before(data: bytes, options: Options, filename: str = "") -> bytes | None:
    """What a result with these options is compared with, None where the photo itself will do.

    Raises like `colorize`.
    """
    with in_hand(data):
        return pipeline.make_before(data, options, photo_limits(), filename)


def photo_limits() -> Limits:
    return Limits(settings.PHOTO_MAX_PIXELS, settings.PHOTO_MIN_SIDE)


def read_sidecar(packet: bytes) -> Metadata:
    """What an XMP file beside a photo says about it. Raises BadSidecar."""
    try:
        return xmp.read(packet)
    except ValueError as problem:
        raise BadSidecar(limit=xmp.MAX_SIZE / 1000) from problem


@contextmanager
def in_hand(data: bytes, page: int = 1) -> Iterator[None]:
    """Reserve room for this photo; afterwards, return the memory of a large one to the system.

    Not of a small one, because that would slow down the next. Raises Busy.
    """
    pixels = pixel_count(data, page)
    with limit.take(pixels):
        try:
            yield
        finally:
            if pixels > LEAST_PIXELS:
                give_memory_back()


def make_options(**asked: Any) -> Options:
    """Options from values; empty, None and missing ones take the defaults of the settings."""
    given = {name: value for name, value in asked.items() if value not in ("", None)}
    usual = Options(vividness=settings.VIVIDNESS, network=settings.NETWORK)
    return replace(usual, **given)


def load_network(name: str = "") -> networks.Network:
    """The network with that name; the default if empty.

    Raises BadOption if the name is not available, NetworkUnavailable if the default fails.
    """
    try:
        if name not in ("", settings.NETWORK):
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
    """Raises BadOption if the network is missing, NetworkError if the manifest cannot be read."""
    names = [entry.name for entry in networks.present(settings.MODELS_DIR)]
    if name not in names:
        there = ", ".join(names) or "none"
        reason = f"there is no network “{name}” here; there are: {there}."
        raise BadOption(name="network", reason=reason)


def available_networks() -> list[networks.Entry]:
    """The networks to choose from; none if the manifest cannot be read."""
    try:
        return [entry for entry in networks.present(settings.MODELS_DIR) if entry.runs_here]
    except networks.NetworkError:
        return []


def takes_hints(name: str) -> bool:
    """Whether this network, or the default if empty, is there and takes colour hints."""
    name = name or settings.NETWORK
    return any(entry.hints for entry in available_networks() if entry.name == name)


def too_large() -> TooLarge:
    return TooLarge(limit=f"{millions(settings.PHOTO_MAX_BYTES)} MB")


def make_thumbnails(data: bytes, sides: Sequence[int]) -> list[bytes]:
    """Small upright JPEGs of a photo that was coloured, one for each longest side in pixels,
    largest first.

    Raises WrongType or Damaged.
    """
    return thumbnails.thumbnails(data, sides)


def make_square(data: bytes, side: int) -> bytes:
    """The middle of a photo as an upright PNG of `side` by `side` pixels in sRGB, in the photo's
    own colours.

    Raises WrongType, Damaged or Busy.
    """
    with in_hand(data):
        square = thumbnails.square(data, side)
    buffer = io.BytesIO()
    square.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()

"""A photo -> small pictures of it in other colours. Knows no Django."""

from dataclasses import dataclass

from colorize.engine.hints import Hints
from colorize.engine.limits import Limits
from colorize.engine.networks import Network
from colorize.engine.options import Options
from colorize.engine.pipeline import in_shape, prepare, within
from colorize.engine.planes import Plane
from colorize.engine.predict import Predicted, predict
from colorize.engine.proposals import proposals
from colorize.engine.render import Coloured, picture_of
from colorize.engine.small_jpegs import small_jpeg
from colorize.engine.tones import restore_contrast

# The longest side of the pictures, in pixels.
SIDE = 320


@dataclass(frozen=True)
class Proposal:
    """`hints`: what the colours are made with, to be used or edited; `picture`: a small JPEG."""

    hints: Hints
    picture: bytes


def propose(
    data: bytes,
    network: Network,
    options: Options,
    limits: Limits,
    filename: str = "",
    seed: int = 0,
    page: int = 1,
) -> list[Proposal]:
    """The photo by these options, and then in at most four other colours, made by more hints
    beside theirs; the same ones for the same seed. None for networks that take no hints.

    Raises like `pipeline.colorize`.
    """
    photo = in_shape(prepare(data, limits, filename, page=page), options, limits)
    predicted = predict(photo.L, network, borders=options.borders)
    L = within(photo, SIDE).L
    if options.restore_contrast:
        restore_contrast(L, predicted.tones)
    others = proposals(predicted, options.vividness, seed, options.hints)
    every = [options.hints, *others] if others else []
    return [Proposal(hints, picture(L, predicted, hints, options)) for hints in every]


def picture(L: Plane, predicted: Predicted, hints: Hints, options: Options) -> bytes:
    """`L`: the whole photo's, as small as the picture."""
    ab, _ = predicted.hinted(hints).mix(options.vividness)
    return small_jpeg(picture_of(Coloured(L.copy(), ab).rgbx), SIDE)

"""The two photos of a pair: the real one, and its fake.

Both have come from the same pixels through the same encoder, and both files are equally long, so
that nothing but the colours tells them apart. Pairs are kept in a folder once they are made. So
visitors can have a process colour each photo once for each network, whatever they ask for, and
both photos of a pair come at the same speed.
"""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.conf import settings
from PIL import Image

from colorize import service
from colorize.engine.atomic_files import draft, is_draft
from colorize.engine.concurrency import LEAST_PIXELS, ConcurrencyLimit
from colorize.service import OUTPUTS
from real_or_fake.models import Kind, Trial
from real_or_fake.protocol import SIDE
from real_or_fake.services import colours, photos
from real_or_fake.services.colours import Colours

QUALITY = 95
# Changes with how pairs are made, so that those made before are not used again.
RECIPE = 1
# The real photo comes first in a file.
ENDING = ".pair"

# One pair at a time. Twice as many may wait as elsewhere, because a page asks for both photos.
making = ConcurrencyLimit(LEAST_PIXELS, 2 * settings.PHOTOS_WAITING, settings.PHOTO_WAIT_SECONDS)


@dataclass(frozen=True)
class Pair:
    """Two JPEGs, equally long."""

    real: bytes
    fake: bytes


def read(trial: Trial) -> Pair:
    """The pair of a trial, made if it is not there yet.

    Raises FileNotFoundError if its photo is gone, and like `service.colorize`.
    """
    file = place_of(trial)
    content = file.read_bytes() if file.exists() else made(file, trial)
    half = len(content) // 2
    return Pair(content[:half], content[half:])


def made(file: Path, trial: Trial) -> bytes:
    """The content of its file; made once in a process, also if several ask for it at once. Raises
    like `read`."""
    with making.take(LEAST_PIXELS):
        return file.read_bytes() if file.exists() else kept(file, make(trial))


def kept(file: Path, pair: Pair) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    content = pair.real + pair.fake
    with draft(file) as path:
        path.write_bytes(content)
    return content


def place_of(trial: Trial) -> Path:
    """Its file, whose name depends on all that the pair is made of. Raises FileNotFoundError if a
    photo is gone."""
    made_of = [RECIPE, SIDE, QUALITY, *facts(trial.photo)]
    if trial.kind == Kind.VIGILANCE:
        made_of += facts(trial.other)
    else:
        made_of += facts_of_colours(colours.of(trial.round))
    key = hashlib.sha256(repr(made_of).encode()).hexdigest()
    return Path(settings.REAL_OR_FAKE_DIR) / f"{key}{ENDING}"


def facts(name: str) -> list[Any]:
    stat = photos.path_of(name).stat()
    return [name, stat.st_mtime_ns, stat.st_size]


def facts_of_colours(wanted: Colours) -> list[Any]:
    weights = [
        entry.sha256 for entry in service.available_networks() if entry.name == wanted.network
    ]
    return [wanted.network, wanted.vividness, *weights]


def make(trial: Trial) -> Pair:
    """Raises FileNotFoundError, and like `service.colorize`."""
    square = service.make_square(photos.path_of(trial.photo).read_bytes(), SIDE)
    if trial.kind == Kind.VIGILANCE:
        fake = with_colours_of(square, photos.path_of(trial.other).read_bytes())
    else:
        result = service.colorize(square, colours.of(trial.round).options(), output=OUTPUTS["png"])
        fake = photos.pixels(result.content)
    return equally_long(encode(photos.pixels(square)), encode(fake))


def with_colours_of(square: bytes, other: bytes) -> np.ndarray:
    """The lightness of one photo with a and b of another: what the paper calls Random. (SIDE, SIDE,
    3) uint8 RGB."""
    lab = photos.lab_of(photos.pixels(square))
    lab[..., 1:] = photos.read_lab(other)[..., 1:]
    colour = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    return np.asarray((255 * np.clip(colour, 0, 1)).round(), np.uint8)


def encode(rgb: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()


def equally_long(real: bytes, fake: bytes) -> Pair:
    """Decoders stop at the end of the picture; what stands behind it only makes up the length."""
    length = max(len(real), len(fake))
    return Pair(real.ljust(length, b"\0"), fake.ljust(length, b"\0"))


def is_ours(file: Path) -> bool:
    return file.suffix == ENDING or is_draft(file)


def forget_unused(before: datetime) -> int:
    """Delete pairs that were made before that time, and what a kill left of some; those of photos
    still there are made again when they are needed. Returns their number."""
    gone = 0
    for file in Path(settings.REAL_OR_FAKE_DIR).glob("*"):
        if is_ours(file) and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            gone += 1
    return gone

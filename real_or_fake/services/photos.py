"""The photos of the test: colour photos in a folder of the operator's."""

import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from django.conf import settings
from PIL import Image

from colorize import service
from colorize.engine.errors import Busy, UserError
from colorize.engine.formats import PHOTO_ENDINGS
from colorize.engine.planes import Plane, resize
from real_or_fake.models import NAME_LENGTH
from real_or_fake.protocol import SIDE

CREDITS = "credits.txt"
# A photo whose mean chroma is less is black and white, or as good as.
LEAST_CHROMA = 3.0
# The side of the colours by which photos are compared, in pixels, and how many a process remembers.
SMALL, REMEMBERED = 16, 4096


def names() -> list[str]:
    """Paths in the folder of what may be photos, sorted; none if there is no such folder."""
    folder = settings.REAL_OR_FAKE_PHOTOS
    found = (path for path in folder.rglob("*") if path.suffix.lower() in PHOTO_ENDINGS)
    named = (path.relative_to(folder).as_posix() for path in found if path.is_file())
    return sorted(name for name in named if len(name) <= NAME_LENGTH)


def path_of(name: str) -> Path:
    folder: Path = settings.REAL_OR_FAKE_PHOTOS
    return folder / name


def usable(candidates: Iterable[str]) -> Iterator[str]:
    """Those of them that are colour photos. Raises Busy."""
    return (name for name in candidates if not problem_with(name))


def problem_with(name: str) -> str:
    """Why a file cannot be used, in words; empty if it can. Raises Busy."""
    try:
        ab = colours_of(name)
    except Busy:
        raise
    except UserError as problem:
        return problem.message
    except OSError as problem:
        return problem.strerror or str(problem)
    chroma = float(np.linalg.norm(ab, axis=2).mean())
    return "It is black and white." if chroma < LEAST_CHROMA else ""


def distance(one: str, other: str) -> float:
    """How far the colours of two photos are apart: the mean difference of a and b. Raises like
    `colours_of`."""
    return float(np.linalg.norm(colours_of(one) - colours_of(other), axis=2).mean())


def colours_of(name: str) -> Plane:
    """(SMALL, SMALL, 2) float32 a and b. Raises OSError, WrongType, Damaged or Busy."""
    facts = path_of(name).stat()
    return look(path_of(name), facts.st_mtime_ns, facts.st_size)


@lru_cache(REMEMBERED)
def look(path: Path, changed_at: int, size: int) -> Plane:
    lab = read_lab(path.read_bytes())
    return resize(lab[..., 1:], SMALL, SMALL)


def read_lab(data: bytes) -> Plane:
    """The square of a photo as (SIDE, SIDE, 3) float32 Lab. Raises WrongType, Damaged or Busy."""
    return lab_of(pixels(service.make_square(data, SIDE)))


def pixels(png: bytes) -> np.ndarray:
    """Of a PNG without metadata, (h, w, 3) uint8 RGB."""
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def lab_of(rgb: np.ndarray) -> Plane:
    """(h, w, 3) uint8 sRGB as float32 Lab."""
    colour = rgb.astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2Lab), np.float32)


def credits() -> str:
    """Whose the photos are, from the folder's credits.txt; empty without one."""
    try:
        return path_of(CREDITS).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""

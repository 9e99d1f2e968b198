"""The picture that a result is compared with, where the photo as it was sent will not do. Knows no
Django."""

from colorize.engine.crop import crop_of
from colorize.engine.formats import Kind
from colorize.engine.geometry import is_used, shaped_picture
from colorize.engine.options import Options
from colorize.engine.photo import Photo
from colorize.engine.small_jpegs import small_jpeg

# Its longest side in pixels.
SIDE = 1600
# How much larger than that `Photo.small` gets at most, so that a part of it is large enough.
LARGEST_ZOOM = 2


def needs_before(kind: Kind, options: Options) -> bool:
    """Whether a result needs a picture of its own to be compared with: browsers do not show the
    photo's kind, or the result has another shape."""
    return not kind.in_browsers or is_used(options)


def small_side(options: Options, side: int = SIDE) -> int:
    """The side for which `Photo.small` must be large enough for a picture of `side` pixels."""
    left, top, right, bottom = crop_of(options.crop)
    zoom = min(LARGEST_ZOOM, 1 / max(right - left, bottom - top))
    return round(zoom * side / 2)


def before_of(photo: Photo, options: Options) -> bytes:
    """A JPEG of a photo that was read with `small_side`, of SIDE pixels or its own size, in the
    shape of the result."""
    assert photo.small is not None  # noqa: S101
    return small_jpeg(shaped_picture(photo.small, options), SIDE)

"""The picture that a result is compared with, where the photo as it was sent will not do. Knows no
Django."""

from colorize.engine import geometry
from colorize.engine.formats import Kind
from colorize.engine.options import Options
from colorize.engine.photo import Photo
from colorize.engine.thumbnails import save

# Its longest side in pixels, and the side for which `Photo.small` must be large enough.
SIDE = 1600
SMALL_SIDE = SIDE // 2


def needs_before(kind: Kind, options: Options) -> bool:
    """Whether a result needs a picture of its own to be compared with: browsers do not show the
    photo's kind, or the result has another shape."""
    return not kind.in_browsers or geometry.is_used(options)


def before_of(photo: Photo) -> bytes:
    """A JPEG of a photo that was read with SMALL_SIDE, of SIDE pixels or its own size."""
    assert photo.small is not None  # noqa: S101
    return save(photo.small, SIDE)

"""Limits and kinds of files in words, for pages and their scripts."""

from typing import Any

from django.conf import settings

from colorize import films
from colorize.engine import errors, formats
from colorize.engine.limits import MAX_SIDE
from colorize.web.errors import InternalError

# Errors that the page's scripts show without asking the server.
SHOWN_BY_SCRIPTS = (
    errors.TooLarge,
    errors.WrongType,
    errors.Damaged,
    errors.TooManyPixels,
    errors.TooSmall,
    errors.Busy,
    InternalError,
)


def limits() -> dict[str, Any]:
    """Limits, formats and error messages for pages and their scripts."""
    number, period = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["photos"].split("/")
    return known_formats() | {
        "bytes": settings.PHOTO_MAX_BYTES,
        "megabytes": errors.millions(settings.PHOTO_MAX_BYTES),
        "pixels": settings.PHOTO_MAX_PIXELS,
        "megapixels": errors.millions(settings.PHOTO_MAX_PIXELS),
        "side": settings.PHOTO_MIN_SIDE,
        "longest_side": f"{MAX_SIDE:,}",
        "bin_days": settings.BIN_DAYS,
        "undo_minutes": settings.UNDO_MINUTES,
        "claim_minutes": settings.CLAIM_MINUTES,
        "rate": number,
        "period": {"s": "second", "m": "minute", "h": "hour", "d": "day"}[period[0]],
        "messages": {kind.code: kind.template for kind in SHOWN_BY_SCRIPTS},
    }


def known_formats() -> dict[str, Any]:
    return {
        "formats": formats.NAMES,
        "all_formats": formats.ALL_NAMES,
        "advised_formats": formats.ADVISED,
        "other_formats": ", ".join(kind.name for kind in refused_formats()),
        "reads_heic": formats.READS_HEIC,
        "accept": ",".join(kind.mime for kind in formats.PHOTOS),
        "photos": [
            {"pattern": kind.pattern, "name": kind.name, "in_browsers": kind.in_browsers}
            for kind in formats.PHOTOS
        ],
        "films": [kind.pattern for kind in formats.FILMS] if films.are_on() else [],
        "others": [words_of(kind) for kind in formats.OTHERS],
        "refused": formats.REFUSED,
        "program": words_of(formats.PROGRAM),
        "head": formats.HEAD,
    }


def refused_formats() -> list[formats.Kind]:
    """The other pictures that people know by name."""
    return [kind for kind in formats.OTHERS if kind.name and kind not in formats.PHOTOS]


def words_of(kind: formats.Kind) -> dict[str, str]:
    """For the page's scripts."""
    return {"pattern": kind.pattern, "what": kind.what, "advice": kind.advice}

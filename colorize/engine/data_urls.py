"""Pictures as base64 text for JSON and pages. Knows no Django."""

import base64

from colorize.engine.formats import JPEG, photo_kind


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def data_url(photo: bytes) -> str:
    """The data URL of a photo that can be coloured, or of a result."""
    kind = photo_kind(photo) or JPEG
    return f"data:{kind.mime};base64,{to_base64(photo)}"

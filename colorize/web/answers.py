"""What is told of a result: the picture itself, or JSON about it."""

import base64
from typing import Any

from django.utils.http import content_disposition_header
from rest_framework import renderers

from colorize.engine import layers
from colorize.engine.formats import JPEG, photo_kind
from colorize.service import ColourPhoto, Result


class JpegRenderer(renderers.BaseRenderer):
    """The picture itself."""

    media_type = JPEG.mime
    format = "jpeg"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return bytes(data)


def as_download(result: ColourPhoto) -> dict[str, str]:
    """The header that has a browser save the picture under its name."""
    return {"Content-Disposition": str(content_disposition_header(True, result.filename))}


def describe(result: ColourPhoto) -> dict[str, Any]:
    return {
        "image": to_base64(result.jpeg),
        "filename": result.filename,
        "width": result.width,
        "height": result.height,
        "confidence": result.confidence,
        "milliseconds": round(sum(result.milliseconds.values())),
        **result.options.as_dict(),
    }


def describe_layers(result: ColourPhoto) -> dict[str, str | None]:
    """What the page needs to show the confidence and to change the vividness by itself; null where
    the network does not say the one, or has no other answer for the other, and for colours that
    were stored before."""
    if not isinstance(result, Result):
        return {"confidence_map": None, "ab_step": None}
    pictures = {
        "confidence_map": layers.confidence_png(result),
        "ab_step": layers.ab_step_png(result),
    }
    return {name: None if data is None else to_base64(data) for name, data in pictures.items()}


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def data_url(photo: bytes) -> str:
    """Of a photo that can be coloured."""
    kind = photo_kind(photo) or JPEG
    return f"data:{kind.mime};base64,{to_base64(photo)}"

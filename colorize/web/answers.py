"""What is told of a result: the picture itself, or JSON about it."""

import base64
from typing import Any

from django.utils.http import content_disposition_header
from rest_framework import renderers

from colorize import service


class JpegRenderer(renderers.BaseRenderer):
    """The picture itself."""

    media_type = "image/jpeg"
    format = "jpeg"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return bytes(data)


def as_download(result: service.Result) -> dict[str, str]:
    """The header that has a browser save the picture under its name."""
    return {"Content-Disposition": str(content_disposition_header(True, result.filename))}


def describe(result: service.Result) -> dict[str, Any]:
    return {
        "image": to_base64(result.jpeg),
        "filename": result.filename,
        "width": result.width,
        "height": result.height,
        "confidence": result.confidence,
        "network": result.network,
        "vividness": result.vividness,
        "milliseconds": round(sum(result.milliseconds.values())),
    }


def describe_layers(result: service.Result) -> dict[str, str | None]:
    """What the page needs to show the confidence and to change the vividness by itself; null where
    the network does not say the one, or has no other answer for the other."""
    layers = {
        "confidence_map": service.confidence_png(result),
        "ab_step": service.ab_step_png(result),
    }
    return {name: None if data is None else to_base64(data) for name, data in layers.items()}


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def data_url(photo: bytes) -> str:
    kind = "png" if photo.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{to_base64(photo)}"

"""Responses with a result: the picture itself, or JSON."""

from typing import Any

from django.utils.http import content_disposition_header
from rest_framework import renderers

from colorize.engine import layers
from colorize.engine.data_urls import to_base64
from colorize.engine.formats import JPEG
from colorize.service import ColourPhoto, Result
from colorize.web import offers
from colorize.web.confidence import confidence_words


class JpegRenderer(renderers.BaseRenderer):
    """The picture itself."""

    media_type = JPEG.mime
    format = "jpeg"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return bytes(data)


def as_download(result: ColourPhoto) -> dict[str, str]:
    """The header that makes browsers save the picture under its name."""
    return {"Content-Disposition": str(content_disposition_header(True, result.filename))}


def describe(result: ColourPhoto) -> dict[str, Any]:
    return {
        "image": to_base64(result.content),
        "filename": result.filename,
        "width": result.width,
        "height": result.height,
        "confidence": result.confidence,
        "confidence_words": confidence_words(result.confidence, result.noticed),
        "noticed": result.noticed.as_dict(),
        "offers": offers.as_json(result.noticed, result.options),
        "milliseconds": round(sum(result.milliseconds.values())),
        **result.options.as_dict(),
    }


def describe_layers(result: ColourPhoto) -> dict[str, str | None]:
    """The further data that the page needs; `before` only where the photo itself will not do."""
    shown = {"before": to_base64(result.before)} if result.before else {}
    return describe_planes(result) | shown


def describe_planes(result: ColourPhoto) -> dict[str, str | None]:
    """The confidence map, and what the page needs to change the vividness; null for networks
    without them, and for stored results."""
    if not isinstance(result, Result):
        return {"confidence_map": None, "ab_step": None}
    pictures = {
        "confidence_map": layers.confidence_png(result),
        "ab_step": layers.ab_step_png(result),
    }
    return {name: None if data is None else to_base64(data) for name, data in pictures.items()}

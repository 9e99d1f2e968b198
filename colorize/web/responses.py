"""Responses with a result: the picture itself, or JSON."""

from io import SEEK_END
from typing import Any

from django.http import FileResponse
from rest_framework import exceptions, renderers
from rest_framework.request import Request

from colorize.engine import layers
from colorize.engine.data_urls import to_base64
from colorize.engine.hint_layers import hint_layers
from colorize.engine.outputs import JPEG, OUTPUTS, Output
from colorize.service import ColourPhoto, Result
from colorize.web import offers
from colorize.web.confidence import confidence_words
from colorize.web.errors import TooLargeForJson
from colorize.web.negotiation import accepts

# Larger results are sent as files only: as text in JSON they would be in memory several times.
MAX_IN_JSON = 64_000_000


class PictureRenderer(renderers.BaseRenderer):
    """Makes a type of picture available to Accept; `as_file` makes the response."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return bytes(data)


def renderer_for(output: Output) -> type[PictureRenderer]:
    return type("Renderer", (PictureRenderer,), {"media_type": output.mime, "format": output.key})


# For each type of file the first kind that has it.
FIRST_OF_TYPE = {each.mime: each for each in reversed(OUTPUTS.values())}
RENDERERS: list[type[renderers.BaseRenderer]] = [
    renderers.JSONRenderer,
    *(renderer_for(each) for each in OUTPUTS.values() if FIRST_OF_TYPE[each.mime] is each),
]


def output_for(request: Request) -> Output:
    """The kind of file that the form names, or else Accept. An unknown one is left to the form.

    Raises NotAcceptable if Accept excludes the one that the form names.
    """
    asked = OUTPUTS.get(request.POST.get("format", ""))
    if asked is None:
        return OUTPUTS.get(request.accepted_renderer.format, JPEG)
    if not (wants_json(request) or accepts(request, asked.mime)):
        raise exceptions.NotAcceptable()
    return asked


def wants_json(request: Request) -> bool:
    return request.accepted_renderer.format == renderers.JSONRenderer.format


def as_file(result: ColourPhoto) -> FileResponse:
    """Browsers save it under its name."""
    result.file.seek(0)
    return FileResponse(
        result.file,
        as_attachment=True,
        filename=result.filename,
        content_type=result.output.mime,
    )


def describe(result: ColourPhoto) -> dict[str, Any]:
    """Raises TooLargeForJson."""
    if (size := result.file.seek(0, SEEK_END)) > MAX_IN_JSON:
        raise TooLargeForJson(size=round(size / 1e6), mime=result.output.mime)
    return {
        "image": to_base64(result.content),
        "format": result.output.key,
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


def asked_layers(asked: str | None, colours: ColourPhoto) -> dict[str, Any]:
    """All of them, with those for colour hints or without, or, for a row of several photos, only
    the picture to compare with."""
    match asked:
        case "hints":
            return asked_layers("true", colours) | describe_hint_layers(colours)
        case "true":
            return describe_planes(colours) | describe_before(colours)
        case "before":
            return describe_before(colours)
        case _:
            return {}


def describe_before(result: ColourPhoto) -> dict[str, str | None]:
    """The picture to compare with, only where the photo itself will not do."""
    return {"before": to_base64(result.before)} if result.before else {}


def describe_planes(result: ColourPhoto) -> dict[str, str | bool | None]:
    """The confidence map, and what the page needs to change the vividness; null for networks
    without them, and for stored results. Whether there are layers for colour hints."""
    if not isinstance(result, Result):
        return {"confidence_map": None, "ab_step": None, "takes_hints": False}
    pictures = {
        "confidence_map": layers.confidence_png(result),
        "ab_step": layers.ab_step_png(result),
    }
    told = {name: None if data is None else to_base64(data) for name, data in pictures.items()}
    return {**told, "takes_hints": result.predicted.prediction.takes_hints}


def describe_hint_layers(result: ColourPhoto) -> dict[str, Any]:
    """What the page needs to follow colour hints itself; null for networks that take none, and for
    stored results."""
    if not isinstance(result, Result):
        return {"hint_layers": None}
    options = result.options
    return {"hint_layers": hint_layers(result.predicted, options.vividness, options.hints)}

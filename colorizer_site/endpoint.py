"""The endpoint: POST /colorize."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework import permissions
from rest_framework.request import Request
from rest_framework.response import Response

from colorize.web.error_responses import describe_error
from colorize.web.forms import ColorizeForm
from colorize.web.photo_endpoint import PhotoEndpoint
from colorize.web.responses import (
    RENDERERS,
    as_file,
    asked_layers,
    describe,
    output_for,
    wants_json,
)
from colorizer_site.saving import colorize_form
from gallery.services.pictures import Outcome, Wanted


class ColorizeView(PhotoEndpoint):
    """A photo in, a photo in colour out. Saved only for people who are logged in."""

    permission_classes = [permissions.AllowAny]
    renderer_classes = RENDERERS

    def post(self, request: Request) -> HttpResponseBase:
        form = ColorizeForm(request.POST, request.FILES)
        outcome = colorize_form(request, form, Wanted.COLOURS, output_for(request))
        colours = outcome.colours
        assert colours is not None  # noqa: S101
        if not wants_json(request):
            return as_file(colours)
        told = describe(colours) | describe_saved(request, outcome)
        return Response(told | asked_layers(request.POST.get("layers"), colours))


def describe_saved(request: Request, outcome: Outcome) -> dict[str, Any]:
    """Where the picture was saved, or why it was not."""
    if outcome.problem:
        return {"not_saved": describe_error(request, outcome.problem)}
    if outcome.saved is None:
        return {}
    address = outcome.saved.picture.get_absolute_url()
    return {"saved": address, "saved_before": not outcome.saved.is_new}

"""What a saved picture would look like with other options; nothing is kept."""

from uuid import UUID

from rest_framework import permissions, renderers
from rest_framework.request import Request
from rest_framework.response import Response

from colorize import service as colorizer
from colorize.engine.outputs import LIGHT, VIEW
from colorize.web.forms import OptionsForm
from colorize.web.photo_endpoint import PhotoEndpoint
from colorize.web.responses import asked_layers, describe
from gallery.services import hints, versions
from gallery.views.access import own_present


class Preview(PhotoEndpoint):
    """Answers like POST /colorize, made from the stored original, with a picture for the page: in
    colour, or, with the layers for colour hints, its lightness without loss."""

    permission_classes = [permissions.IsAuthenticated]
    renderer_classes = [renderers.JSONRenderer]

    def post(self, request: Request, pk: UUID) -> Response:
        """Raises Http404, or a UserError like `versions.coloured`."""
        picture = own_present(request._request, pk)
        form, layers = OptionsForm(request.POST), request.POST.get("layers")
        if problem := form.problem():
            raise problem
        options = hints.fitting(form.options())
        follows_hints = layers == "hints" and colorizer.takes_hints(options.network)
        made = versions.coloured(picture, options, LIGHT if follows_hints else VIEW)
        return Response(describe(made) | asked_layers(layers, made))

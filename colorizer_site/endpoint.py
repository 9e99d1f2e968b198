"""The endpoint: POST /colorize."""

from typing import Any, NoReturn

from rest_framework import parsers, permissions, renderers
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from colorize import service
from colorize.web.answers import JpegRenderer, as_download, describe, describe_layers
from colorize.web.error_responses import describe_error
from colorize.web.forms import ColorizeForm
from colorize.web.ratelimit import PhotoThrottle, rate_limited
from colorizer_site.saving import Gallery, Kept


class ColorizeView(APIView):
    """A photo in, a colour photo out. Kept only for people who are logged in on the page: their
    browser sends its session, and the form's token with it."""

    schema = None
    authentication_classes = [SessionAuthentication]
    throttle_classes = [PhotoThrottle]
    permission_classes = [permissions.AllowAny]
    parser_classes = [parsers.MultiPartParser]
    renderer_classes = [renderers.JSONRenderer, JpegRenderer]
    http_method_names = ["post"]

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Raises RateLimited."""
        raise rate_limited(wait)

    def post(self, request: Request) -> Response:
        form = ColorizeForm(request.POST, request.FILES)
        photo = photo_of(form)
        keeper = Gallery(request, form, photo)
        result = colorize_as(form, photo, keeper)
        kept = keeper.keep(result)
        if request.accepted_renderer.format == "jpeg":
            return Response(result.jpeg, headers=as_download(result))
        layers = request.POST.get("layers") == "true"
        return Response(
            describe(result)
            | (describe_layers(result) if layers else {})
            | (describe_kept(request, kept) if kept else {})
        )


def photo_of(form: ColorizeForm) -> bytes:
    """Raises a UserError."""
    if problem := form.problem():
        raise problem
    content: bytes = form.cleaned_data["image"].read()
    return content


def colorize_as(form: ColorizeForm, photo: bytes, keeper: Gallery) -> service.Result:
    """As the form says, with the thumbnails that its keeper wants. Raises a UserError."""
    name = form.cleaned_data["image"].name
    return service.colorize(photo, form.options(), name, keeper.sides)


def describe_kept(request: Request, kept: Kept) -> dict[str, Any]:
    """Where the picture was saved, or why it was not."""
    if kept.problem:
        return {"not_saved": describe_error(request, kept.problem)}
    return {"saved": kept.url, "saved_before": not kept.is_new}

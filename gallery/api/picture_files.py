"""Download the files of pictures; colour photos without saving them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from colorize.engine.formats import FILMS, MP4, PHOTOS
from colorize.engine.outputs import JPEG, OUTPUTS
from colorize.web.forms import ColorizeForm
from colorize.web.responses import RENDERERS, as_file, output_for, wants_json
from colorize.web.responses import describe as describe_result
from gallery import file_responses
from gallery.api.base import ApiView
from gallery.api.idempotency import repeatable
from gallery.api.photo_serializers import ColorizedSerializer, FormatSerializer
from gallery.api.picture_serializers import FileSerializer, ThumbnailSerializer
from gallery.api.pictures import FORM, PictureView
from gallery.errors import BadField
from gallery.models import Picture, Version
from gallery.services import downloads, pictures
from gallery.services.pictures import Words

RESULT = {(200, JPEG.mime): OpenApiTypes.BINARY}
RESULTS = {(200, output.mime): OpenApiTypes.BINARY for output in OUTPUTS.values()}
# As a whole, or the part that was asked for.
FILM = {(status, MP4.mime): OpenApiTypes.BINARY for status in (200, 206)}
COLORIZE_FORM = (*FORM, "format")
ORIGINAL = {
    (status, kind.mime): OpenApiTypes.BINARY for status in (200, 206) for kind in (*PHOTOS, *FILMS)
}


class FileView(PictureView):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Ignore Accept: a file has only one type."""
        return super().perform_content_negotiation(request, force=True)

    def send(self, picture: Picture, kind: str, version: Version | None = None) -> HttpResponseBase:
        return file_responses.send(self.request._request, picture, kind, version)


class Original(FileView):
    @extend_schema(
        operation_id="get_original",
        summary="Download the original",
        description="Or the part of it that the header Range asks for.",
        responses=ORIGINAL,
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        return self.send(self.find(pk), file_responses.ORIGINAL)


class Result(FileView):
    @extend_schema(
        operation_id="get_result",
        summary="Download the result",
        description="Of a photo, a JPEG or another kind of file; of a film, an MP4, or the part "
        "of it that the header Range asks for.",
        parameters=[FileSerializer],
        responses=RESULTS | FILM,
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        picture = self.find(pk)
        asked = self.asked(FileSerializer)
        key = asked.validated_data.get("version")
        version = get_object_or_404(picture.versions, pk=key) if key else None
        output = OUTPUTS[asked.validated_data["format"]]
        if output is JPEG:
            return self.send(picture, "result", version)
        made = downloads.made_again(picture, version or picture.shown, output)
        return file_responses.send_made(made)

    def counts_as_photo(self) -> bool:
        return self.request.GET.get("format", JPEG.key) != JPEG.key


class Thumbnail(FileView):
    @extend_schema(
        operation_id="get_thumbnail",
        summary="Download a thumbnail, up to 320 (small) or 1024 pixels (medium) a side",
        parameters=[ThumbnailSerializer],
        responses=RESULT,
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        picture = self.find(pk)
        asked = self.asked(ThumbnailSerializer)
        return self.send(picture, asked.kind)


class Colorize(ApiView):
    colorizes = True
    parser_classes = [MultiPartParser]
    renderer_classes = RENDERERS

    @extend_schema(
        operation_id="colorize",
        summary="Colour a photo without saving it",
        description="With `Accept: image/jpeg`, or the type of another kind of file, the response "
        "is the picture itself.",
        request={"multipart/form-data": FormatSerializer},
        responses={(200, "application/json"): ColorizedSerializer} | RESULTS,
    )
    @repeatable(kept=False)
    def post(self, request: Request) -> HttpResponseBase:
        for name in request.data:
            if name not in COLORIZE_FORM:
                reason = f"unknown field. Known fields: {', '.join(COLORIZE_FORM)}."
                raise BadField(name=name, reason=reason)
        form = ColorizeForm(request.POST, request.FILES)
        if problem := form.problem():
            raise problem
        image = form.cleaned_data["image"]
        words = Words(filename=image.name, known=form.known())
        output = output_for(request)
        outcome = pictures.colorize(None, image.read(), form.options(), words, output=output)
        colours = outcome.colours
        assert colours is not None  # noqa: S101
        return Response(describe_result(colours)) if wants_json(request) else as_file(colours)

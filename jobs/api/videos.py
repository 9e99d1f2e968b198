"""Films: begin one, and colour what can be read of one that is damaged."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from colorize import films as engine
from colorize.engine.formats import FILM_NAMES, MP4
from colorize.engine.video.options import FILM_OPTIONS, FilmOptions
from colorize.web.errors import BadField
from colorize.web.forms import FilmOptionsForm
from gallery.api.fields import Key, Strict, Text
from gallery.api.idempotency import repeatable
from gallery.api.options import form_field, json_field
from gallery.api.parsers import JsonParser
from gallery.models import Picture
from gallery.models.pictures import TITLE_LENGTH
from jobs.api.asked import Asked
from jobs.api.base import JobView
from jobs.api.serializers import (
    EndWordsSerializer,
    JobWordsSerializer,
    Whole,
    WholeJobSerializer,
)
from jobs.errors import SeveralFilms
from jobs.models.items import NAME_LENGTH
from jobs.models.jobs import CALLBACK_LENGTH
from jobs.services import films
from jobs.services.batches import File, Promised
from jobs.views.files import kept_file

FILE = "film"


class FilmOptionsSerializer(Strict):
    """The options of a film; missing ones take the default."""

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {each.name: json_field(each) for each in FILM_OPTIONS}

    def options(self) -> FilmOptions:
        """The options of a valid serializer."""
        return engine.make_options(**self.validated_data)


class VideoWordsSerializer(JobWordsSerializer):
    """What a film has besides its options: its file follows."""

    name = Text(required=False, max_length=4 * NAME_LENGTH, help_text="Of the file.")
    size = Whole(required=False, min_value=0, max_value=2**53 - 1, help_text="In bytes.")


class NewVideoSerializer(JobWordsSerializer, FilmOptionsSerializer):
    """A film that is sent in pieces afterwards."""

    name = Text(max_length=4 * NAME_LENGTH, help_text="Of the file.")
    size = Whole(min_value=0, max_value=2**53 - 1, help_text="In bytes.")


class AgainSerializer(EndWordsSerializer, FilmOptionsSerializer):
    """Other options for a film of the gallery."""


class VideoFormSerializer(serializers.Serializer[Any]):
    """The form of a film, as the schema tells it."""

    film = serializers.FileField(help_text=f"A film ({FILM_NAMES}).")
    title = serializers.CharField(required=False, allow_blank=True, max_length=TITLE_LENGTH)
    album = Key(required=False)
    notify = serializers.ChoiceField(["true", "false"], required=False)
    callback_url = serializers.CharField(required=False, max_length=CALLBACK_LENGTH)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {each.name: form_field(each) for each in FILM_OPTIONS}


class Videos(JobView):
    parser_classes = [JsonParser, MultiPartParser]

    @extend_schema(
        operation_id="create_video",
        summary="Colour a film, as a job",
        description="As a form with the file, which starts at once (202), or as JSON with its name "
        "and size (201): then send it in pieces with `PATCH` to the `url` of its first item.",
        request={
            "multipart/form-data": VideoFormSerializer,
            "application/json": NewVideoSerializer,
        },
        responses={201: WholeJobSerializer, 202: WholeJobSerializer},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        asked = Asked(FilmOptionsForm, FilmOptionsSerializer, VideoWordsSerializer, FILE)
        options, words = asked.of(request)
        begun = self.begun(words) | {"options": options}
        if file := sent(request):
            return self.answer(films.start(file=file, **begun), 202)
        return self.answer(films.begin(file=promised(words), **begun), 201)


def sent(request: Request) -> File | None:
    """Raises SeveralFilms."""
    files = request.FILES.getlist(FILE)
    if len(files) > 1:
        raise SeveralFilms(count=len(files))
    return (files[0].name or "", files[0].size or 0, files[0]) if files else None


def promised(words: dict[str, Any]) -> Promised:
    """Raises BadField."""
    if "name" not in words or "size" not in words:
        raise BadField(name=FILE, reason="send a film, or the name and size of one as JSON.")
    return Promised(words["name"], words["size"])


class Again(JobView):
    @extend_schema(
        operation_id="recolor_film",
        summary="Colour a film of your gallery again, as a job",
        description="From its original. Earlier versions stay; the same options again give the "
        "version that exists.",
        request=AgainSerializer,
        responses={202: WholeJobSerializer},
    )
    @repeatable()
    def post(self, request: Request, pk: UUID) -> Response:
        picture = get_object_or_404(Picture.objects.owned_by(self.person).present(), pk=pk)
        asked = Asked(FilmOptionsForm, FilmOptionsSerializer, EndWordsSerializer, FILE)
        options, words = asked.of(request)
        begun = self.begun(words) | {"options": options}
        return self.answer(films.begin_again(picture, **begun), 202)


class PieceFile(JobView):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Ignore Accept: the file has only one type."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="get_piece",
        summary="Watch a piece of a film while others are coloured",
        description="Its address is in `film.pieces` of the job. An MP4, or the part of it that "
        "the header Range asks for; 404 once the pieces are joined.",
        responses={(status, MP4.mime): OpenApiTypes.BINARY for status in (200, 206)},
    )
    def get(self, request: Request, pk: UUID, item: int) -> HttpResponseBase:
        return kept_file(request._request, self.find_item(pk, item), films.RESULT)


class LeaveOut(JobView):
    @extend_schema(
        operation_id="leave_out",
        summary="Colour what can be read of a damaged film",
        description="For a job that failed with `film_damaged`.",
        request=None,
        responses={202: WholeJobSerializer},
    )
    @repeatable()
    def post(self, request: Request, pk: UUID) -> Response:
        job = self.find(pk)
        films.leave_out(job)
        return self.answer(job, 202)

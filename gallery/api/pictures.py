"""A person's pictures. Another person's are not there, whatever is done to them."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from colorize.engine.options import OPTIONS
from colorize.web.forms import ColorizeForm
from gallery.api.base import ApiView
from gallery.api.conditions import check_match, is_known
from gallery.api.idempotency import repeatable
from gallery.api.options import OptionsSerializer
from gallery.api.picture_serializers import (
    ChangeSerializer,
    PictureSerializer,
    PicturesSerializer,
    QuestionsSerializer,
    WholePictureSerializer,
    WordsSerializer,
)
from gallery.api.schema import NewPictureSerializer
from gallery.errors import BadField
from gallery.models import Album, Picture, Visibility
from gallery.models.pictures import NO_ALBUM, PictureQuerySet
from gallery.paging import BadCursorError, Page, page_of
from gallery.services import albums, bin, pictures, sharing, versions

FORM = ("image", *(option.name for option in OPTIONS))


class PictureView(ApiView):
    """Finds pictures and tells of them."""

    def pictures(self) -> PictureQuerySet:
        return Picture.objects.owned_by(self.person).present()

    def find(self, pk: UUID) -> Picture:
        """Raises Http404."""
        rows = self.pictures().select_related("current", "album", "link", "owner")
        return get_object_or_404(rows, pk=pk)

    def held(self, pk: UUID) -> Picture:
        """As it is now, and until the end of the transaction nobody else changes it. Raises
        Http404."""
        get_object_or_404(self.pictures().select_for_update(), pk=pk)
        return self.find(pk)

    def album(self, pk: UUID | str | None) -> Album | None:
        """Raises Http404."""
        return get_object_or_404(Album.objects.owned_by(self.person), pk=pk) if pk else None

    def held_album(self, pk: UUID | None) -> Album | None:
        """Raises Http404."""
        return get_object_or_404(Album.objects.of(self.person).held(), pk=pk) if pk else None

    def describe(self, pk: UUID, status: int = 200) -> Response:
        """As it is now."""
        picture = self.find(pk)
        body = WholePictureSerializer(picture, context={"request": self.request}).data
        headers = {"ETag": picture.etag}
        if status == 201:
            headers["Location"] = str(body["url"])
        return Response(body, status, headers=headers)


class Pictures(PictureView):
    colorizes = True

    def get_parsers(self) -> list[Any]:
        """Only a new picture comes with a body."""
        return [MultiPartParser()]

    @extend_schema(
        operation_id="list_pictures",
        summary="Your pictures",
        parameters=[QuestionsSerializer],
        responses=PicturesSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = QuestionsSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        if asked.validated_data.get("album", NO_ALBUM) != NO_ALBUM:
            self.album(asked.validated_data["album"])
        page = page_for(self.pictures(), asked)
        context = {"request": request}
        here = request.build_absolute_uri()
        following = replace_query_param(here, "cursor", page.next) if page.next else None
        results = PictureSerializer(page.pictures, many=True, context=context).data
        return Response({"next": following, "results": results})

    @extend_schema(
        operation_id="create_picture",
        summary="Colorize a photo and save it",
        description="201 for a new picture; 200 with the picture there is for the same file.",
        request={"multipart/form-data": NewPictureSerializer},
        responses={201: WholePictureSerializer, 200: WholePictureSerializer},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        form = ColorizeForm(request.POST, request.FILES)
        words = WordsSerializer(data=words_of(request))
        words.is_valid(raise_exception=True)
        if problem := form.problem():
            raise problem
        said = words.validated_data
        said["album"] = self.album(said.get("album"))
        image = form.cleaned_data["image"]
        saved = pictures.colorize_and_save(
            self.person, image.read(), form.options(), image.name, **said
        )
        return self.describe(saved.picture.pk, 201 if saved.is_new else 200)


class OnePicture(PictureView):
    @extend_schema(
        operation_id="get_picture", summary="One picture", responses=WholePictureSerializer
    )
    def get(self, request: Request, pk: UUID) -> Response | HttpResponseBase:
        etag = self.find(pk).etag
        if is_known(request, etag):
            return HttpResponseNotModified(headers={"ETag": etag})
        return self.describe(pk)

    @extend_schema(
        operation_id="change_picture",
        summary="Describe it, sort it, show another version, share it",
        description="All or nothing.",
        request=ChangeSerializer,
        responses=WholePictureSerializer,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        # Read before the transaction, for the database must not wait for a slow body.
        self.find(pk)
        wanted = ChangeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        with transaction.atomic():
            album = self.held_album(wanted.validated_data.get("album"))
            picture = self.held(pk)
            check_match(request, picture.etag)
            self.change(picture, wanted.validated_data, album)
        return self.describe(pk)

    def change(self, picture: Picture, wanted: dict[str, Any], album: Album | None) -> None:
        pictures.describe(picture, wanted.get("title"), wanted.get("note"))
        if "version" in wanted:
            version = get_object_or_404(picture.versions, pk=wanted["version"])
            versions.use_version(picture, version)
        if "visibility" in wanted:
            self.show(picture, Visibility(wanted["visibility"]), wanted)
        if "album" in wanted and wanted["album"] != picture.album_id:
            albums.move(self.pictures().filter(pk=picture.pk), album)

    def show(self, picture: Picture, whom: Visibility, wanted: dict[str, Any]) -> None:
        """Where it is shown so already it stays as it is, its link too, unless that has ended, or
        it is said how long another one shall last."""
        as_before = picture.visibility == whom and "days" not in wanted
        if as_before and (whom != Visibility.UNLISTED or sharing.has_lasting_link(picture)):
            return
        sharing.show_to(picture, whom, wanted.get("days", sharing.USUAL_DAYS))

    @extend_schema(
        operation_id="delete_picture", summary="Put it into the bin", responses={204: None}
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        with transaction.atomic():
            check_match(request, self.held(pk).etag)
            bin.throw_away(self.pictures().filter(pk=pk))
        return Response(status=204)


class Recolor(PictureView):
    colorizes = True

    @extend_schema(
        operation_id="recolor_picture",
        summary="Colorize it with other options",
        description="The earlier results stay; the same options again are the version there is.",
        request=OptionsSerializer,
        responses=WholePictureSerializer,
    )
    @repeatable()
    def post(self, request: Request, pk: UUID) -> Response:
        picture = self.find(pk)
        wanted = OptionsSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        versions.recolor(picture, wanted.options())
        return self.describe(pk)


def page_for(pictures: PictureQuerySet, asked: QuestionsSerializer) -> Page:
    """Raises BadField."""
    wanted = asked.validated_data
    rows = asked.apply(pictures).select_related("current", "link")
    try:
        return page_of(rows, wanted["order"], wanted.get("cursor", ""), wanted["limit"])
    except BadCursorError as problem:
        reason = "Take it from “next” of the list before."
        raise BadField(name="cursor", reason=reason) from problem


def words_of(request: Request) -> dict[str, Any]:
    """The fields that are not the colorizer's; a file is none of them."""
    given = request.POST.dict() | dict.fromkeys(request.FILES.keys())
    return {name: value for name, value in given.items() if name not in FORM}

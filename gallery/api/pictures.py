"""A person's pictures. Another person's pictures give 404 for every method."""

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
from gallery.api.base import ApiView, checked
from gallery.api.conditions import check_match, is_known
from gallery.api.idempotency import repeatable
from gallery.api.options import OptionsSerializer
from gallery.api.photo_serializers import NewPictureSerializer
from gallery.api.picture_serializers import (
    ChangeSerializer,
    PictureSerializer,
    PicturesSerializer,
    QuestionsSerializer,
    WholePictureSerializer,
    WordsSerializer,
)
from gallery.errors import BadField
from gallery.models import Album, Picture, Visibility
from gallery.models.pictures import NO_ALBUM, PictureQuerySet
from gallery.paging import BadCursorError, Page, page_of
from gallery.services import albums, bin, pictures, sharing, versions

FORM = ("image", "sidecar", *(option.name for option in OPTIONS))


class PictureView(ApiView):
    """Finds and describes pictures."""

    def pictures(self) -> PictureQuerySet:
        return Picture.objects.owned_by(self.person).present()

    def find(self, pk: UUID) -> Picture:
        """Raises Http404."""
        rows = self.pictures().select_related("current", "album", "link", "owner")
        return get_object_or_404(rows, pk=pk)

    def held(self, pk: UUID) -> Picture:
        """The current row of a picture, locked for the transaction. Raises Http404."""
        get_object_or_404(self.pictures().select_for_update(), pk=pk)
        return self.find(pk)

    def album(self, pk: UUID | str | None) -> Album | None:
        """Raises Http404."""
        return get_object_or_404(Album.objects.owned_by(self.person), pk=pk) if pk else None

    def held_album(self, pk: UUID | None) -> Album | None:
        """Raises Http404."""
        return get_object_or_404(Album.objects.owned_by(self.person).held(), pk=pk) if pk else None

    def describe(self, pk: UUID, status: int = 200) -> Response:
        """The response with the current state of a picture."""
        picture = self.find(pk)
        body = WholePictureSerializer(picture, context={"request": self.request}).data
        headers = {"ETag": picture.etag}
        if status == 201:
            headers["Location"] = str(body["url"])
        return Response(body, status, headers=headers)


class Pictures(PictureView):
    colorizes = True

    def get_parsers(self) -> list[Any]:
        """POST is the only method with a body."""
        return [MultiPartParser()]

    @extend_schema(
        operation_id="list_pictures",
        summary="List your pictures",
        parameters=[QuestionsSerializer],
        responses=PicturesSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(QuestionsSerializer)
        if asked.validated_data.get("album", NO_ALBUM) != NO_ALBUM:
            self.album(asked.validated_data["album"])
        page = page_for(self.pictures(), asked)
        context = {"request": request}
        here = request.build_absolute_uri()
        following = replace_query_param(here, "cursor", page.next) if page.next else None
        results = PictureSerializer(page.rows, many=True, context=context).data
        return Response({"next": following, "results": results})

    @extend_schema(
        operation_id="create_picture",
        summary="Colour a photo and save it",
        description="201 with the new picture, or 200 with the earlier one if the same file is "
        "already in your gallery.",
        request={"multipart/form-data": NewPictureSerializer},
        responses={201: WholePictureSerializer, 200: WholePictureSerializer},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        form = ColorizeForm(request.POST, request.FILES)
        words = checked(WordsSerializer(data=words_of(request)))
        if problem := form.problem():
            raise problem
        said = words.validated_data | {"known": form.known()}
        said["album"] = self.album(said.get("album"))
        image = form.cleaned_data["image"]
        saved = pictures.colorize_and_save(
            self.person, image.read(), form.options(), image.name, **said
        )
        return self.describe(saved.picture.pk, 201 if saved.is_new else 200)


class OnePicture(PictureView):
    @extend_schema(
        operation_id="get_picture", summary="Get a picture", responses=WholePictureSerializer
    )
    def get(self, request: Request, pk: UUID) -> Response | HttpResponseBase:
        etag = self.find(pk).etag
        if is_known(request, etag):
            return HttpResponseNotModified(headers={"ETag": etag})
        return self.describe(pk)

    @extend_schema(
        operation_id="change_picture",
        summary="Change the details, album, version or visibility of a picture",
        description="Either all changes are made, or none.",
        request=ChangeSerializer,
        responses=WholePictureSerializer,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        # Read the body before the transaction, so that the database does not wait for it.
        self.find(pk)
        wanted = self.sent(ChangeSerializer)
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
        """Change the visibility. If it is the same already, nothing changes (a link stays too),
        unless the link has expired or new `days` are given."""
        as_before = picture.visibility == whom and "days" not in wanted
        if as_before and (whom != Visibility.UNLISTED or sharing.has_lasting_link(picture)):
            return
        sharing.show_to(picture, whom, wanted.get("days", sharing.USUAL_DAYS))

    @extend_schema(
        operation_id="delete_picture", summary="Move a picture to the bin", responses={204: None}
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        with transaction.atomic():
            check_match(request, self.held(pk).etag)
            bin.move_to_bin(self.pictures().filter(pk=pk))
        return Response(status=204)


class Recolor(PictureView):
    colorizes = True

    @extend_schema(
        operation_id="recolor_picture",
        summary="Colour a picture with other options",
        description="Earlier versions stay. The same options again give the version that exists.",
        request=OptionsSerializer,
        responses=WholePictureSerializer,
    )
    @repeatable()
    def post(self, request: Request, pk: UUID) -> Response:
        picture = self.find(pk)
        wanted = self.sent(OptionsSerializer)
        versions.recolor(picture, wanted.options())
        return self.describe(pk)


def page_for(pictures: PictureQuerySet, asked: QuestionsSerializer) -> Page[Picture]:
    """Raises BadField for an invalid cursor."""
    wanted = asked.validated_data
    rows = asked.apply(pictures).select_related("current", "link")
    try:
        return page_of(rows, wanted["order"], wanted.get("cursor", ""), wanted["limit"])
    except BadCursorError as problem:
        reason = "copy it from “next” in the previous page of the list."
        raise BadField(name="cursor", reason=reason) from problem


def words_of(request: Request) -> dict[str, Any]:
    """The fields that are no colour options. Files become None, which no field accepts."""
    given = request.POST.dict() | dict.fromkeys(request.FILES.keys())
    return {name: value for name, value in given.items() if name not in FORM}

"""A person's albums: list, create, rename and delete them."""

from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gallery.api.base import ApiView
from gallery.api.idempotency import repeatable
from gallery.api.serializers import AlbumNameSerializer, AlbumSerializer, AlbumsSerializer
from gallery.models import Album
from gallery.services import albums


class AlbumView(ApiView):
    def find(self, pk: UUID) -> Album:
        """Raises Http404."""
        return get_object_or_404(Album.objects.owned_by(self.person).with_counts(), pk=pk)

    def name_of(self, request: Request) -> str:
        wanted = self.sent(AlbumNameSerializer)
        return str(wanted.validated_data["name"])

    def describe(self, pk: UUID, status: int = 200) -> Response:
        body = AlbumSerializer(self.find(pk), context={"request": self.request}).data
        headers = {"Location": str(body["url"])} if status == 201 else None
        return Response(body, status, headers=headers)


class Albums(AlbumView):
    @extend_schema(
        operation_id="list_albums", summary="List your albums", responses=AlbumsSerializer
    )
    def get(self, request: Request) -> Response:
        albums = Album.objects.owned_by(self.person).with_counts()
        context = {"request": request}
        return Response({"results": AlbumSerializer(albums, many=True, context=context).data})

    @extend_schema(
        operation_id="create_album",
        summary="Create an album",
        request=AlbumNameSerializer,
        responses={201: AlbumSerializer},
    )
    @repeatable(at_once=True)
    def post(self, request: Request) -> Response:
        return self.describe(albums.make_album(self.person, self.name_of(request)).pk, 201)


class OneAlbum(AlbumView):
    @extend_schema(operation_id="get_album", summary="Get an album", responses=AlbumSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.describe(pk)

    @extend_schema(
        operation_id="rename_album",
        summary="Rename an album",
        request=AlbumNameSerializer,
        responses=AlbumSerializer,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        album, name = self.find(pk), self.name_of(request)
        with transaction.atomic():
            albums.rename_album(album, name)
        return self.describe(pk)

    @extend_schema(
        operation_id="delete_album",
        summary="Delete an album; its pictures stay",
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        albums.delete_album(self.find(pk))
        return Response(status=204)

"""The files of a job: one in a request, or in pieces."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FileUploadParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from colorize.web.error_responses import error_json
from colorize.web.errors import BadField, NoPhoto, SeveralPhotos
from colorize.web.rows import refresh
from gallery.api.idempotency import repeatable
from gallery.api.parsers import JsonParser
from jobs.api.base import JobView
from jobs.api.serializers import ItemFormSerializer, NewItemSerializer, WholeItemSerializer
from jobs.errors import WrongOffset
from jobs.services import batches, uploads
from jobs.services.batches import Promised
from jobs.views.uploads import OFFSET, offset_of, piece

PLACE = OpenApiParameter(
    OFFSET,
    OpenApiTypes.INT64,
    OpenApiParameter.HEADER,
    required=True,
    description="Where the piece begins, in bytes: how much has arrived.",
)
ARRIVED = OpenApiParameter(
    OFFSET,
    OpenApiTypes.INT64,
    OpenApiParameter.HEADER,
    response=[200, 204],
    description="How many bytes have arrived.",
)


class Items(JobView):
    parser_classes = [JsonParser, MultiPartParser]

    @extend_schema(
        operation_id="add_item",
        summary="Add a file to an open job",
        description="As a form with the file, or as JSON with its name and size; then send it in "
        "pieces with `PATCH`.",
        request={"multipart/form-data": ItemFormSerializer, "application/json": NewItemSerializer},
        responses={201: WholeItemSerializer},
    )
    @repeatable()
    def post(self, request: Request, pk: UUID) -> Response:
        job = self.find(pk)
        if request.FILES or request.POST:
            items = batches.bring(job, [sent(request)])
        else:
            wanted = self.sent(NewItemSerializer).validated_data
            items = batches.promise(job, [Promised(**wanted)])
        refresh(items[0])
        told = self.whole_item(items[0])
        return Response(told, 201, headers={"Location": told["url"]})


def sent(request: Request) -> tuple[str, int, Any]:
    """Name, size and content of the one file of a form. Raises a UserError."""
    for name in request.data:
        if name != "image":
            raise BadField(name=name, reason="unknown field. Known fields: image.")
    files = request.FILES.getlist("image")
    if not files:
        raise NoPhoto
    if len(files) > 1:
        raise SeveralPhotos(count=len(files))
    return files[0].name or "", files[0].size or 0, files[0]


class OneItem(JobView):
    # For the schema: a piece is read as it is.
    parser_classes = [FileUploadParser]

    @extend_schema(
        operation_id="get_item",
        summary="Get a file of a job, and how much of it has arrived",
        parameters=[ARRIVED],
        responses=WholeItemSerializer,
    )
    def get(self, request: Request, pk: UUID, item: int) -> Response:
        told = self.whole_item(self.find_item(pk, item))
        return Response(told, headers={OFFSET: str(told["received"])})

    @extend_schema(
        operation_id="send_piece",
        summary="Send a piece of a file, of at most 5 MB",
        description="409 (`wrong_offset`) says in `Upload-Offset` where to go on.",
        parameters=[PLACE, ARRIVED],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={204: None},
    )
    def patch(self, request: Request, pk: UUID, item: int) -> Any:
        offset = offset_of(request._request)
        found = self.find_item(pk, item)
        try:
            arrived = uploads.append(found, offset, piece(request._request))
        except WrongOffset as problem:
            response = error_json(request._request, problem)
            response[OFFSET] = str(problem.received)
            return response
        return Response(status=204, headers={OFFSET: str(arrived)})

"""Uploads in pieces: what is to come, and each piece."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.utils.decorators import method_decorator
from django.views import View

from colorize.web.error_responses import error_json
from colorize.web.errors import BadField, BadRequest
from jobs.errors import PieceTooLarge, WrongOffset
from jobs.models.items import NAME_LENGTH
from jobs.services import batches, uploads
from jobs.services.batches import Promised
from jobs.services.limits import PIECE_BYTES
from jobs.services.reading import received
from jobs.views.access import item_of, private, seen

OFFSET = "Upload-Offset"


@private("POST")
def add_items(request: HttpRequest, pk: UUID) -> JsonResponse:
    """A JSON list of {name, size} -> where to send each file, in the same order. `error`: why one
    is not wanted, or null."""
    job = seen(request, pk)
    items = batches.promise(job, promised(request))
    told = [{"id": item.pk, "received": 0, "error": item.error} for item in items]
    return JsonResponse(told, safe=False, status=201)


def promised(request: HttpRequest) -> list[Promised]:
    """Raises BadRequest or BadField."""
    try:
        rows = json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException) as problem:
        raise BadRequest(reason="it is not JSON") from problem
    if not isinstance(rows, list) or not rows:
        raise BadField(name="body", reason="send a list of files with their names and sizes.")
    return [as_promised(row) for row in rows]


def as_promised(row: Any) -> Promised:
    """Raises BadField."""
    if not isinstance(row, dict):
        raise BadField(name="body", reason="each file needs a name and a size.")
    name, size = row.get("name"), row.get("size")
    if not isinstance(name, str) or not name or len(name) > 4 * NAME_LENGTH:
        raise BadField(name="name", reason="each file needs a name, as text.")
    if type(size) is not int or not 0 <= size < 2**53:
        raise BadField(name="size", reason="each file needs its size in bytes.")
    return Promised(name, size)


@method_decorator(private("GET", "HEAD", "PATCH"), name="dispatch")
class UploadView(View):
    """GET and HEAD tell how much of a file has arrived; PATCH adds a piece at `Upload-Offset`."""

    def get(self, request: HttpRequest, pk: UUID, item: int) -> HttpResponse:
        found = item_of(seen(request, pk), item)
        told = {"id": found.pk, "received": received(found), "state": found.state}
        return JsonResponse(told, headers={OFFSET: str(told["received"])})

    def patch(self, request: HttpRequest, pk: UUID, item: int) -> HttpResponse:
        found = item_of(seen(request, pk), item)
        try:
            arrived = uploads.append(found, offset_of(request), piece(request))
        except WrongOffset as problem:
            response = error_json(request, problem)
            response[OFFSET] = str(problem.received)
            return response
        return HttpResponse(status=204, headers={OFFSET: str(arrived)})


def offset_of(request: HttpRequest) -> int:
    """Raises BadField."""
    text = request.headers.get(OFFSET, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadField(name=OFFSET, reason="this header says where the piece begins, in bytes.")
    return int(text)


def piece(request: HttpRequest) -> bytes:
    """The body, or what arrived of it before the line broke. Raises PieceTooLarge."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > PIECE_BYTES:
        raise PieceTooLarge(limit=f"{PIECE_BYTES:,}")
    return bytes(request.read(PIECE_BYTES + 1))

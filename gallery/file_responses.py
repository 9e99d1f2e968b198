"""Files of pictures as answers: never by their path, never as a page that could run."""

import logging

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from colorize.engine.filenames import title_name
from colorize.engine.formats import JPEG
from gallery.models import Picture, Version
from gallery.services.zips import STEM_LENGTH

logger = logging.getLogger(__name__)

# For anybody who may see the picture; the original itself, with all that its metadata tells of
# places and people, is for its owner.
KINDS = ("original-small", "original-medium", "result", "result-small", "result-medium")
ORIGINAL = "original"
# A picture that is hidden may be seen on for five minutes by those who saw it before.
PUBLIC, PRIVATE = "public, max-age=300", "private, no-cache"


def send(
    request: HttpRequest, picture: Picture, kind: str, version: Version | None = None
) -> HttpResponseBase:
    """The file; 304 where the visitor has it already; `?download` has the browser save it.

    `kind`: ORIGINAL or one of KINDS.
    """
    field = kind.replace("-", "_")
    row = picture if field.startswith("original") else version or picture.shown
    file = getattr(row, field)
    etag = f'"{file.name.rsplit("/")[-1].split(".")[0]}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = passed_on(file.name) if settings.ACCEL_REDIRECT else read(file)
    guard(response, picture, kind)
    for_all = kind != ORIGINAL and version is None and is_for_all(request, picture)
    response["Cache-Control"] = PUBLIC if for_all else PRIVATE
    response["ETag"] = etag
    response["Content-Disposition"] = disposition(request, picture, kind)
    return response


def passed_on(name: str) -> HttpResponse:
    """nginx sends the file itself."""
    return HttpResponse(headers={"X-Accel-Redirect": f"{settings.ACCEL_REDIRECT}{name}"})


def read(file: FieldFile) -> FileResponse:
    """Raises Http404 where the file has been lost, which the log tells."""
    try:
        return FileResponse(file.open("rb"))
    except FileNotFoundError as problem:
        logger.error("a picture's file is missing: %s", file.name)
        raise Http404 from problem


def guard(response: HttpResponseBase, picture: Picture, kind: str) -> None:
    """Whatever the file holds, it is a picture; and what is private is asked for each time."""
    response["Content-Type"] = picture.original_type if kind == ORIGINAL else JPEG.mime
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"


def is_for_all(request: HttpRequest, picture: Picture) -> bool:
    """Whether anybody would get the same; what a token has opened is its holder's."""
    by_token = "Authorization" in request.headers
    return picture.is_shown and picture.owner.is_active and not by_token


def disposition(request: HttpRequest, picture: Picture, kind: str) -> str:
    return str(content_disposition_header("download" in request.GET, name_of(picture, kind)))


def name_of(picture: Picture, kind: str) -> str:
    """What the file is called where it is saved."""
    if kind == ORIGINAL:
        return picture.original_name
    made = kind if kind.startswith(ORIGINAL) else "colorized"
    return f"{title_name(picture.title, STEM_LENGTH)}-{made}{JPEG.ending}"

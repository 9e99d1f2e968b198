"""HTTP responses with the files of pictures: never by path, and never runnable in a browser."""

import logging
from math import ceil

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from colorize.engine.filenames import title_name
from colorize.engine.formats import JPEG, MP4
from colorize.service import ColourPhoto
from colorize.web import ranges
from colorize.web.responses import as_file
from gallery.models import Picture, Version
from gallery.services import files

logger = logging.getLogger(__name__)

ORIGINAL, RESULT, STRIP = "original", "result", "strip"
COLOURED = (RESULT, "result-small", "result-medium", STRIP)
# Of a picture, beside the original itself, which only its owner gets: its metadata can name places
# and people.
KINDS = ("original-small", "original-medium", "before", *COLOURED)
# No scripts, no forms. A browser's own player asks for the film again, as the person that it is of.
STANDS = "default-src 'none'; sandbox"
PLAYS = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
# Five minutes: that long, browsers may show a picture that has been hidden since.
PUBLIC, PRIVATE = "public, max-age=300", "private, no-cache"
# How long a link into the bucket works. One of a film must outlast it: players come back to it.
LINK_SECONDS, FILM_LINK_SECONDS = 60, 3600


def send(
    request: HttpRequest, picture: Picture, kind: str, version: Version | None = None
) -> HttpResponseBase:
    """The file, or the part of it that is asked for, or 304 if the browser has it already. With
    `?download`, the browser saves it.

    `kind`: ORIGINAL or one of KINDS. Raises Http404 for a file that the picture does not have.
    """
    file = file_of(picture, kind, version or picture.shown)
    if not file:
        raise Http404
    if comes_from_bucket(request, kind):
        return link_to_bucket(request, picture, kind, file)
    response = respond(request, file)
    guard(response, type_of(picture, kind))
    is_same = version is None and is_for_others(picture, kind)
    for_all = is_same and is_for_all(request, picture)
    response["Cache-Control"] = PUBLIC if for_all else PRIVATE
    response["Content-Disposition"] = disposition(request, picture, kind)
    return response


def is_for_others(picture: Picture, kind: str) -> bool:
    """Whether anyone who may see the picture gets this file, and not its owner alone. They see no
    copies of an original with a version that has its own picture to compare with, and no frame of a
    film as it was: what was cropped or cut away is not theirs to see."""
    if picture.is_film:
        return kind in COLOURED
    return kind in KINDS and not (kind.startswith(ORIGINAL) and picture.shown.before)


def respond(request: HttpRequest, file: FieldFile) -> HttpResponseBase:
    """A stored file, a part of it, or 304. Raises Http404, and logs it, if it is missing."""
    name = file.name or ""
    etag = f'"{name.rpartition("/")[2].partition(".")[0]}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = passed_on(name) if settings.ACCEL_REDIRECT else read(request, name, etag)
    response.headers["ETag"] = etag
    return response


def type_of(picture: Picture, kind: str) -> str:
    """The MIME type. Of a film, all but the original and the result are pictures."""
    if kind == ORIGINAL:
        return picture.original_type
    return MP4.mime if picture.is_film and kind == RESULT else JPEG.mime


def file_of(picture: Picture, kind: str, version: Version) -> FieldFile:
    """`before`: what the version is compared with."""
    if kind == "before":
        return version.before or picture.original_medium
    field = kind.replace("-", "_")
    file: FieldFile = getattr(picture if field.startswith(ORIGINAL) else version, field)
    return file


def comes_from_bucket(request: HttpRequest, kind: str) -> bool:
    """Whether a browser is sent to the bucket for it. Originals never leave by a link, which others
    could use while it lasts; and programs get the file itself, because some would pass their token
    on to the bucket."""
    is_browser = request.method == "GET" and "Authorization" not in request.headers
    return bool(settings.MEDIA_REDIRECT) and kind != ORIGINAL and is_browser


def link_to_bucket(
    request: HttpRequest, picture: Picture, kind: str, file: FieldFile
) -> HttpResponse:
    """A redirect to a signed link that soon ends, so that nobody is asked to keep it."""
    wanted = {
        "ResponseContentType": type_of(picture, kind),
        "ResponseContentDisposition": disposition(request, picture, kind),
        "ResponseCacheControl": "private, no-store",
    }
    lasts = link_seconds(picture, kind)
    link = default_storage.url(file.name or "", parameters=wanted, expire=lasts)  # type: ignore[call-arg]
    response = HttpResponseRedirect(link)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def link_seconds(picture: Picture, kind: str) -> int:
    """A player asks for parts of a film until it has shown it, pauses included."""
    if picture.seconds is None or kind != RESULT:
        return LINK_SECONDS
    return FILM_LINK_SECONDS + 2 * ceil(picture.seconds)


def passed_on(name: str) -> HttpResponse:
    """Let nginx send the file."""
    return HttpResponse(headers={"X-Accel-Redirect": f"{settings.ACCEL_REDIRECT}{name}"})


def send_made(result: ColourPhoto) -> HttpResponseBase:
    """A result that was made only to be sent."""
    response = as_file(result)
    guard(response, result.output.mime)
    response["Cache-Control"] = PRIVATE
    return response


def read(request: HttpRequest, name: str, etag: str) -> HttpResponseBase:
    """A file of the storage, or the part that is asked for. Raises Http404, and logs it, if it is
    missing."""
    try:
        size = default_storage.size(name)
        part = ranges.asked_part(request, size, etag)
        response = sent(name, part)
    except FileNotFoundError as problem:
        logger.error("a picture's file is missing: %s", name)
        raise Http404 from problem
    except ranges.OutsideError:
        return ranges.outside(size)
    ranges.mark(response, part, size)
    return response


def sent(name: str, part: ranges.Part | None) -> StreamingHttpResponse:
    """From a folder as a file, which the server sends without a thread."""
    if files.is_in_bucket():
        return StreamingHttpResponse(files.chunks(name, part))
    file = default_storage.open(name)
    return FileResponse(ranges.PartOfFile(file, part) if part else file)


def guard(response: HttpResponseBase, mime: str) -> None:
    """Headers that make browsers treat any content as a picture or a film, never as a page."""
    response["Content-Type"] = mime
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PLAYS if mime.startswith("video/") else STANDS
    response["Cross-Origin-Resource-Policy"] = "same-origin"


def is_for_all(request: HttpRequest, picture: Picture) -> bool:
    """Whether shared caches may keep it: everyone gets the same, and no token was needed."""
    by_token = "Authorization" in request.headers
    return picture.is_shown and picture.owner.is_active and not by_token


def disposition(request: HttpRequest, picture: Picture, kind: str) -> str:
    return str(content_disposition_header("download" in request.GET, name_of(picture, kind)))


def name_of(picture: Picture, kind: str) -> str:
    """The file name for saving."""
    if kind == ORIGINAL:
        return picture.original_name
    made = "colorized" if kind.startswith(RESULT) else kind
    ending = MP4.ending if type_of(picture, kind) == MP4.mime else JPEG.ending
    return f"{title_name(picture.title)}-{made}{ending}"

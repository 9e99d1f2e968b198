"""HTTP responses with the files of pictures: never by path, and never runnable in a browser."""

import logging

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
)
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from colorize.engine.filenames import title_name
from colorize.engine.formats import JPEG
from colorize.service import ColourPhoto
from colorize.web.answers import as_file
from gallery.models import Picture, Version

logger = logging.getLogger(__name__)

# For anyone who may see the picture. Only the owner gets the original itself: its metadata can name
# places and people.
KINDS = ("original-small", "original-medium", "before", "result", "result-small", "result-medium")
ORIGINAL = "original"
# Five minutes: that long, browsers may show a picture that has been hidden since.
PUBLIC, PRIVATE = "public, max-age=300", "private, no-cache"
# How long a link into the bucket works.
LINK_SECONDS = 60


def send(
    request: HttpRequest, picture: Picture, kind: str, version: Version | None = None
) -> HttpResponseBase:
    """The file, or 304 if the browser has it already. With `?download`, the browser saves it.

    `kind`: ORIGINAL or one of KINDS.
    """
    file = file_of(picture, kind, version or picture.shown)
    if comes_from_bucket(request, kind):
        return link_to_bucket(file, disposition(request, picture, kind))
    name = file.name or ""
    etag = f'"{name.rsplit("/")[-1].split(".")[0]}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = passed_on(name) if settings.ACCEL_REDIRECT else read(file)
    guard(response, picture.original_type if kind == ORIGINAL else JPEG.mime)
    for_all = kind != ORIGINAL and version is None and is_for_all(request, picture)
    response["Cache-Control"] = PUBLIC if for_all else PRIVATE
    response["ETag"] = etag
    response["Content-Disposition"] = disposition(request, picture, kind)
    return response


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


def link_to_bucket(file: FieldFile, disposition: str) -> HttpResponse:
    """A redirect to a signed link that soon ends, so that nobody is asked to keep it."""
    wanted = {
        "ResponseContentType": JPEG.mime,
        "ResponseContentDisposition": disposition,
        "ResponseCacheControl": "private, no-store",
    }
    link = default_storage.url(file.name or "", parameters=wanted, expire=LINK_SECONDS)  # type: ignore[call-arg]
    response = HttpResponseRedirect(link)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def passed_on(name: str) -> HttpResponse:
    """Let nginx send the file."""
    return HttpResponse(headers={"X-Accel-Redirect": f"{settings.ACCEL_REDIRECT}{name}"})


def send_made(result: ColourPhoto) -> HttpResponseBase:
    """A result that was made only to be sent."""
    response = as_file(result)
    guard(response, result.output.mime)
    response["Cache-Control"] = PRIVATE
    return response


def read(file: FieldFile) -> FileResponse:
    """Raises Http404, and logs it, if the file is missing."""
    try:
        return FileResponse(file.open("rb"))
    except FileNotFoundError as problem:
        logger.error("a picture's file is missing: %s", file.name)
        raise Http404 from problem


def guard(response: HttpResponseBase, mime: str) -> None:
    """Headers that make browsers treat any content as a picture, never as a page."""
    response["Content-Type"] = mime
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
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
    made = "colorized" if kind.startswith("result") else kind
    return f"{title_name(picture.title)}-{made}{JPEG.ending}"

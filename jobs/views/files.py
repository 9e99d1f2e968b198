"""Files of jobs: never by path."""

from collections.abc import Callable
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from colorize.engine.filenames import result_name, stem
from colorize.engine.formats import JPEG, MP4, Kind
from colorize.web.errors import NotFound
from gallery.file_responses import guard, respond
from gallery.services.zips import zip_response
from jobs.models import Item, ItemState, JobFile
from jobs.services import zips
from jobs.services.bulk import EXPORT
from jobs.services.reading import opened
from jobs.views.access import item_of, private, seen

# What may be looked at; uploads are not handed out again.
ROLES = ("original_small", "before", "result", "result_medium", "result_small", "strip")


@private("GET", "HEAD")
def file(request: HttpRequest, pk: UUID, item: int, role: str) -> HttpResponseBase:
    """A visitor's result, or 304 if the browser has it. With `?download` the browser saves it."""
    found = item_of(seen(request, pk), item)
    if found.kind in PACKED and role == zips.ARCHIVE and found.state == ItemState.DONE:
        return PACKED[found.kind](request, found)
    return kept_file(request, found, role)


def kept_file(request: HttpRequest, found: Item, role: str) -> HttpResponseBase:
    """A file that is kept with its item, or a part of it. Raises NotFound, also for what is packed:
    that is no one file, and an export needs the password."""
    is_kept = role in ROLES and found.kind not in PACKED
    row = JobFile.objects.filter(item=found, role=role).first() if is_kept else None
    if row is None:
        raise NotFound
    response = respond(request, row.file)
    kind = kind_of(row.file.name or "")
    guard(response, kind.mime)
    response.headers["Cache-Control"] = "private, no-store"
    made = result_name(stem(found.name), f"-colorized{kind.ending}")
    named = made if role == "result" else f"{role}{kind.ending}"
    disposition = content_disposition_header("download" in request.GET, named)
    response.headers["Content-Disposition"] = str(disposition)
    return response


def kind_of(name: str) -> Kind:
    """Of a stored result: films are MP4, everything else is a JPEG."""
    return MP4 if name.endswith(MP4.ending) else JPEG


@private("GET", "HEAD")
def zip_page(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """All that is done, as a ZIP file; where it is large, the page of the job that makes it."""
    job = seen(request, pk)
    zips.check_has_photos(job)
    if zips.is_large(job):
        return redirect(zips.zip_job_of(job))
    return zip_response("photos", zips.zip_of(job))


def zip_file(item: Item) -> HttpResponseBase:
    """One that was made, from its pieces."""
    name = f"{item.name or 'photos'}-{item.finished_at:%Y-%m-%d}.zip"
    response = FileResponse(opened(item, zips.ARCHIVE), as_attachment=True, filename=name)
    guard(response, "application/zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def packed(request: HttpRequest, item: Item) -> HttpResponseBase:
    return zip_file(item)


# Items that are one ZIP file. A person's data needs the password, because anyone may find an open
# browser.
PACKED: dict[str, Callable[[HttpRequest, Item], HttpResponseBase]] = {
    zips.ZIP: packed,
    EXPORT: reauthentication_required(packed),
}

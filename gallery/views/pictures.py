"""Lists of pictures: your gallery, the bin, the public gallery."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.access import action, person_of, personal
from accounts.models import User
from accounts.names import key_of
from colorize.web.methods import allow_methods
from gallery.forms import FilterForm
from gallery.models import Album, Picture
from gallery.models.pictures import NO_ALBUM, PictureQuerySet
from gallery.paging import BadCursorError, as_moment, counted, length, page_of
from gallery.services import albums, bin, sharing
from gallery.views.access import whole

PAGE_SIZE = 48
NOTHING_TICKED = "Nothing selected. Select some pictures first."


@personal("GET", "HEAD")
def gallery(request: HttpRequest) -> HttpResponse:
    """The user's own pictures, filtered and sorted."""
    user = person_of(request)
    form = FilterForm(user, request.GET)
    pictures = form.apply(Picture.objects.owned_by(user).present())
    filters = set(form.asked) - {"order"}
    context = {
        "form": form,
        "album": form.album_name,
        "is_filtered": bool(filters),
        "is_whole_album": filters == {"album"},
    }
    shown = shown_page(request, pictures, form.chosen_order)
    return render(request, "gallery/gallery.html", context | shown)


def shown_page(request: HttpRequest, pictures: PictureQuerySet, order: str) -> dict[str, Any]:
    """Template context for a page of pictures: `next` is the address of the next page with the
    same filters, `length` the number of pictures (on the first page only).

    Raises Http404 for an invalid cursor.
    """
    try:
        page = page_of(whole(pictures), order, request.GET.get("cursor", ""), PAGE_SIZE)
    except BadCursorError as problem:
        raise Http404 from problem
    asked = {name: request.GET[name] for name in request.GET if request.GET[name]}
    following = urlencode(asked | {"cursor": page.next}) if page.next else ""
    is_first = "cursor" not in request.GET
    return {
        "pictures": page.rows,
        "next": f"{request.path}?{following}" if following else "",
        "is_first": is_first,
        "length": length(pictures, order, page) if is_first and page.rows else "",
    }


@action("gallery")
def many(request: HttpRequest) -> HttpResponseBase:
    """Apply an action to the selected pictures."""
    user = person_of(request)
    pictures = chosen(request)
    if not pictures.exists():
        tell_nothing_chosen(request)
        return back(request)
    match request.POST.get("do"):
        case "delete":
            now = timezone.now()
            told = f"Moved {counted(bin.move_to_bin(pictures, now))} to the bin."
            tell_moved_to_bin(request, told, now)
            return back(request)
        case "private":
            told = f"Made {counted(sharing.make_private(pictures.present()))} private."
        case "move":
            album = chosen_album(user, request.POST.get("album", ""))
            told = f"Moved {counted(albums.move(pictures.present(), album))}."
        case _:
            raise Http404
    messages.success(request, told)
    return back(request)


def tell_moved_to_bin(request: HttpRequest, told: str, moment: datetime) -> None:
    """Message with an undo button and a link to the bin."""
    facts = {"told": told, "moment": moment.isoformat(), "back": request.POST.get("back", "")}
    messages.success(request, render_to_string("gallery/_moved_to_bin.html", facts, request))


@action("gallery")
def undo(request: HttpRequest) -> HttpResponse:
    """Restore the pictures that were deleted at the given moment."""
    try:
        moment = as_moment(request.POST.get("moment", ""))
    except (ValueError, OverflowError) as problem:
        raise Http404 from problem
    pictures = Picture.objects.owned_by(request.user).filter(deleted_at=moment)
    if number := bin.undo(pictures):
        messages.success(request, f"Restored {counted(number)}.")
    elif number := bin.restore(pictures):
        messages.success(request, f"Restored {counted(number)} as private.")
    else:
        messages.warning(request, "Nothing to undo.")
    return back(request)


def chosen(request: HttpRequest) -> PictureQuerySet:
    """The user's own pictures that are selected."""
    return Picture.objects.owned_by(person_of(request)).filter(pk__in=ticked(request))


def tell_nothing_chosen(request: HttpRequest) -> None:
    messages.warning(request, NOTHING_TICKED)


def ticked(request: HttpRequest) -> list[UUID]:
    """The IDs of the selected pictures. Raises Http404 for anything else."""
    try:
        return [UUID(key) for key in request.POST.getlist("pictures")]
    except ValueError as problem:
        raise Http404 from problem


def chosen_album(user: User, key: str) -> Album | None:
    """Raises Http404 unless the album belongs to the user."""
    if key in ("", NO_ALBUM):
        return None
    try:
        return get_object_or_404(Album.objects.owned_by(user), pk=UUID(key))
    except ValueError as problem:
        raise Http404 from problem


def back(request: HttpRequest) -> HttpResponse:
    """Redirect to the list that the user came from, with its filters."""
    place = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(place, None) and place.startswith("/gallery")
    return redirect(place if safe else "gallery")


@personal("GET", "HEAD")
def bin_page(request: HttpRequest) -> HttpResponse:
    pictures = Picture.objects.owned_by(request.user).binned()
    context = {"bin_days": settings.BIN_DAYS} | shown_page(request, pictures, "newest")
    return render(request, "gallery/bin.html", context)


@action("bin")
def bin_many(request: HttpRequest) -> HttpResponse:
    """Restore the selected pictures; or, after asking, delete them or the whole bin for good."""
    pictures = Picture.objects.owned_by(request.user).binned()
    do = request.POST.get("do")
    if do != "empty":
        pictures = pictures.filter(pk__in=ticked(request))
    if not pictures.exists():
        tell_nothing_chosen(request)
        return redirect("bin")
    match do:
        case "restore":
            told = f"Restored {counted(bin.restore(pictures))} as private."
        case "purge" | "empty" if "sure" in request.POST:
            told = f"Deleted {counted(bin.purge(pictures))} for good."
        case "purge" | "empty":
            facts = {"do": do, "keys": ticked(request), "number": pictures.count()}
            return render(request, "gallery/purge.html", facts)
        case _:
            raise Http404
    messages.success(request, told)
    return redirect("bin")


@allow_methods("GET", "HEAD")
def public(request: HttpRequest) -> HttpResponse:
    """The public gallery: approved pictures, newest first."""
    shown = shown_page(request, Picture.objects.public(), "published")
    return render(request, "gallery/public.html", shown)


@allow_methods("GET", "HEAD")
def person(request: HttpRequest, name: str) -> HttpResponse:
    """The public pictures of one person, under their public name."""
    person = get_object_or_404(User, public_name_key=key_of(name), is_active=True)
    pictures = Picture.objects.public().owned_by(person)
    context = {"person": person} | shown_page(request, pictures, "published")
    return render(request, "gallery/public.html", context)

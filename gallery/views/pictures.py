"""Many pictures: one's own, the bin, the albums, the public ones."""

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
from django.views.decorators.http import require_safe

from accounts.access import action, person_of, personal
from accounts.models import User
from accounts.names import key_of
from gallery.forms import FilterForm
from gallery.models import Album, Picture
from gallery.models.pictures import NO_ALBUM, PictureQuerySet
from gallery.paging import BadCursorError, as_moment, counted, length, page_of
from gallery.services import albums, bin, sharing
from gallery.services.zips import zip_of, zip_response
from gallery.views.access import whole

PAGE_SIZE = 48
NOTHING_TICKED = "Nothing selected. Select some pictures first."


@personal("GET", "HEAD")
def gallery(request: HttpRequest) -> HttpResponse:
    """One's own pictures, as asked for."""
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
    """`next` is the address of what follows, the questions kept; `length` is said once, on the
    first page. Raises Http404 for a cursor that is none."""
    try:
        page = page_of(whole(pictures), order, request.GET.get("cursor", ""), PAGE_SIZE)
    except BadCursorError as problem:
        raise Http404 from problem
    asked = {name: request.GET[name] for name in request.GET if request.GET[name]}
    following = urlencode(asked | {"cursor": page.next}) if page.next else ""
    is_first = "cursor" not in request.GET
    return {
        "pictures": page.pictures,
        "next": f"{request.path}?{following}" if following else "",
        "is_first": is_first,
        "length": length(pictures, order, page) if is_first and page.pictures else "",
    }


@action("gallery")
def many(request: HttpRequest) -> HttpResponseBase:
    """What is done to the pictures that are ticked."""
    user = person_of(request)
    pictures = Picture.objects.owned_by(user).filter(pk__in=ticked(request))
    if not pictures:
        messages.warning(request, NOTHING_TICKED)
        return back(request)
    match request.POST.get("do"):
        case "download":
            return zip_response("pictures", zip_of(pictures.present()))
        case "delete":
            now = timezone.now()
            told = f"Moved {counted(bin.throw_away(pictures, now))} to the bin."
            tell_thrown_away(request, told, now)
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


def tell_thrown_away(request: HttpRequest, told: str, moment: datetime) -> None:
    """With a button to undo it, and the way to the bin."""
    facts = {"told": told, "moment": moment.isoformat(), "back": request.POST.get("back", "")}
    messages.success(request, render_to_string("gallery/_thrown_away.html", facts, request))


@action("gallery")
def undo(request: HttpRequest) -> HttpResponse:
    """What was thrown away at that moment comes back."""
    try:
        moment = as_moment(request.POST.get("moment", ""))
    except (ValueError, OverflowError) as problem:
        raise Http404 from problem
    pictures = Picture.objects.owned_by(request.user).filter(deleted_at=moment)
    if number := bin.undo(pictures):
        messages.success(request, f"Restored {counted(number)}.")
    elif number := bin.restore(pictures):
        messages.success(request, f"Restored {counted(number)}, now private.")
    else:
        messages.warning(request, "There was nothing left to undo.")
    return back(request)


def ticked(request: HttpRequest) -> list[UUID]:
    """Raises Http404 where these are no keys."""
    try:
        return [UUID(key) for key in request.POST.getlist("pictures")]
    except ValueError as problem:
        raise Http404 from problem


def chosen_album(user: User, key: str) -> Album | None:
    """Raises Http404 for an album that is not this person's."""
    if key in ("", NO_ALBUM):
        return None
    try:
        return get_object_or_404(Album.objects.owned_by(user), pk=UUID(key))
    except ValueError as problem:
        raise Http404 from problem


def back(request: HttpRequest) -> HttpResponse:
    """To the list that was seen, with its questions."""
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
    """Put back what is ticked; or, once somebody has said that they are sure, delete for good what
    is ticked or everything."""
    pictures = Picture.objects.owned_by(request.user).binned()
    do = request.POST.get("do")
    if do != "empty":
        pictures = pictures.filter(pk__in=ticked(request))
    if not pictures.exists():
        messages.warning(request, NOTHING_TICKED)
        return redirect("bin")
    match do:
        case "restore":
            told = f"Restored {counted(bin.restore(pictures))}, now private."
        case "purge" | "empty" if "sure" in request.POST:
            told = f"Deleted {counted(bin.purge(pictures))} for good."
        case "purge" | "empty":
            facts = {"do": do, "keys": ticked(request), "number": pictures.count()}
            return render(request, "gallery/purge.html", facts)
        case _:
            raise Http404
    messages.success(request, told)
    return redirect("bin")


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The newest that moderators have approved."""
    shown = shown_page(request, Picture.objects.public(), "published")
    return render(request, "gallery/public.html", shown)


@require_safe
def person(request: HttpRequest, name: str) -> HttpResponse:
    """What somebody shows under the name that they chose."""
    person = get_object_or_404(User, public_name_key=key_of(name), is_active=True)
    pictures = Picture.objects.public().owned_by(person)
    context = {"person": person} | shown_page(request, pictures, "published")
    return render(request, "gallery/public.html", context)

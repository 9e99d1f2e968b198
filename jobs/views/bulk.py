"""What people do with many pictures at once, and with their account, as jobs."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render

from accounts.access import action, person_of, personal
from accounts.models import User
from colorize.service import available_networks
from gallery.forms import DeleteAccountForm, FilterForm
from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet
from gallery.services import personal_data, quota
from gallery.services.zips import zip_of, zip_response
from gallery.views.pictures import NOTHING_TICKED, back, chosen, tell_nothing_chosen
from jobs.forms import RecolorForm
from jobs.services import bulk, zips

ONLY_FILMS = "Only photos can be coloured again, not films. Select some photos first."


@action("gallery")
def recolor(request: HttpRequest) -> HttpResponse:
    """Colour the selected photos again, or all of the list that they were selected from, as where
    none is; asks first what shall change. Films stay as they are."""
    user = person_of(request)
    picked, everything = chosen(request), all_listed(user, request.POST.get("back", ""))
    wants_all = request.POST.get("scope") == "all" or not picked.exists()
    meant = everything if wants_all else picked
    pictures, has_films = meant.photos(), meant.films().exists()
    if not pictures.exists():
        messages.warning(request, ONLY_FILMS if has_films else NOTHING_TICKED)
        return back(request)
    form = RecolorForm(request.POST if "sure" in request.POST else None)
    if form.is_valid():
        return redirect(bulk.start_recolor(user, pictures, form.changes()))
    facts = {"form": form, "wants_all": wants_all, "has_films": has_films}
    return show_recolor(request, picked.photos(), everything.photos(), facts)


def show_recolor(
    request: HttpRequest, selected: PictureQuerySet, listed: PictureQuerySet, facts: dict[str, Any]
) -> HttpResponse:
    """The form that asks what shall change, and of which photos."""
    context = facts | {
        "networks": available_networks(),
        "pictures": selected.values_list("pk", flat=True),
        "number": selected.count(),
        "all": listed.count(),
        "back": request.POST.get("back", ""),
    }
    status = 422 if facts["form"].errors else 200
    return render(request, "jobs/recolor.html", context, status=status)


@action("gallery")
def download(request: HttpRequest) -> HttpResponseBase:
    """The selected pictures as a ZIP file, with their originals if asked for; where it is large,
    the page of the job that makes it."""
    user, pictures = person_of(request), chosen(request).present()
    originals = request.POST.get("what") == "originals"
    size = pictures.aggregate(total=Sum("bytes" if originals else "current__bytes"))["total"]
    if size is None:
        tell_nothing_chosen(request)
        return back(request)
    if size > settings.ZIP_STREAM_BYTES:
        keys = pictures.values_list("pk", flat=True)
        return redirect(zips.start_zip(user, keys, originals))
    return zip_response("pictures", zip_of(pictures, originals))


def all_listed(user: User, address: str) -> PictureQuerySet:
    """All pictures of the list with this address, its other pages included."""
    form = FilterForm(user, QueryDict(address.partition("?")[2]))
    return form.apply(Picture.objects.owned_by(user).present())


@personal("GET", "HEAD", "POST")
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest) -> HttpResponseBase:
    """Download everything about the user, at once, or, where it is much, from the page of the job
    that makes it. Asks for the password first, because anyone may find an open browser; GET shows a
    page to return to after that."""
    user = person_of(request)
    usage = quota.usage(user)
    is_large = usage.bytes > settings.ZIP_STREAM_BYTES
    if request.method != "POST":
        facts = {"usage": usage, "is_large": is_large}
        return render(request, "gallery/export.html", facts)
    if is_large:
        return redirect(bulk.start_export(user))
    return zip_response(f"image-colorizer-{user.get_username()}", personal_data.export(user))


@personal("GET", "HEAD", "POST")
@reauthentication_required  # type: ignore[untyped-decorator]
def delete_account(request: HttpRequest) -> HttpResponse:
    """Delete the account with everything in it. Asks for the password first, unless the user has
    just logged in, because anyone may find an open browser."""
    user = person_of(request)
    form = DeleteAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        job = bulk.start_delete_account(user)
        logout(request)
        return redirect(job)
    context = {"form": form, "usage": quota.usage(user)}
    return render(
        request, "gallery/delete_account.html", context, status=422 if form.errors else 200
    )

"""What people do with many pictures at once, and with their account, as jobs."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from accounts.access import action, person_of, personal
from accounts.models import User
from colorize.service import available_networks
from gallery.forms import DeleteAccountForm, FilterForm
from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet
from gallery.services import quota
from gallery.views.pictures import back, chosen, tell_nothing_chosen
from jobs.forms import RecolorForm
from jobs.services import bulk


@action("gallery")
def recolor(request: HttpRequest) -> HttpResponse:
    """Colour the selected pictures again, or all of the list that they were selected from, as where
    none is; asks first what shall change."""
    user = person_of(request)
    selected, listed = chosen(request), all_listed(user, request.POST.get("back", ""))
    wants_all = request.POST.get("scope") == "all" or not selected.exists()
    pictures = listed if wants_all else selected
    if not pictures.exists():
        tell_nothing_chosen(request)
        return back(request)
    form = RecolorForm(request.POST if "sure" in request.POST else None)
    if form.is_valid():
        return redirect(bulk.start_recolor(user, pictures, form.changes()))
    context = {
        "form": form,
        "networks": available_networks(),
        "pictures": selected.values_list("pk", flat=True),
        "number": selected.count(),
        "all": listed.count(),
        "wants_all": wants_all,
        "back": request.POST.get("back", ""),
    }
    return render(request, "jobs/recolor.html", context, status=422 if form.errors else 200)


def all_listed(user: User, address: str) -> PictureQuerySet:
    """All pictures of the list with this address, its other pages included."""
    form = FilterForm(user, QueryDict(address.partition("?")[2]))
    return form.apply(Picture.objects.owned_by(user).present())


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

"""List, create, rename and delete albums."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import action, person_of, personal
from colorize.engine.errors import UserError
from gallery.forms import AlbumForm
from gallery.models import Album
from gallery.models.albums import ALBUM_NAME_LENGTH
from gallery.services.albums import delete_album, make_album, rename_album


@personal("GET", "HEAD", "POST")
def albums(request: HttpRequest) -> HttpResponse:
    """List albums; by POST, create one."""
    user = person_of(request)
    form = AlbumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            album = make_album(user, form.cleaned_data["name"])
            messages.success(request, f"Album “{album.name}” created.")
            return redirect("albums")
        except UserError as problem:
            form.add_error("name", problem.message)
    context = {"form": form, "albums": Album.objects.owned_by(user).with_counts()}
    return render(request, "gallery/albums.html", context, status=422 if form.errors else 200)


@action("albums")
def album(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Rename or delete an album."""
    album = get_object_or_404(Album.objects.owned_by(request.user).with_counts(), pk=pk)
    if request.POST.get("do") == "delete":
        return confirm_deletion(request, album)
    form = AlbumForm(request.POST)
    try:
        if form.is_valid():
            rename_album(album, form.cleaned_data["name"])
            messages.success(request, "Album renamed.")
        else:
            messages.error(
                request, f"Give the album a name of up to {ALBUM_NAME_LENGTH} characters."
            )
    except UserError as problem:
        messages.error(request, problem.message)
    return redirect("albums")


def confirm_deletion(request: HttpRequest, album: Album) -> HttpResponse:
    """Ask first: which pictures were in the album cannot be restored."""
    if "sure" not in request.POST:
        return render(request, "gallery/delete_album.html", {"album": album})
    delete_album(album)
    told = f"Album “{album.name}” deleted. Its pictures are still in your gallery."
    messages.success(request, told)
    return redirect("albums")

"""What a form asks of a new job."""

from typing import Any

from django.http import HttpRequest

from accounts.access import user_of
from accounts.models import User
from gallery.models import Album
from gallery.services import albums
from jobs.forms import BatchForm, FilmForm
from jobs.services import notify


def asked_for(request: HttpRequest, form: BatchForm | FilmForm) -> dict[str, Any]:
    """Raises BadField or TooManyEmails."""
    given = form.cleaned_data
    owner = user_of(request)
    is_asked = given.get("notify") or given.get("email")
    told = notify.wish(request, owner, given.get("email", "")) if is_asked else {}
    album = album_of(request, given["album"], given["new_album"])
    return {
        "owner": owner,
        "options": form.options(),
        "album": album,
        "title": given["title"],
        **told,
    }


def album_of(request: HttpRequest, album: Album | None, name: str) -> Album | None:
    """The album that was chosen, or the one with this name."""
    user = request.user
    if not name or not isinstance(user, User):
        return album
    return albums.named(user, name)

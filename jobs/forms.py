"""The form of a batch."""

from typing import Any

from django import forms

from accounts.models import User
from colorize.web.forms import OptionsForm
from colorize.web.text import LineField
from gallery.forms import AlbumField
from gallery.models import Album
from jobs.models.jobs import TITLE_LENGTH


class BatchForm(OptionsForm):
    """The options of all photos of a batch, its title, and, for people with an account, the album
    that they go into and whether a mail says when all is done."""

    title = LineField(max_length=TITLE_LENGTH, required=False)
    album = AlbumField()
    notify = forms.BooleanField(required=False, label="Send me an email when it is done")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Album.objects.owned_by(user) if isinstance(user, User) else Album.objects.none()
        self.fields["album"].queryset = mine  # type: ignore[attr-defined]

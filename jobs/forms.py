"""The forms of jobs."""

from typing import Any

from django import forms

from accounts.models import User
from colorize.engine.options import OF_MANY
from colorize.service import available_networks
from colorize.web.errors import BadField
from colorize.web.forms import SHAPE, DeclaredForm, FilmOptionsForm, OptionsForm, field_of
from colorize.web.mailboxes import MailboxField
from colorize.web.text import LineField
from gallery.forms import AlbumField
from gallery.models import Album
from gallery.models.albums import ALBUM_NAME_LENGTH
from gallery.models.pictures import TITLE_LENGTH
from jobs.errors import SeveralFilms
from jobs.models.items import NAME_LENGTH
from jobs.models.jobs import EMAIL_LENGTH
from jobs.services.batches import File, Promised


class JobForm(DeclaredForm):
    """The options of all that is coloured, the job's title, and, for people with an account, the
    album that it goes into (`new_album`: the name of one that is created for it, if there is none
    of that name) and whether a mail says when all is done; visitors leave an address for it."""

    title = LineField(max_length=TITLE_LENGTH, required=False)
    album = AlbumField()
    new_album = LineField(max_length=ALBUM_NAME_LENGTH, required=False)
    notify = forms.BooleanField(required=False, label="Send me an email when it is done")
    email = MailboxField(
        max_length=EMAIL_LENGTH,
        required=False,
        label="Email me when it is done (optional)",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Album.objects.owned_by(user) if isinstance(user, User) else Album.objects.none()
        # Accounts have an address.
        del self.fields["email" if isinstance(user, User) else "notify"]
        self.fields["album"].queryset = mine  # type: ignore[attr-defined]


class BatchOptionsForm(OptionsForm):
    """The options that make sense for many photos at once."""

    declared = OF_MANY


class BatchForm(JobForm, BatchOptionsForm):
    """Of photos."""


class FilmForm(JobForm, FilmOptionsForm):
    """Of a film: `name` and `size` of its file, which is sent afterwards, or the whole file."""

    name = forms.CharField(max_length=4 * NAME_LENGTH, required=False)
    size = forms.IntegerField(min_value=0, max_value=2**53 - 1, required=False)
    film = forms.FileField(label="Film", required=False, allow_empty_file=True, max_length=None)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        # Tabs share a page with the form of a batch.
        super().__init__(user, *args, auto_id="film_%s", **kwargs)

    def file(self) -> File | None:
        """The whole film, if it came along. Raises SeveralFilms."""
        if (count := len(self.files.getlist("film"))) > 1:
            raise SeveralFilms(count=count)
        file = self.cleaned_data["film"]
        return (file.name or "", file.size or 0, file) if file else None

    def promised(self) -> Promised:
        """What is announced. Raises BadField."""
        given = self.cleaned_data
        if not given["name"] or given["size"] is None:
            raise BadField(name="size", reason="a film needs its name, and its size in bytes.")
        return Promised(given["name"], given["size"])


class RecolorForm(forms.Form):
    """The options that many pictures can have in common; what is left empty stays as it is in each
    of them. One at least must be chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = [option for option in OF_MANY if option.name not in SHAPE]
        self.fields |= {option.name: field_of(option) for option in shared}
        self.fields["vividness"].label = "Vividness, from 0 (faithful) to 1 (vivid)"
        self.fields["vividness"].widget = forms.NumberInput(
            attrs={"step": "0.05", "placeholder": "No change"}
        )
        entries = available_networks()
        if len(entries) > 1:
            names = [(entry.name, entry.title) for entry in entries]
            self.fields["network"] = forms.ChoiceField(
                choices=names, required=False, label="Network"
            )
        else:
            del self.fields["network"]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "No change"), *field.choices]  # type: ignore[misc]
            field.help_text = ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not self.changes():
            raise forms.ValidationError("Choose at least one thing to change.")
        return given

    def changes(self) -> dict[str, Any]:
        """The options that change."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

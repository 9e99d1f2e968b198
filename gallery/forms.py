"""The gallery's forms."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import User
from colorize.engine.hints import COLOUR, EXAMPLE_COLOUR, GREY, KEEP, Hint, rounded
from colorize.engine.proposals import MOST_SEEDS
from colorize.web.text import LineField
from gallery.models import Album, Visibility
from gallery.models.albums import ALBUM_NAME_LENGTH
from gallery.models.pictures import (
    NO_ALBUM,
    NOTE_LENGTH,
    SEARCH_LENGTH,
    TITLE_LENGTH,
    Kind,
    PictureQuerySet,
)
from gallery.services.sharing import LASTING, USUAL_DAYS

DAYS = [
    ("" if days is None else str(days), label)
    for days, label in zip(
        LASTING, ["After 1 day", "After 7 days", "After 30 days", "Never expires"], strict=True
    )
]


# Of a hint that names a colour.
EXACT = "exact"


class AlbumField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the user's own albums, or none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Album.objects.none(), required=False, empty_label="No album", **options)


class DescribeForm(forms.Form):
    title = LineField(max_length=TITLE_LENGTH)
    note = forms.CharField(
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Anyone who can see the picture can read this, including anyone with its link.",
    )
    album = AlbumField()

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["album"].queryset = Album.objects.owned_by(user)  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    visibility = forms.ChoiceField(
        choices=[(each.value, each.audience) for each in Visibility], widget=forms.RadioSelect
    )
    days = forms.TypedChoiceField(
        choices=DAYS,
        coerce=int,
        empty_value=None,
        required=False,
        initial=str(USUAL_DAYS),
        label="Link expires",
    )

    def clean_days(self) -> int | None:
        """A link that never expires must be chosen explicitly."""
        return self.cleaned_data["days"] if "days" in self.data else USUAL_DAYS


class HintForm(forms.Form):
    """What colour a place of a picture is."""

    x = forms.FloatField(min_value=0, max_value=100, label="Percent from the left")
    y = forms.FloatField(min_value=0, max_value=100, label="Percent from the top")
    kind = forms.ChoiceField(
        choices=[
            (EXACT, "This colour"),
            (GREY, "Grey"),
            (KEEP, "Left as it is, while others change"),
        ],
        initial=EXACT,
        widget=forms.RadioSelect,
        label="What it is",
    )
    colour = forms.RegexField(
        rf"^{COLOUR}\Z",
        initial="#808080",
        required=False,
        widget=forms.TextInput(attrs={"type": "color"}),
        label="Colour",
        error_messages={"invalid": f"Write it as {EXAMPLE_COLOUR}."},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == EXACT and not given.get("colour") and "colour" not in self.errors:
            self.add_error("colour", "Choose a colour.")
        return given

    def places(self) -> list[BoundField]:
        return [self["x"], self["y"]]

    def hint(self) -> Hint:
        """Of a valid form."""
        given = self.cleaned_data
        colour = given["colour"].lower() if given["kind"] == EXACT else given["kind"]
        return Hint(rounded(given["x"] / 100), rounded(given["y"] / 100), colour)


class SeedForm(forms.Form):
    """Which proposals; the first ones where that is left out, or makes no sense."""

    seed = forms.IntegerField(required=False, min_value=0, max_value=MOST_SEEDS)

    @property
    def chosen(self) -> int:
        self.is_valid()
        return self.cleaned_data.get("seed") or 0


class AlbumForm(forms.Form):
    name = LineField(max_length=ALBUM_NAME_LENGTH, label="Name")


class FilterForm(forms.Form):
    """The filters of the gallery. Invalid values are ignored rather than refused."""

    q = forms.CharField(required=False, max_length=SEARCH_LENGTH, label="Search")
    kind = forms.ChoiceField(
        required=False, choices=[("", "Photos and films"), *Kind.choices], label="Kind"
    )
    album = forms.CharField(required=False)
    visibility = forms.ChoiceField(
        required=False, choices=[("", "Any"), *Visibility.choices], label="Visibility"
    )
    since = forms.DateField(
        required=False, label="Saved since", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="Saved until", widget=forms.DateInput(attrs={"type": "date"})
    )
    order = forms.ChoiceField(
        required=False,
        label="Order",
        choices=[("newest", "Newest first"), ("oldest", "Oldest first"), ("title", "By title")],
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.albums = {str(album.pk): album.name for album in Album.objects.owned_by(user)}
        choices = [("", "All"), (NO_ALBUM, "In no album"), *self.albums.items()]
        self.fields["album"] = forms.ChoiceField(required=False, choices=choices, label="Album")

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def album_name(self) -> str:
        """The name of the chosen album; empty for all albums or none."""
        return self.albums.get(self.asked.get("album", ""), "")

    def apply(self, pictures: PictureQuerySet) -> PictureQuerySet:
        return pictures.that_fit(self.asked)

    @property
    def chosen_order(self) -> str:
        return str(self.asked.get("order", "newest"))


class DeleteAccountForm(forms.Form):
    sure = forms.BooleanField(label="Yes, delete my account and all my pictures")

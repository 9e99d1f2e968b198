"""What people may write of a picture, ask of the gallery, and choose; checked in one place."""

from typing import Any

from django import forms
from django.db import IntegrityError, transaction

from accounts.models import Scope, User
from accounts.names import TAKEN
from gallery.models import Album, Visibility
from gallery.models.pictures import NO_ALBUM, PictureQuerySet
from gallery.services.sharing import LASTING, USUAL_DAYS
from gallery.text import plain

DAYS = [
    ("" if days is None else str(days), label)
    for days, label in zip(
        LASTING, ["After 1 day", "After 7 days", "After 30 days", "Never expires"], strict=True
    )
]
ENDS = [
    ("1", "After 1 day"),
    ("7", "After 1 week"),
    ("30", "After 30 days"),
    ("90", "After 90 days"),
    ("365", "After 1 year"),
    ("", "Never expires"),
]


class NameField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "")


class AlbumField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a person's own albums, or none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Album.objects.none(), required=False, empty_label="No album", **options)


class DescribeForm(forms.Form):
    title = NameField(max_length=200)
    note = forms.CharField(
        max_length=4000,
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
        """For ever only where that is said."""
        return self.cleaned_data["days"] if "days" in self.data else USUAL_DAYS


class AlbumForm(forms.Form):
    name = NameField(max_length=100, label="Name")


class FilterForm(forms.Form):
    """The gallery's questions; what makes no sense is left out rather than refused."""

    q = forms.CharField(required=False, max_length=200, label="Search")
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
        """Of the one album that is asked for; empty where it is all or none."""
        return self.albums.get(self.asked.get("album", ""), "")

    def apply(self, pictures: PictureQuerySet) -> PictureQuerySet:
        return pictures.that_fit(self.asked)

    @property
    def chosen_order(self) -> str:
        return str(self.asked.get("order", "newest"))


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["public_name", "saves"]
        labels = {
            "public_name": "Public name",
            "saves": "Save what I colorize in my gallery",
        }
        help_texts = {
            "public_name": "Your approved public pictures are shown together under it. "
            "Without one they are shown without a name."
        }

    def save_only(self) -> bool:
        """These fields only: what else is known of the person may have changed meanwhile. False
        where somebody else took the name at the same moment."""
        try:
            with transaction.atomic():
                self.instance.save(update_fields=list(self.fields))
        except IntegrityError:
            self.add_error("public_name", TAKEN)
            return False
        return True


class TokenForm(forms.Form):
    name = NameField(
        max_length=100,
        label="What is it for?",
        error_messages={"required": "A token needs a name, so that you know it again."},
    )
    scope = forms.ChoiceField(choices=Scope.choices, label="Permission")
    days = forms.TypedChoiceField(
        choices=ENDS, coerce=int, empty_value=None, required=False, initial="90", label="Expires"
    )


class DeleteAccountForm(forms.Form):
    sure = forms.BooleanField(label="Yes, delete my account and all my pictures")

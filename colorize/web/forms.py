"""What a person or a program may ask for: the photo and the options, checked in one place."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from colorize import service
from colorize.engine.errors import BadOption, UserError
from colorize.engine.options import OPTIONS, Option, Options
from colorize.web.errors import NoPhoto, SeveralPhotos

# What the pages have a control of their own for; any other option is shown as its field is.
OWN_CONTROLS = {"vividness", "network"}


class YesNoField(forms.TypedChoiceField):
    """`true` or `false`, as programs write it; None where it is left out."""

    def __init__(self, yes: str, no: str, **words: Any) -> None:
        choices = [("true", yes), ("false", no)]
        super().__init__(
            choices=choices, coerce=lambda value: value == "true", empty_value=None, **words
        )

    def prepare_value(self, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value


def field_of(option: Option) -> forms.Field:
    words: dict[str, Any] = {"required": False, "label": option.label, "help_text": option.help}
    match option.default:
        case bool():
            return YesNoField(option.yes, option.no, **words)
        case str():
            return forms.CharField(max_length=option.longest, **words)
        case _:
            slider = forms.NumberInput(attrs={"type": "range", "step": "0.05"})
            return forms.FloatField(
                min_value=option.least, max_value=option.most, widget=slider, **words
            )


def form_values(options: Options) -> dict[str, str]:
    """As a form sends them."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in options.as_dict().items()
    }


class OptionsForm(forms.Form):
    """How to colorize; every field is optional."""

    def __init__(self, *args: Any, usual: Options | None = None, **kwargs: Any) -> None:
        """`usual`: what is chosen to begin with, where that is not what the settings say."""
        super().__init__(*args, **kwargs)
        self.fields |= {option.name: field_of(option) for option in OPTIONS}
        self.initial = (usual or service.make_options()).as_dict()

    def plain_fields(self) -> list[BoundField]:
        """Those that a page shows as they are."""
        names = (option.name for option in OPTIONS)
        return [self[name] for name in names if name not in OWN_CONTROLS]

    def problem(self) -> UserError | None:
        """The first thing that is wrong, or None."""
        for name, reasons in self.errors.items():
            return BadOption(name=name, reason=str(reasons[0]))
        return None

    def options(self) -> Options:
        """Of a valid form."""
        return service.make_options(**{each.name: self.cleaned_data[each.name] for each in OPTIONS})


class ColorizeForm(OptionsForm):
    """The options, the photo in the field `image`, and `save`, for who has a gallery.

    Reads the photo whole: an upload is bounded while it arrives.
    """

    image = forms.FileField(
        label="Photo",
        allow_empty_file=True,
        max_length=None,
        # No `accept`: it would grey out photos whose names have no ending of one.
        widget=forms.FileInput(attrs={"id": "image"}),
    )
    save = forms.ChoiceField(
        required=False,
        choices=[
            ("true", "Save, and go on saving"),
            ("false", "Do not save, nor from now on"),
            ("once", "Save this one"),
            ("never", "Do not save this one"),
        ],
    )

    def problem(self) -> UserError | None:
        if (count := len(self.files.getlist("image"))) > 1:
            return SeveralPhotos(count=count)
        if "image" in self.errors:
            return NoPhoto()
        return super().problem()

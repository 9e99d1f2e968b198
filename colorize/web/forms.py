"""The upload form: the photo and the colour options."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from colorize import films, service
from colorize.engine.errors import BadOption, UserError
from colorize.engine.options import OPTIONS, Option, Options, written
from colorize.engine.outputs import OUTPUTS
from colorize.engine.video.options import FILM_OPTIONS, FilmOptions
from colorize.service import Metadata
from colorize.web.errors import NoPhoto, SeveralPhotos

# Options that change the shape, and have an editor; see templates/includes/_crop.html.
SHAPE = ("turn", "straighten", "crop")
# Options of films that say which part is coloured.
PART = ("start", "end")
# Options for which the pages have their own controls; others are shown as plain fields.
OWN_CONTROLS = {"vividness", "network", "hints", *SHAPE}


class YesNoField(forms.TypedChoiceField):
    """`true` or `false`, as programs write it; None if missing."""

    def __init__(self, yes: str, no: str, **words: Any) -> None:
        choices = [("true", yes), ("false", no)]
        words["error_messages"] = {"invalid_choice": "write true or false."}
        super().__init__(
            choices=choices, coerce=lambda value: value == "true", empty_value=None, **words
        )

    def prepare_value(self, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value


class NumberField(forms.FloatField):
    """A number, shown without a point behind a whole one."""

    def prepare_value(self, value: Any) -> Any:
        return int(value) if isinstance(value, float) and value.is_integer() else value


class TextField(forms.CharField):
    """A text, as its option reads it."""

    def __init__(self, option: Option, **words: Any) -> None:
        super().__init__(max_length=option.longest, **words)
        self.read = option.read

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> Any:
        try:
            return self.read(super().clean(value))
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem


def field_of(option: Option) -> forms.Field:
    words: dict[str, Any] = {"required": False, "label": option.label, "help_text": option.help}
    if option.choices:
        values = ", ".join(str(value) for value, _ in option.choices)
        words["error_messages"] = {"invalid_choice": f"choose one of {values}."}
        return forms.TypedChoiceField(choices=option.choices, coerce=int, empty_value=None, **words)
    match option.default:
        case bool():
            return YesNoField(option.yes, option.no, **words)
        case str() | tuple():
            return TextField(option, **words)
        case _:
            kind = "range" if option.name == "vividness" else "number"
            number = forms.NumberInput(attrs={"type": kind, "step": f"{option.step:g}"})
            return NumberField(
                min_value=option.least, max_value=option.most, widget=number, **words
            )


def form_values(options: Options) -> dict[str, str]:
    """The options as form values."""
    return {each.name: written(getattr(options, each.name)) for each in OPTIONS}


class DeclaredForm(forms.Form):
    """Fields for options as they are declared; all of them are optional. `make`: makes them of
    values; without any, those of the settings."""

    declared: ClassVar[Sequence[Option]]
    make: ClassVar[Callable[..., Any]]

    def __init__(self, *args: Any, usual: Any = None, **kwargs: Any) -> None:
        """`usual`: initial values, if not those of the settings."""
        super().__init__(*args, **kwargs)
        self.fields |= {option.name: field_of(option) for option in self.declared}
        usual = usual or self.make()
        self.initial = {option.name: getattr(usual, option.name) for option in self.declared}

    def plain_fields(self) -> list[BoundField]:
        """The fields without a control of their own."""
        names = (option.name for option in self.declared)
        return [self[name] for name in names if name not in OWN_CONTROLS]

    def problem(self) -> UserError | None:
        """The first error, or None."""
        for name, reasons in self.errors.items():
            return BadOption(name=name, reason=str(reasons[0]))
        return None

    def made(self) -> Any:
        """The options of a valid form."""
        return self.make(**{each.name: self.cleaned_data[each.name] for each in self.declared})


class OptionsForm(DeclaredForm):
    """The colour options of a photo."""

    declared = OPTIONS
    make = staticmethod(service.make_options)

    @classmethod
    def preset(cls, asked: QueryDict) -> Self:
        """A form in which the options of a link are chosen; the usual ones if one is wrong."""
        given = OptionsForm(asked)
        return cls(usual=given.options() if given.is_valid() else None)

    def options(self) -> Options:
        """The options of a valid form."""
        made: Options = self.made()
        return made


class FilmOptionsForm(DeclaredForm):
    """The options of a film."""

    declared = FILM_OPTIONS
    make = staticmethod(films.make_options)

    def part_fields(self) -> list[BoundField]:
        """Which part of the film is coloured."""
        return [self[name] for name in PART]

    def plain_fields(self) -> list[BoundField]:
        return [field for field in super().plain_fields() if field.name not in PART]

    def options(self) -> FilmOptions:
        """The options of a valid form."""
        made: FilmOptions = self.made()
        return made


class ColorizeForm(OptionsForm):
    """The options, the photo in the field `image`, the XMP file that lies beside it in `sidecar`,
    and `save` for people with a gallery.

    Reads the whole photo: its size is limited while it arrives.
    """

    image = forms.FileField(
        label="Photo",
        allow_empty_file=True,
        max_length=None,
        # No `accept`: it would grey out photos whose names lack the right ending.
        widget=forms.FileInput(attrs={"id": "image"}),
    )
    sidecar = forms.FileField(
        label="Sidecar file of the photo (XMP)",
        required=False,
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".xmp"}),
    )
    format = forms.ChoiceField(
        required=False,
        label="Kind of file",
        choices=[(each.key, each.name) for each in OUTPUTS.values()],
    )
    save = forms.ChoiceField(
        required=False,
        choices=[
            ("true", "Save this and later photos"),
            ("false", "Don’t save this or later photos"),
            ("once", "Save this photo"),
            ("never", "Don’t save this photo"),
        ],
    )

    def problem(self) -> UserError | None:
        if (count := len(self.files.getlist("image"))) > 1:
            return SeveralPhotos(count=count)
        if "image" in self.errors:
            return NoPhoto()
        return super().problem()

    def known(self) -> Metadata | None:
        """What the sidecar of a valid form says. Raises BadSidecar."""
        sidecar = self.cleaned_data["sidecar"]
        return service.read_sidecar(sidecar.read()) if sidecar else None

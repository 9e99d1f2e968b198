"""What a person or a program may ask for: the photo and the options, checked in one place."""

from typing import Any

from django import forms
from django.conf import settings

from colorize.engine import networks
from colorize.engine.errors import BadOption, UserError
from colorize.service import Options
from colorize.web.errors import NoPhoto, SeveralPhotos


class ColorizeForm(forms.Form):
    """Fields `image`; and, all optional, `vividness`, `network`, `keep_metadata` and `save`.

    Reads the photo whole: an upload is bounded while it arrives.
    """

    image = forms.FileField(
        label="Photo",
        allow_empty_file=True,
        max_length=None,
        # No `accept`: it would grey out photos whose names have no ending of one.
        widget=forms.FileInput(attrs={"id": "image"}),
    )
    vividness = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        label="Vividness",
        widget=forms.NumberInput(attrs={"type": "range", "step": "0.05", "id": "start-vividness"}),
    )
    network = forms.CharField(required=False, max_length=100)
    keep_metadata = forms.ChoiceField(
        required=False,
        choices=[("true", "Keep the photo’s date and copyright"), ("false", "Leave them out")],
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vividness"].initial = settings.VIVIDNESS
        self.fields["network"].initial = settings.NETWORK

    def problem(self) -> UserError | None:
        """The first thing that is wrong, or None."""
        if (count := len(self.files.getlist("image"))) > 1:
            return SeveralPhotos(count=count)
        for name, reasons in self.errors.items():
            if name == "image":
                return NoPhoto()
            return BadOption(name=name, reason=str(reasons[0]))
        return None

    def options(self) -> Options:
        """Of a valid form."""
        vividness = self.cleaned_data["vividness"]
        return Options(
            vividness=settings.VIVIDNESS if vividness is None else vividness,
            network=self.cleaned_data["network"],
            keep_origin=self.cleaned_data["keep_metadata"] != "false",
        )


def available_networks() -> list[networks.Entry]:
    """Those that can be chosen; none where the manifest cannot be read."""
    try:
        return [entry for entry in networks.present(settings.MODELS_DIR) if entry.runs_here]
    except networks.NetworkError:
        return []

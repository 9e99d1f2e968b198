"""The options of colorizing, as the API takes and tells them; see colorize/engine/options.py."""

from typing import Any, ClassVar

from rest_framework import serializers

from colorize import service as colorizer
from colorize.engine.options import OPTIONS, Option, Options
from gallery.api.fields import Flag, Share, Strict, Text

Field = serializers.Field[Any, Any, Any, Any]


def json_field(option: Option) -> Field:
    """Takes what it says and nothing that could be turned into it."""
    words: dict[str, Any] = {"required": False, "help_text": option.help}
    match option.default:
        case bool():
            return Flag(default=option.default, **words)
        case str():
            return Text(allow_blank=True, max_length=option.longest, **words)
        case _:
            return Share(min_value=option.least, max_value=option.most, **words)


def form_field(option: Option) -> Field:
    """In a form with a photo everything is text."""
    if isinstance(option.default, bool):
        return serializers.ChoiceField(["true", "false"], required=False, help_text=option.help)
    return told_field(option, required=False)


def told_field(option: Option, **more: Any) -> Field:
    match option.default:
        case bool():
            return serializers.BooleanField(help_text=option.help, **more)
        case str():
            return serializers.CharField(max_length=option.longest, help_text=option.help, **more)
        case _:
            return serializers.FloatField(
                min_value=option.least, max_value=option.most, help_text=option.help, **more
            )


class OptionsSerializer(Strict):
    """How to colorize; what is left out is as usual."""

    def get_fields(self) -> dict[str, Field]:
        return super().get_fields() | {each.name: json_field(each) for each in OPTIONS}

    def options(self) -> Options:
        """Once it is valid."""
        return colorizer.make_options(**self.validated_data)


class FormOptionsSerializer(serializers.Serializer[Any]):
    """Beside a photo; the colorizer's own form checks them."""

    def get_fields(self) -> dict[str, Field]:
        return super().get_fields() | {each.name: form_field(each) for each in OPTIONS}


class MadeWithSerializer(serializers.Serializer[Any]):
    """Tells what something was made with; `made_with` is where its options are."""

    made_with: ClassVar[str] = ""

    def get_fields(self) -> dict[str, Field]:
        told = {
            each.name: told_field(each, read_only=True, source=f"{self.made_with}.{each.name}")
            for each in OPTIONS
        }
        return super().get_fields() | told

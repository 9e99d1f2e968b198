"""The colour options in the API; see colorize/engine/options.py."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from colorize import service as colorizer
from colorize.engine.options import OPTIONS, Option, Options
from colorize.engine.video.options import FILM_OPTIONS
from gallery.api.fields import Flag, Number, Share, Strict, Text
from gallery.api.hints import HintsField

Field = serializers.Field[Any, Any, Any, Any]
# Options that photos and films have. Others are left out where there are none.
COMMON = {each.name for each in OPTIONS} & {each.name for each in FILM_OPTIONS}
# A flag in a form.
TRUE_OR_FALSE = ["true", "false"]
# In place of the option's own help, which tells how a text has them.
HINTS = "Colours that you know, each with its place in the result."


class OptionText(Text):
    """A text, as its option reads it."""

    def __init__(self, option: Option, **words: Any) -> None:
        super().__init__(**words)
        self.read = option.read

    def to_internal_value(self, data: Any) -> Any:
        try:
            return self.read(super().to_internal_value(data))
        except ValueError as problem:
            raise serializers.ValidationError(str(problem)) from problem


def json_field(option: Option) -> Field:
    """A strict field for JSON, which converts nothing."""
    words: dict[str, Any] = {"required": False, "help_text": option.help}
    if option.choices:
        return Number(option.choices, **words)
    match option.default:
        case bool():
            return Flag(default=option.default, **words)
        case str():
            return OptionText(option, allow_blank=True, max_length=option.longest, **words)
        case tuple():
            return HintsField(**words | {"help_text": HINTS})
        case _:
            return Share(min_value=option.least, max_value=option.most, **words)


def form_field(option: Option) -> Field:
    """A field for the upload form, where everything is text."""
    match option.default:
        case bool():
            return serializers.ChoiceField(TRUE_OR_FALSE, required=False, help_text=option.help)
        case tuple():
            return serializers.CharField(
                max_length=option.longest, required=False, help_text=option.help
            )
        case _:
            return told_field(option, required=False)


def told_field(option: Option, **more: Any) -> Field:
    if option.choices:
        return Number(option.choices, help_text=option.help, **more)
    match option.default:
        case bool():
            return serializers.BooleanField(help_text=option.help, **more)
        case str():
            return serializers.CharField(max_length=option.longest, help_text=option.help, **more)
        case tuple():
            return HintsField(help_text=HINTS, **more)
        case _:
            return serializers.FloatField(
                min_value=option.least, max_value=option.most, help_text=option.help, **more
            )


class OptionsSerializer(Strict):
    """The colour options; missing ones take the default."""

    declared: ClassVar[Sequence[Option]] = OPTIONS

    def get_fields(self) -> dict[str, Field]:
        return super().get_fields() | {each.name: json_field(each) for each in self.declared}

    def options(self) -> Options:
        """The options of a valid serializer."""
        return colorizer.make_options(**self.validated_data)


class FormOptionsSerializer(serializers.Serializer[Any]):
    """Describes the options in the upload form; ColorizeForm does the checking."""

    declared: ClassVar[Sequence[Option]] = OPTIONS

    def get_fields(self) -> dict[str, Field]:
        return super().get_fields() | {each.name: form_field(each) for each in self.declared}


class MadeWithSerializer(serializers.Serializer[Any]):
    """The options of a result, those of photos or those of films; `made_with`: the field with
    them."""

    made_with: ClassVar[str] = ""

    def get_fields(self) -> dict[str, Field]:
        told = {
            each.name: told_field(each, required=each.name in COMMON, source=self.source_of(each))
            for each in (*FILM_OPTIONS, *OPTIONS)
        }
        return super().get_fields() | told

    def source_of(self, option: Option) -> str:
        return f"{self.made_with}.{option.name}"

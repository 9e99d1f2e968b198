"""Serializers of the upload form and of results that are not saved; they only describe."""

from typing import Any

from rest_framework import serializers

from colorize.engine.formats import ALL_NAMES
from colorize.engine.options import OPTIONS
from colorize.engine.outputs import OUTPUTS
from gallery.api.fields import Key
from gallery.api.noticed import NoticedSerializer, OfferSerializer
from gallery.api.options import FormOptionsSerializer, told_field
from gallery.models.pictures import NOTE_LENGTH, TITLE_LENGTH


class PhotoSerializer(FormOptionsSerializer):
    """The form of a photo."""

    image = serializers.FileField(help_text=f"{ALL_NAMES}.")
    sidecar = serializers.FileField(
        required=False,
        help_text="The XMP file that lies beside the photo. Its values count before those in the "
        "photo.",
    )


class FormatSerializer(PhotoSerializer):
    """The form of a photo whose colours are not saved."""

    format = serializers.ChoiceField(
        [(each.key, f"{each.name}. {each.help}") for each in OUTPUTS.values()],
        required=False,
        help_text="The kind of file; if left out, the type in Accept, or JPEG.",
    )


class NewPictureSerializer(PhotoSerializer):
    title = serializers.CharField(required=False, allow_blank=True, max_length=TITLE_LENGTH)
    note = serializers.CharField(required=False, allow_blank=True, max_length=NOTE_LENGTH)
    album = Key(required=False)


class ColorizedSerializer(serializers.Serializer[Any]):
    image = serializers.CharField(help_text="The file in base64.")
    format = serializers.ChoiceField(list(OUTPUTS), help_text="Its kind.")
    filename = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    confidence = serializers.IntegerField(
        min_value=0,
        max_value=100,
        allow_null=True,
        help_text="In percent; null if the network has no confidence.",
    )
    confidence_words = serializers.CharField(help_text="How sure the network is, for people.")
    noticed = NoticedSerializer()
    offers = OfferSerializer(many=True)
    milliseconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {each.name: told_field(each) for each in OPTIONS}

"""What was noticed about a photo, in the API; see colorize/engine/noticed.py and web/offers.py."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from colorize.web import offers
from colorize.web.confidence import confidence_words


class NoticedSerializer(serializers.Serializer[Any]):
    """What was noticed about the photo while it was coloured."""

    border = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1),
        min_length=4,
        max_length=4,
        allow_null=True,
        help_text="The picture inside a border: left, top, right and bottom as fractions of the "
        "width and height; null if there is no border.",
    )
    turn = serializers.IntegerField(
        min_value=0,
        max_value=270,
        help_text="Degrees clockwise that would make the photo upright; 0 if it seems to be.",
    )
    negative = serializers.BooleanField(help_text="Whether it seems to be a negative.")
    faded = serializers.BooleanField(help_text="Whether it has little contrast.")
    dark = serializers.BooleanField(help_text="Whether it is very dark.")
    pages = serializers.IntegerField(min_value=1, help_text="How many pages its file has.")
    page = serializers.IntegerField(min_value=1, help_text="Which of them was coloured.")


class OfferSerializer(serializers.Serializer[Any]):
    """What to do about it."""

    sentence = serializers.CharField(help_text="What was noticed, in words for people.")
    changes = serializers.DictField(help_text="The options to change when colouring it again.")

    def get_fields(self) -> dict[str, Any]:
        # Not as an attribute, where serializers have their own `label`.
        label = serializers.CharField(
            help_text="For the button that colours the photo again; empty if there is no offer.",
            allow_blank=True,
        )
        return super().get_fields() | {"label": label}


class SeenSerializer(serializers.Serializer[Any]):
    """What was noticed about a stored result. `seen_in`: the field with the version, empty for the
    object itself."""

    seen_in: ClassVar[str] = ""

    confidence_words = serializers.SerializerMethodField(
        help_text="How sure the network is, for people."
    )
    noticed = serializers.SerializerMethodField(
        help_text="What was noticed about a photo while it was coloured; null for films."
    )
    notes = serializers.SerializerMethodField(
        help_text="What is lost or left out of a film, for people; empty for photos."
    )
    offers = serializers.SerializerMethodField()

    def _version(self, of: Any) -> Any:
        return getattr(of, self.seen_in) if self.seen_in else of

    def get_confidence_words(self, of: Any) -> str:
        version = self._version(of)
        return confidence_words(version.confidence, version.seen)

    @extend_schema_field(NoticedSerializer(allow_null=True))
    def get_noticed(self, of: Any) -> dict[str, Any] | None:
        version = self._version(of)
        noticed: dict[str, Any] = version.seen.as_dict()
        return None if version.is_film else noticed

    def get_notes(self, of: Any) -> list[str]:
        notes: list[str] = self._version(of).notes
        return notes

    @extend_schema_field(OfferSerializer(many=True))
    def get_offers(self, of: Any) -> list[dict[str, Any]]:
        version = self._version(of)
        return offers.as_json(version.seen, version.made_with)

"""Serializers of pictures."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from colorize.engine.outputs import JPEG, OUTPUTS
from gallery.api.fields import Days, Key, Name, Strict, Text, Word
from gallery.api.noticed import SeenSerializer
from gallery.api.options import MadeWithSerializer
from gallery.file_responses import STRIP
from gallery.models import Picture, ShareLink, Version, Visibility
from gallery.models.pictures import (
    NO_ALBUM,
    NOTE_LENGTH,
    SEARCH_LENGTH,
    TITLE_LENGTH,
    Kind,
    PictureQuerySet,
)
from gallery.services.sharing import LASTING, link_of

UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Long enough for the longest title, with four bytes a letter, in base64.
CURSOR_LENGTH = 4000
SIZES = ("small", "medium")


class VersionSerializer(MadeWithSerializer, SeenSerializer, serializers.ModelSerializer[Version]):
    made_with = "told_options"
    result = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields = [
            "id", "width", "height", "confidence", "confidence_words", "noticed", "notes",
            "offers", "created_at", "bytes", "result",
        ]  # fmt: skip

    @extend_schema_field(OpenApiTypes.URI)
    def get_result(self, version: Version) -> str:
        address = file_address(self.context["request"], version.picture_id, "result")
        return f"{address}?version={version.pk}"


class FilesSerializer(serializers.Serializer[Any]):
    original = serializers.URLField()
    result = serializers.URLField()
    thumbnail = serializers.URLField()
    original_thumbnail = serializers.URLField()
    strip = serializers.URLField(
        allow_null=True, help_text="Frames of a film side by side; null for photos."
    )


class AlbumLinkSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.URLField()


class ShareSerializer(serializers.Serializer[ShareLink]):
    link = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(OpenApiTypes.URI)
    def get_link(self, link: ShareLink) -> str:
        return str(self.context["request"].build_absolute_uri(link.get_absolute_url()))


class PictureSerializer(MadeWithSerializer, SeenSerializer, serializers.ModelSerializer[Picture]):
    """A picture in a list, without its versions."""

    made_with = "shown.told_options"
    seen_in = "shown"

    url = serializers.HyperlinkedIdentityField(view_name="api-picture")
    kind = serializers.ChoiceField(Kind.values, help_text="What it is.")
    seconds = serializers.FloatField(
        allow_null=True, min_value=0, help_text="The length of a film; null for photos."
    )
    album = serializers.SerializerMethodField()
    confidence = serializers.IntegerField(source="shown.confidence", allow_null=True)
    width = serializers.IntegerField(help_text="Of the current version, in pixels.")
    height = serializers.IntegerField()
    share = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    class Meta:
        model = Picture
        fields = [
            "id", "url", "kind", "seconds", "title", "note", "album", "visibility", "share",
            "review", "review_reason", "published_at", "confidence", "confidence_words", "noticed",
            "notes", "offers", "width", "height", "bytes", "sha256", "created_at", "updated_at",
            "files",
        ]  # fmt: skip

    @extend_schema_field(AlbumLinkSerializer(allow_null=True))
    def get_album(self, picture: Picture) -> Any:
        if picture.album_id is None:
            return None
        url = reverse("api-album", [picture.album_id], request=self.context["request"])
        return {"id": str(picture.album_id), "url": url}

    @extend_schema_field(ShareSerializer(allow_null=True))
    def get_share(self, picture: Picture) -> Any:
        link = link_of(picture)
        return ShareSerializer(link, context=self.context).data if link else None

    @extend_schema_field(FilesSerializer)
    def get_files(self, picture: Picture) -> Any:
        original, result, thumbnail = (
            file_address(self.context["request"], picture.pk, name)
            for name in ("original", "result", "thumbnail")
        )
        return {
            "original": original,
            "result": result,
            "thumbnail": thumbnail,
            "original_thumbnail": f"{thumbnail}?of=original",
            "strip": f"{thumbnail}?of={STRIP}" if picture.is_film else None,
        }


class WholePictureSerializer(PictureSerializer):
    """A picture with its versions; `version` is the current one."""

    version = serializers.UUIDField(source="current_id")
    versions = VersionSerializer(many=True)

    class Meta(PictureSerializer.Meta):
        fields = [*PictureSerializer.Meta.fields, "version", "versions"]


class PicturesSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(
        allow_null=True, help_text="The next page of the list; null on the last one."
    )
    results = PictureSerializer(many=True)


class WordsSerializer(Strict):
    """The details of a new picture."""

    title = Name(required=False, allow_blank=True, max_length=TITLE_LENGTH)
    note = Text(required=False, allow_blank=True, max_length=NOTE_LENGTH)
    album = Key(required=False)


class ChangeSerializer(Strict):
    """The fields to change; missing ones stay as they are."""

    title = Name(required=False, max_length=TITLE_LENGTH)
    note = Text(required=False, allow_blank=True, max_length=NOTE_LENGTH)
    album = Key(required=False, allow_null=True)
    version = Key(required=False, help_text="The version to use from now on.")
    visibility = Word(choices=Visibility.choices, required=False)
    days = Days(help_text="Days until the link expires: 1, 7 (default), 30, or null for never.")

    def validate_days(self, days: int | None) -> int | None:
        if days not in LASTING:
            raise serializers.ValidationError("it takes 1, 7, 30 or null.")
        return days

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "days" in attrs and attrs.get("visibility") != Visibility.UNLISTED:
            raise serializers.ValidationError({"days": "it needs the visibility “unlisted”."})
        return attrs


class QuestionsSerializer(Strict):
    """The filters of a list, in its query string."""

    album = serializers.RegexField(
        rf"^({NO_ALBUM}|{UUID_PATTERN})\Z",
        required=False,
        help_text="The ID of an album, or “none”.",
    )
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=SEARCH_LENGTH,
        help_text="Words to find in title and note.",
    )
    order = serializers.ChoiceField(choices=["newest", "oldest", "title"], default="newest")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=24)
    cursor = serializers.CharField(
        required=False, max_length=CURSOR_LENGTH, help_text="From `next` of the previous page."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Adds `from` and `to`: `from` is a keyword and cannot be a class attribute."""
        days = {"from": "First day, in UTC.", "to": "Last day, in UTC."}
        return super().get_fields() | {
            name: serializers.DateField(required=False, help_text=words)
            for name, words in days.items()
        }

    def apply(self, pictures: PictureQuerySet) -> PictureQuerySet:
        asked = dict(self.validated_data)
        asked |= {"since": asked.pop("from", None), "until": asked.pop("to", None)}
        return pictures.that_fit(asked)


class FileSerializer(Strict):
    version = serializers.UUIDField(
        required=False, help_text="A version other than the current one."
    )
    format = serializers.ChoiceField(
        [(each.key, f"{each.name}. {each.help}") for each in OUTPUTS.values()],
        default=JPEG.key,
        help_text="The kind of file. All but jpeg are made again from the original, and count "
        "as a photo.",
    )


class ThumbnailSerializer(Strict):
    of = serializers.ChoiceField(
        choices=["result", "original", STRIP],
        default="result",
        help_text=f"“{STRIP}”: frames of a film side by side, of one size.",
    )
    size = serializers.ChoiceField(choices=SIZES, default="small")

    @property
    def kind(self) -> str:
        """As file_responses calls it."""
        asked = self.validated_data
        return STRIP if asked["of"] == STRIP else "{of}-{size}".format(**asked)


def file_address(request: Any, picture: UUID, name: str) -> str:
    return str(reverse(f"api-{name}", [picture], request=request))

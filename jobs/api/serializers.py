"""Serializers of jobs: what a request may say, and what `jobs.describe` tells."""

from typing import Any

from rest_framework import serializers

from colorize.engine.formats import ALL_NAMES
from colorize.engine.options import OF_MANY
from gallery.api.fields import Flag, Key, Name, Strict, Text
from gallery.api.noticed import NoticedSerializer
from gallery.api.options import FormOptionsSerializer, OptionsSerializer
from gallery.api.picture_serializers import CURSOR_LENGTH
from gallery.models.pictures import TITLE_LENGTH
from jobs.describe import ITEMS, MOST_ITEMS
from jobs.film_state import Step
from jobs.models import ItemState, JobState
from jobs.models.items import NAME_LENGTH
from jobs.models.jobs import CALLBACK_LENGTH


class FormFlag(Flag):
    """Also takes the text that it is in a form."""

    def to_internal_value(self, data: Any) -> bool:
        return super().to_internal_value(data == "true" if data in ("true", "false") else data)


class Whole(serializers.IntegerField):
    """A whole number that is one in JSON, too."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class EndWordsSerializer(Strict):
    """Who is told of the end of a job."""

    notify = FormFlag(required=False, help_text="Whether to send you an email when it is done.")
    callback_url = Text(
        required=False, max_length=CALLBACK_LENGTH, help_text="A webhook is sent there at the end."
    )


class JobWordsSerializer(EndWordsSerializer):
    """What a new job has besides its colour options."""

    title = Name(required=False, allow_blank=True, max_length=TITLE_LENGTH)
    album = Key(required=False, help_text="The album that the photos go into.")


class BatchOptionsSerializer(OptionsSerializer):
    """The options that make sense for many photos at once."""

    declared = OF_MANY


class NewJobSerializer(JobWordsSerializer, BatchOptionsSerializer):
    """An open job."""


class JobFormSerializer(FormOptionsSerializer):
    """The form of a job with its photos, as the schema tells it."""

    declared = OF_MANY

    images = serializers.ListField(
        child=serializers.FileField(),
        required=False,
        help_text=f"Photos ({ALL_NAMES}), ZIP files of photos, and XMP files beside photos.",
    )
    title = serializers.CharField(required=False, allow_blank=True, max_length=TITLE_LENGTH)
    album = Key(required=False)
    notify = serializers.ChoiceField(["true", "false"], required=False)
    callback_url = serializers.CharField(required=False, max_length=CALLBACK_LENGTH)


class JobErrorSerializer(serializers.Serializer[Any]):
    error = serializers.CharField()
    message = serializers.CharField()


class SkippedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    message = serializers.CharField()


class ItemSerializer(serializers.Serializer[Any]):
    """A photo of a job, or a ZIP file, whose photos follow as items of their own."""

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="Where pieces of its upload go.")
    position = serializers.IntegerField(help_text="Among the items of its job, from 0.")
    name = serializers.CharField()
    size = serializers.IntegerField(allow_null=True, help_text="Of its upload, in bytes.")
    state = serializers.ChoiceField(ItemState.choices)
    progress = serializers.FloatField(min_value=0, max_value=1)
    attempts = serializers.IntegerField()
    error = JobErrorSerializer(allow_null=True)
    confidence = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    noticed = NoticedSerializer(allow_null=True)
    skipped = SkippedSerializer(many=True, help_text="What was left out of a ZIP file, and why.")
    left_out = serializers.IntegerField(help_text="How many files that is.")
    picture = serializers.URLField(allow_null=True, help_text="The picture in your gallery.")
    result = serializers.URLField(allow_null=True, help_text="The file with its colours.")
    thumbnail = serializers.URLField(allow_null=True)


class WholeItemSerializer(ItemSerializer):
    received = serializers.IntegerField(help_text="How many bytes of it have arrived.")


class CountsSerializer(serializers.Serializer[Any]):
    """Of items, in all and by state."""

    total = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {
            each: serializers.IntegerField() for each in ItemState.values
        }


class JobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.URLField()
    page = serializers.URLField(help_text="Its page, for people.")
    kind = serializers.CharField(help_text="`batch` for photos that were sent, `film` for a film.")
    title = serializers.CharField()
    state = serializers.ChoiceField(JobState.choices)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When the job is deleted. Pictures in your gallery stay."
    )
    error = JobErrorSerializer(allow_null=True)
    notify = serializers.BooleanField()
    counts = CountsSerializer()


class PlaceSerializer(serializers.Serializer[Any]):
    """In seconds from the start of the part that is coloured."""

    start = serializers.FloatField()
    end = serializers.FloatField()


class PieceSerializer(PlaceSerializer):
    """A part of a film that is in colour."""

    result = serializers.URLField(help_text="An MP4 that plays by itself, without sound.")


class FilmSerializer(serializers.Serializer[Any]):
    """How far a film is."""

    step = serializers.ChoiceField([step.value for step in Step])
    seconds = serializers.FloatField(help_text="Of the part that is coloured; 0 until it is known.")
    coloured = serializers.FloatField(help_text="How many of its seconds are in colour.")
    progress = serializers.FloatField(min_value=0, max_value=1)
    width = serializers.IntegerField(allow_null=True, help_text="As it is shown.")
    height = serializers.IntegerField(allow_null=True)
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What is lost or left out, for people."
    )
    pieces = PieceSerializer(many=True, help_text="Those in colour, until they are joined.")
    left_out = PlaceSerializer(many=True, help_text="What could not be read.")
    picture = serializers.URLField(allow_null=True, help_text="The film in your gallery.")
    result = serializers.URLField(allow_null=True, help_text="The film in colour, an MP4.")
    thumbnail = serializers.URLField(allow_null=True)


class WholeJobSerializer(JobSerializer):
    seconds_left = serializers.FloatField(allow_null=True)
    worker_is_here = serializers.BooleanField(help_text="Whether any worker is running.")
    film = FilmSerializer(allow_null=True, help_text="Null for jobs of photos.")
    items = ItemSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next items; null at the end.")


class JobsSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True, help_text="Older jobs; null on the last page.")
    results = JobSerializer(many=True)


class JobsQuestionsSerializer(Strict):
    limit = serializers.IntegerField(min_value=1, max_value=100, default=24)
    cursor = serializers.CharField(
        required=False, max_length=CURSOR_LENGTH, help_text="From `next` of the previous page."
    )


class ItemsQuestionsSerializer(Strict):
    """Which items of a job to tell."""

    after = serializers.IntegerField(
        min_value=-1, max_value=10**9, default=-1, help_text="Items after this position."
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST_ITEMS, default=ITEMS)


class NewItemSerializer(Strict):
    """A file that is sent in pieces afterwards."""

    name = Text(max_length=4 * NAME_LENGTH)
    size = Whole(min_value=0, max_value=2**53 - 1, help_text="In bytes.")


class ItemFormSerializer(serializers.Serializer[Any]):
    image = serializers.FileField(help_text="A photo, a ZIP file, or an XMP file beside a photo.")


class RetrySerializer(Strict):
    item = Whole(required=False, min_value=1, max_value=2**62, help_text="Only this one.")


class WebhookSecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(
        help_text="For the receiver, to check signatures. You will not see it again."
    )


class ForgetSerializer(Strict):
    forget = serializers.BooleanField(
        default=False, help_text="Whether to delete the job as well, not only to cancel it."
    )

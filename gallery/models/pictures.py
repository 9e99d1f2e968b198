"""Pictures, and who can see them."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from colorize.engine.metadata import Metadata
from gallery.models.albums import Album
from gallery.models.people import AnyUser, moderates
from gallery.models.versions import Version, names

TITLE_LENGTH = 200
NOTE_LENGTH = 4000
SEARCH_LENGTH = 200
# The value of the album filter for pictures without an album.
NO_ALBUM = "none"


class Visibility(models.TextChoices):
    PRIVATE = "private", "Private"
    UNLISTED = "unlisted", "By link"
    PUBLIC = "public", "Public"

    @property
    def audience(self) -> str:
        """Who can see the picture, as shown to its owner."""
        return {
            Visibility.PRIVATE: "Only me",
            Visibility.UNLISTED: "Anyone with the link",
            Visibility.PUBLIC: "Everyone, once a moderator has approved it",
        }[self]


class Review(models.TextChoices):
    """The state of a public picture's review. It stays when the picture is made private."""

    NONE = "none", "Never shown"
    WAITING = "waiting", "Waiting for review"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    HIDDEN = "hidden", "Hidden"


class Kind(models.TextChoices):
    """What a picture is."""

    PHOTO = "photo", "Photos"
    FILM = "film", "Films"


PRESENT = Q(deleted_at=None)
BINNED = Q(deleted_at__isnull=False)
SHOWN = PRESENT & Q(visibility=Visibility.PUBLIC, review=Review.APPROVED)


def at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, UTC)


def spellings(word: str) -> set[str]:
    """The spellings to search for, because SQLite ignores case only in ASCII letters."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}


class PictureQuerySet(models.QuerySet["Picture"]):
    """The only place that decides who can see which picture."""

    def owned_by(self, user: AnyUser) -> Self:
        """A person's own pictures, including those in the bin."""
        return self.filter(owner_id=user.pk)

    def present(self) -> Self:
        return self.filter(PRESENT)

    def binned(self) -> Self:
        return self.filter(BINNED)

    def public(self) -> Self:
        """Pictures that anyone can see: public and approved, of people who are not suspended."""
        return self.filter(SHOWN, owner__is_active=True)

    def for_moderators(self) -> Self:
        """Pictures that their owners made public, whatever their review."""
        return self.filter(PRESENT, visibility=Visibility.PUBLIC)

    def awaiting_review(self) -> Self:
        return self.for_moderators().filter(review=Review.WAITING)

    def visible_to(self, user: AnyUser) -> Self:
        """Pictures that this person can see: public ones, their own (including the bin), and, for
        moderators, all that their owners made public."""
        if not user.is_authenticated:
            return self.public()
        seen = (SHOWN & Q(owner__is_active=True)) | Q(owner_id=user.pk)
        if moderates(user):
            seen |= PRESENT & Q(visibility=Visibility.PUBLIC)
        return self.filter(seen)

    def photos(self) -> Self:
        return self.filter(seconds=None)

    def films(self) -> Self:
        return self.filter(seconds__isnull=False)

    def search(self, words: str) -> Self:
        """Pictures with all of the words in their title or note."""
        found = self
        for word in words.split()[:10]:
            wanted = Q()
            for spelling in spellings(word):
                wanted |= Q(title__icontains=spelling) | Q(note__icontains=spelling)
            found = found.filter(wanted)
        return found

    def that_fit(self, asked: Mapping[str, Any]) -> Self:
        """Filter by `q`, `kind` (one of Kind), `album` (an ID or NO_ALBUM), `visibility`, and
        `since` and `until` (days in UTC). Empty and unknown values are ignored."""
        found = self
        if kind := asked.get("kind"):
            found = found.films() if kind == Kind.FILM else found.photos()
        if words := asked.get("q"):
            found = found.search(words)
        if album := asked.get("album"):
            found = found.filter(album=None if album == NO_ALBUM else album)
        if visibility := asked.get("visibility"):
            found = found.filter(visibility=visibility)
        if since := asked.get("since"):
            found = found.filter(created_at__gte=at(since, time.min))
        if until := asked.get("until"):
            found = found.filter(created_at__lte=at(until, time.max))
        return found

    def with_open_reports(self) -> Self:
        is_open = Q(reports__resolved_at=None, reports__isnull=False)
        return self.annotate(open_reports=Count("reports", filter=is_open))

    def lock(self, most: int | None = None) -> list[uuid.UUID]:
        """Lock the rows for the transaction; returns their keys, at most `most`. Always in the same
        order, so that two transactions cannot wait for each other."""
        rows = self.order_by("pk").select_for_update()
        return list(rows.values_list("pk", flat=True)[:most])

    def binned_before(self, moment: datetime) -> Self:
        return self.filter(deleted_at__lt=moment)


class Picture(models.Model):
    """A person's photo or film. `original`: the file as uploaded, byte for byte; `current`: the
    version that is shown; `bytes`: the size of all its files; `metadata`: what the photo and its
    sidecar say about it, as `Metadata.as_dict`, empty for pictures that are older than this field;
    `seconds`: how long the current version of a film is, None for photos. Of a film,
    `original_small` and `original_medium` are JPEGs of one of its frames."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pictures"
    )
    title = models.CharField(max_length=TITLE_LENGTH)
    note = models.TextField(max_length=NOTE_LENGTH, blank=True)
    album = models.ForeignKey(
        Album, null=True, blank=True, on_delete=models.SET_NULL, related_name="pictures"
    )
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.NONE)
    review_reason = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    original = models.FileField(max_length=200)
    original_small = models.FileField(max_length=200)
    original_medium = models.FileField(max_length=200)
    original_name = models.CharField(max_length=255, blank=True)
    original_type = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    metadata = models.JSONField(default=dict)
    seconds = models.FloatField(null=True, blank=True)
    current = models.ForeignKey(Version, null=True, on_delete=models.SET_NULL, related_name="+")

    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        permissions = [("review_picture", "Can decide which public pictures are shown")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "sha256"], name="original_once_a_person")
        ]
        indexes = [
            models.Index(
                "owner",
                F("created_at").desc(),
                F("id").desc(),
                condition=PRESENT,
                name="own_newest",
            ),
            models.Index("owner", "title", "id", condition=PRESENT, name="own_by_title"),
            models.Index("owner", "bytes", name="own_bytes"),
            models.Index(
                "album", F("created_at").desc(), F("id").desc(), condition=PRESENT, name="in_album"
            ),
            # Starts with the filter columns; otherwise SQLite uses `for_review` and sorts.
            models.Index(
                "visibility",
                "review",
                F("published_at").desc(),
                F("id").desc(),
                condition=SHOWN,
                name="shown_newest",
            ),
            models.Index(
                "owner", F("published_at").desc(), F("id").desc(), condition=SHOWN, name="shown_of"
            ),
            models.Index(
                "review", "created_at", condition=Q(visibility=Visibility.PUBLIC), name="for_review"
            ),
            models.Index("deleted_at", condition=BINNED, name="in_the_bin"),
            models.Index(
                "owner", F("created_at").desc(), F("id").desc(), condition=BINNED, name="own_binned"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("picture", args=[self.pk])

    @property
    def said(self) -> Metadata:
        return Metadata.of(**self.metadata)

    @property
    def shown(self) -> Version:
        """The current version; every saved picture has one."""
        assert self.current is not None  # noqa: S101
        return self.current

    @property
    def is_film(self) -> bool:
        return self.seconds is not None

    @property
    def kind(self) -> Kind:
        return Kind.FILM if self.is_film else Kind.PHOTO

    @property
    def original_ending(self) -> str:
        """Of its name, with the dot: what the file really is."""
        return PurePath(self.original.name or "").suffix

    @property
    def width(self) -> int:
        """Of the current version, in pixels."""
        return self.shown.width

    @property
    def height(self) -> int:
        return self.shown.height

    @property
    def is_shown(self) -> bool:
        """Whether the picture is shown to anyone, unless its owner is suspended."""
        public = self.visibility == Visibility.PUBLIC and self.review == Review.APPROVED
        return public and self.deleted_at is None

    @property
    def leaves_the_bin(self) -> datetime | None:
        """When it will be deleted for good."""
        return self.deleted_at and self.deleted_at + timedelta(days=settings.BIN_DAYS)

    @property
    def etag(self) -> str:
        """Changes with everything that the API says about the picture."""
        return f'"{self.pk.hex[:12]}-{self.updated_at.timestamp():.6f}"'

    def file_names(self) -> list[str]:
        """The names of its own files, without those of its versions."""
        return names(self.original, self.original_small, self.original_medium)

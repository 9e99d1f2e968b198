"""Versions of pictures: the results."""

import uuid
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from colorize.engine.formats import JPEG, MP4
from colorize.engine.hints import counted
from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from colorize.engine.video.errors import clock
from colorize.engine.video.options import FilmOptions


def names(*files: FieldFile) -> list[str]:
    return [file.name for file in files if file.name]


class Version(models.Model):
    """A result of a picture with certain options. `before`: what it is compared with, empty where
    the picture's `original_medium` will do; `options`: as `Options.as_dict`; `confidence`: 0..100,
    None if the network has none; `noticed`: as `Noticed.as_dict`. Of a film, `result` is an MP4,
    `result_small` and `result_medium` are JPEGs of one of its frames, `strip` is a JPEG of some of
    them side by side, `seconds` is its length, and `options` are as `FilmOptions.as_dict`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    picture = models.ForeignKey(
        "gallery.Picture", on_delete=models.CASCADE, related_name="versions"
    )
    result = models.FileField(max_length=200)
    result_small = models.FileField(max_length=200)
    result_medium = models.FileField(max_length=200)
    before = models.FileField(max_length=200, blank=True)
    strip = models.FileField(max_length=200, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    options = models.JSONField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    confidence = models.PositiveSmallIntegerField(null=True)
    noticed = models.JSONField(default=dict)
    bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.made_with.network}, vividness {self.made_with.vividness:.2f}"

    def file_names(self) -> list[str]:
        return names(self.result, self.result_small, self.result_medium, self.before, self.strip)

    @property
    def is_film(self) -> bool:
        """Without asking for its picture."""
        return self.seconds is not None

    @property
    def ending(self) -> str:
        """Of the result's name, with the dot."""
        return (MP4 if self.is_film else JPEG).ending

    @property
    def made_with(self) -> Options:
        """Of a photo."""
        return Options.stored(self.options)

    @property
    def filmed_with(self) -> FilmOptions:
        """Of a film."""
        return FilmOptions.stored(self.options)

    @property
    def told_options(self) -> Options | FilmOptions:
        """Those that there are for what it is."""
        return self.filmed_with if self.is_film else self.made_with

    @property
    def notes(self) -> list[str]:
        """What is lost or left out of a film, in sentences."""
        return list(self.noticed.get("notes", ()))

    @property
    def treatment(self) -> str:
        """What else was done, in words; empty for nothing."""
        words = self.film_words() if self.is_film else self.photo_words()
        return ", ".join(word for changed, word in words if changed)

    def film_words(self) -> list[tuple[Any, str]]:
        made_with = self.filmed_with
        start, end = map(clock, (made_with.start, made_with.end))
        return [
            (made_with.best, "best quality"),
            (made_with.start, f"from {start}"),
            (made_with.end, f"to {end}"),
        ]

    def photo_words(self) -> list[tuple[Any, str]]:
        made_with = self.made_with
        number = len(made_with.hints)
        return [
            (made_with.turn, f"turned {made_with.turn}°"),
            (made_with.straighten, "straightened"),
            (made_with.crop, "cropped"),
            (made_with.negative, "inverted"),
            (not made_with.borders, "border coloured too"),
            (made_with.restore_contrast, "contrast restored"),
            (number, counted(number)),
            (self.lost_hints, "with colour hints that cannot be read"),
        ]

    @property
    def lost_hints(self) -> bool:
        """Whether there are hints in the database that make no sense, which are left out."""
        return bool(self.made_with.as_dict()["hints"] != self.options.get("hints", []))

    @property
    def seen(self) -> Noticed:
        return Noticed.stored(self.noticed)

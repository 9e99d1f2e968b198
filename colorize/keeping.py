"""Where a result goes beside its answer: nowhere, or where settings.PHOTO_KEEPER says.

The colorizer knows no people and no database; whoever does gets the photo and its result here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from colorize.errors import ColorizeError
from colorize.forms import ColorizeForm
from colorize.service import Result


@dataclass(frozen=True)
class Kept:
    """`url`: the page of the saved picture; `is_new` is False where the photo was there before.
    `problem`: why it was not saved, with no url; the result is still good."""

    url: str = ""
    is_new: bool = True
    problem: ColorizeError | None = None


class Keeper(Protocol):
    """Of one photo that a visitor sent."""

    def __init__(self, request: HttpRequest, form: ColorizeForm, photo: bytes) -> None: ...

    @property
    def sides(self) -> Sequence[int]:
        """Of the thumbnails that keeping it will take: they are made while its pixels are there."""

    def found(self) -> Kept | None:
        """Where it is kept already; asked before it is coloured. Raises a ColorizeError for what
        colouring would have failed on."""

    def keep(self, result: Result) -> Kept | None:
        """None where nobody keeps it, or where the visitor does not want it kept."""


class Nobody:
    """Where the settings name no keeper."""

    sides = ()

    def __init__(self, request: HttpRequest, form: ColorizeForm, photo: bytes) -> None:
        pass

    def found(self) -> Kept | None:
        return None

    def keep(self, result: Result) -> Kept | None:
        return None


def keeper_of(request: HttpRequest, form: ColorizeForm, photo: bytes) -> Keeper:
    named: type[Keeper] = import_string(settings.PHOTO_KEEPER) if settings.PHOTO_KEEPER else Nobody
    return named(request, form, photo)

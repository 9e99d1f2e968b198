"""Where a result goes beside its answer: nowhere, or where settings.PHOTO_KEEPER says.

The colorizer knows no people and no database; whoever does gets the photo and its result here.
"""

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
    def __call__(
        self, request: HttpRequest, form: ColorizeForm, photo: bytes, result: Result
    ) -> Kept | None: ...


def keep(request: HttpRequest, form: ColorizeForm, photo: bytes, result: Result) -> Kept | None:
    """None where nobody keeps it, or where the visitor does not want it kept."""
    if not settings.PHOTO_KEEPER:
        return None
    keeper: Keeper = import_string(settings.PHOTO_KEEPER)
    return keeper(request, form, photo, result)

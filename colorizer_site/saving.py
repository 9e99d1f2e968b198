"""What people colorize while they are logged in goes into their gallery, unless they say no."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import cached_property

from accounts.models import User
from colorize.engine.errors import UserError
from colorize.service import Options, Result, load_network
from colorize.web.errors import InternalError
from colorize.web.forms import ColorizeForm
from colorize.web.storage import storing
from gallery.services import pictures, versions
from gallery.services.pictures import Saved

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """`url`: the page of the saved picture; `is_new` is False where the photo was there before.
    `problem`: why it was not saved, with no url; the result is still good."""

    url: str = ""
    is_new: bool = True
    problem: UserError | None = None


class Gallery:
    """The gallery of whoever sends a photo; anonymous visitors have none."""

    def __init__(self, request: HttpRequest, form: ColorizeForm, photo: bytes) -> None:
        self.request, self.form, self.photo = request, form, photo

    @cached_property
    def sha256(self) -> str:
        return pictures.digest(self.photo)

    @property
    def sides(self) -> Sequence[int]:
        try:
            return versions.SIDES if isinstance(self.request.user, User) else ()
        except (OSError, DatabaseError):
            return ()

    def found(self) -> Kept | None:
        try:
            return self.for_owner(self.recognise)
        except (OSError, DatabaseError) as problem:
            # What it means is said once the photo is coloured.
            logger.warning("nothing is found in the gallery: %s", problem)
            return None

    def keep(self, result: Result) -> Kept | None:
        try:
            with storing():
                return self.for_owner(partial(self.save, result))
        except UserError as problem:
            return Kept(problem=problem)
        except (OSError, DatabaseError):
            # Whatever it is: the colours are made, and are not to be lost.
            logger.exception("a picture was not saved")
            return Kept(problem=InternalError())

    def for_owner(self, step: Callable[[User], Kept | None]) -> Kept | None:
        """None where there is no gallery, or where its owner does not want it kept."""
        user = self.request.user
        if not isinstance(user, User) or not user.is_active:
            return None
        return step(user) if wanted(user, self.form.cleaned_data["save"]) else None

    def recognise(self, user: User) -> Kept | None:
        earlier = pictures.find(user, self.sha256)
        return self.told(pictures.recognised(earlier)) if earlier else None

    def save(self, result: Result, user: User) -> Kept:
        """Raises OverQuota or StorageUnavailable."""
        name, options = self.form.cleaned_data["image"].name, self.form.options()
        saved = pictures.save(user, self.photo, result, options, name, sha256=self.sha256)
        return self.told(saved)

    def told(self, saved: Saved) -> Kept:
        if not saved.is_new:
            tell_what_differs(self.request, saved, self.form.options())
        return Kept(saved.picture.get_absolute_url(), saved.is_new)


def tell_what_differs(request: HttpRequest, saved: Saved, options: Options) -> None:
    """On the next page: that the picture was in the bin, and how to have it as it was asked for
    this time. Raises a UserError where the network that was asked for is not to be had."""
    if saved.was_binned:
        messages.success(request, "It was in the bin and is back in your gallery, private.")
    asked_for = {
        "network": load_network(options.network).name,
        "vividness": options.vividness,
        "keep_metadata": options.keep_origin,
    }
    if saved.picture.shown.made_with() != asked_for:
        facts = {"picture": saved.picture, "options": options}
        messages.info(request, render_to_string("gallery/_as_before.html", facts, request))


def wanted(user: User, choice: str) -> bool:
    """The choice: true and false are remembered, and hold where there is none."""
    if choice in ("once", "never"):
        return choice == "once"
    if choice and user.saves != (choice == "true"):
        user.saves = choice == "true"
        user.save(update_fields=["saves"])
    return user.saves

"""What people colorize while they are logged in goes into their gallery, unless they say no."""

import logging

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string

from colorize.errors import ColorizeError, InternalError
from colorize.forms import ColorizeForm
from colorize.keeping import Kept
from colorize.service import Options, Result
from colorize.storage import storing
from gallery import service
from gallery.models import Profile
from gallery.service import Saved

logger = logging.getLogger(__name__)


def keep(request: HttpRequest, form: ColorizeForm, photo: bytes, result: Result) -> Kept | None:
    """Anonymous visitors' photos are never kept."""
    if not isinstance(request.user, User) or not request.user.is_active:
        return None
    try:
        with storing():
            return keep_for(request.user, request, form, photo, result)
    except ColorizeError as problem:
        return Kept(problem=problem)
    except (OSError, DatabaseError):
        # Whatever it is: the colours are made, and are not to be lost.
        logger.exception("a picture was not saved")
        return Kept(problem=InternalError())


def keep_for(
    user: User, request: HttpRequest, form: ColorizeForm, photo: bytes, result: Result
) -> Kept | None:
    """None where they do not want it. Raises OverQuota or StorageUnavailable."""
    if not wanted(user, form.cleaned_data["save"]):
        return None
    saved = service.save(user, photo, result, form.options(), form.cleaned_data["image"].name)
    if not saved.is_new:
        tell_what_differs(request, saved, result, form.options())
    return Kept(saved.picture.get_absolute_url(), saved.is_new)


def tell_what_differs(request: HttpRequest, saved: Saved, result: Result, options: Options) -> None:
    """On the next page: that the picture was in the bin, and how to have it as it was asked for
    this time."""
    if saved.was_binned:
        messages.success(request, "It was in the bin and is back in your gallery, private.")
    made_now = {
        "network": result.network,
        "vividness": result.vividness,
        "keep_metadata": options.keep_origin,
    }
    if saved.picture.shown.made_with() != made_now:
        facts = {"picture": saved.picture, "options": options}
        messages.info(request, render_to_string("gallery/_as_before.html", facts, request))


def wanted(user: User, choice: str) -> bool:
    """The choice: true and false are remembered, and hold where there is none."""
    if choice in ("once", "never"):
        return choice == "once"
    profile = Profile.objects.of(user)
    if choice and profile.saves != (choice == "true"):
        profile.saves = choice == "true"
        profile.save(update_fields=["saves"])
    return profile.saves

"""Shared by the page and the endpoint: colour the photo of a form, and save it for people who are
logged in, unless they chose not to."""

from dataclasses import replace

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.access import user_of
from accounts.models import User
from colorize.engine.outputs import JPEG, Output
from colorize.service import Options
from colorize.web.forms import ColorizeForm, form_values
from gallery.services import pictures
from gallery.services.pictures import Outcome, Saved, Wanted, Words


def colorize_form(
    request: HttpRequest, form: ColorizeForm, wanted: Wanted, output: Output = JPEG
) -> Outcome:
    """Colour and save the photo. `output`: the kind of file of the colours. Raises a UserError if
    it cannot be coloured; if it only cannot be saved, the outcome says why."""
    if wrong := form.problem():
        raise wrong
    photo, options = content_of(form), form.options()
    words = Words(filename=form.cleaned_data["image"].name, known=form.known())
    try:
        owner = owner_of(request, form.cleaned_data["save"])
    except (OSError, DatabaseError) as problem:
        outcome = pictures.colorize(None, photo, options, words, output=output)
        return replace(outcome, problem=pictures.foreseen(problem))
    outcome = pictures.colorize(owner, photo, options, words, wanted, output)
    if outcome.saved and outcome.saved.was_binned:
        messages.success(
            request, "This photo was in your bin. It is back in your gallery, as private."
        )
    return outcome


def content_of(form: ColorizeForm) -> bytes:
    """The photo of a valid form."""
    image = form.cleaned_data["image"]
    image.seek(0)
    return bytes(image.read())


def owner_of(request: HttpRequest, choice: str) -> User | None:
    """Whose gallery it is saved in; None for visitors and for people who chose not to save."""
    user = user_of(request)
    return user if user and user.is_active and wants(user, choice) else None


def wants(user: User, choice: str) -> bool:
    """Whether to save this photo. `choice`: from the form; “true” and “false” are remembered for
    the next time, when the form has none."""
    if choice in ("once", "never"):
        return choice == "once"
    if choice and user.saves != (choice == "true"):
        user.saves = choice == "true"
        user.save(update_fields=["saves"])
    return user.saves


def has_other_options(saved: Saved, options: Options) -> bool:
    """Whether the picture was there already, and looks different from what was asked for now."""
    return not saved.is_new and saved.picture.shown.made_with != options


def offer_new_options(request: HttpRequest, saved: Saved, options: Options) -> None:
    """On the next page: how to have the picture as it was asked for now."""
    if has_other_options(saved, options):
        facts = {"picture": saved.picture, "options": form_values(options)}
        messages.info(request, render_to_string("gallery/_as_before.html", facts, request))

"""What the page and the endpoint have in common: a photo from a form, coloured, and kept for people
who are logged in, unless they say no."""

from dataclasses import replace

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.models import User
from colorize.service import Options
from colorize.web.forms import ColorizeForm, form_values
from gallery.services import pictures
from gallery.services.pictures import Outcome, Saved, Wanted, Words


def colorize_form(request: HttpRequest, form: ColorizeForm, wanted: Wanted) -> Outcome:
    """Raises a UserError where there are no colours. Where they cannot be saved, the outcome says
    why."""
    if wrong := form.problem():
        raise wrong
    photo, options = content_of(form), form.options()
    words = Words(filename=form.cleaned_data["image"].name)
    try:
        owner = owner_of(request, form.cleaned_data["save"])
    except (OSError, DatabaseError) as problem:
        outcome = pictures.colorize(None, photo, options, words)
        return replace(outcome, problem=pictures.foreseen(problem))
    outcome = pictures.colorize(owner, photo, options, words, wanted)
    if outcome.saved and not outcome.saved.is_new:
        tell_what_differs(request, outcome.saved, options)
    return outcome


def content_of(form: ColorizeForm) -> bytes:
    """The photo of a valid form."""
    image = form.cleaned_data["image"]
    image.seek(0)
    return bytes(image.read())


def owner_of(request: HttpRequest, choice: str) -> User | None:
    """Whose gallery keeps it: nobody's for visitors, and for people who do not want that."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    return user if wants(user, choice) else None


def wants(user: User, choice: str) -> bool:
    """The choice: true and false are remembered, and hold where there is none."""
    if choice in ("once", "never"):
        return choice == "once"
    if choice and user.saves != (choice == "true"):
        user.saves = choice == "true"
        user.save(update_fields=["saves"])
    return user.saves


def tell_what_differs(request: HttpRequest, saved: Saved, options: Options) -> None:
    """On the next page: that the picture was in the bin, and how to have it as it was asked for
    this time."""
    if saved.was_binned:
        messages.success(
            request, "This photo was in your bin. It is back in your gallery, as private."
        )
    if saved.picture.shown.made_with != options:
        facts = {"picture": saved.picture, "options": form_values(options)}
        messages.info(request, render_to_string("gallery/_as_before.html", facts, request))

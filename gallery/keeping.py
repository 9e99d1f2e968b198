"""What people colorize while they are logged in goes into their gallery, unless they say no."""

from django.contrib.auth.models import User
from django.http import HttpRequest

from colorize.errors import ColorizeError
from colorize.forms import ColorizeForm
from colorize.keeping import Kept
from colorize.service import Result
from gallery import service
from gallery.models import Profile


def keep(request: HttpRequest, form: ColorizeForm, photo: bytes, result: Result) -> Kept | None:
    """Anonymous visitors' photos are never kept."""
    if not isinstance(request.user, User) or not request.user.is_active:
        return None
    if not wanted(request.user, form.cleaned_data["save"]):
        return None
    try:
        saved = service.save(
            request.user, photo, result, form.options(), form.cleaned_data["image"].name
        )
    except ColorizeError as problem:
        return Kept(problem=problem)
    return Kept(saved.picture.get_absolute_url(), saved.is_new)


def wanted(user: User, choice: str) -> bool:
    """The choice: true and false are remembered, and hold where there is none."""
    if choice in ("once", "never"):
        return choice == "once"
    profile = Profile.objects.of(user)
    if choice and profile.saves != (choice == "true"):
        profile.saves = choice == "true"
        profile.save(update_fields=["saves"])
    return profile.saves

"""Versions of a picture: colour again, download as another kind of file, choose, delete."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import action
from colorize.engine.data_urls import data_url
from colorize.engine.errors import BadOption, UserError
from colorize.engine.hints import checked
from colorize.engine.outputs import JPEG, OUTPUTS
from colorize.service import Options
from colorize.web.error_responses import page_with
from colorize.web.errors import StorageUnavailable
from colorize.web.forms import OptionsForm
from colorize.web.ratelimit import limit_photos
from gallery import file_responses
from gallery.forms import HintForm
from gallery.models import Picture
from gallery.services import downloads, versions
from gallery.services import hints as hint_services
from gallery.views.access import own, own_present, version_of
from gallery.views.picture import show_own


@action("picture", "pk")
def recolor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Colour the picture with other options; earlier results stay as versions."""
    picture = own_present(request, pk)
    form = OptionsForm(request.POST)

    def asked() -> Options:
        if problem := form.problem():
            raise problem
        return with_hints(request, picture, form.options())

    return recolored(request, picture, asked, form)


def with_hints(request: HttpRequest, picture: Picture, options: Options) -> Options:
    """The options with the hints of the version that the form for the shape was shown with, where
    it sent that; or, at the same places of the photo, with those that were sent with it, because
    they are not saved yet. Raises OriginalLost or Http404."""
    shown = request.POST.get("hints_of")
    if not shown:
        return options
    before = version_of(picture, shown).made_with
    if "hints" in request.POST:
        before = replace(before, hints=options.hints)
    return hint_services.along(picture, before, options)


def recolored(
    request: HttpRequest,
    picture: Picture,
    asked: Callable[[], Options],
    form: OptionsForm | None = None,
) -> HttpResponse:
    """`asked`: the options to colour it with; may raise a UserError. A network that takes no hints
    goes without."""
    before = picture.current_id
    try:
        limit_photos(request)
        options = asked()
        fitting = hint_services.fitting(options)
        version = versions.recolor(picture, fitting)
    except StorageUnavailable as problem:
        return show_unsaved(request, picture, problem)
    except UserError as problem:
        return show_own(request, picture, problem, options=form)
    told = "New version saved. The earlier one is under Versions."
    if version.pk == before:
        told = "The picture already has these colours."
    if fitting != options:
        told += " It has no colour hints, because this network takes none."
    messages.success(request, told)
    return redirect(picture)


@action("picture", "pk")
def hints(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a colour hint to those of the version that is shown, or `remove` one, as a new version.
    Scripts send all hints at once, with the other options."""
    picture = own_present(request, pk)
    made_with, form = picture.shown.made_with, HintForm(request.POST)
    if gone := request.POST.get("remove"):
        left = [hint for hint in made_with.hints if str(hint) != gone]
    elif form.is_valid():
        left = [*made_with.hints, form.hint()]
    else:
        return show_own(request, picture, hint=form)

    def asked() -> Options:
        try:
            return replace(made_with, hints=checked(left))
        except ValueError as problem:
            raise BadOption(name="hints", reason=str(problem)) from problem

    return recolored(request, picture, asked)


def show_unsaved(
    request: HttpRequest, picture: Picture, problem: StorageUnavailable
) -> HttpResponse:
    """Show the result that could not be saved, so that it can be downloaded."""
    result = problem.unsaved
    if result is None:
        return show_own(request, picture, problem)
    original = reverse("file", args=[picture.pk, "original-medium"])
    context = {
        "result": result,
        "before": data_url(result.before) if result.before else original,
        "after": data_url(result.content),
    }
    return page_with(request, "pages/result.html", problem, context)


@action("picture", "pk")
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The picture as another kind of file, which is made again."""
    picture = own(request, pk)
    output = OUTPUTS.get(request.POST.get("format", ""), JPEG)
    if output is JPEG:
        return redirect(f"{reverse('file', args=[picture.pk, 'result'])}?download")
    try:
        limit_photos(request)
        return file_responses.send_made(downloads.made_again(picture, picture.shown, output))
    except UserError as problem:
        return show_own(request, picture, problem)


@action("picture", "pk")
def use_version(request: HttpRequest, pk: UUID, version: UUID) -> HttpResponse:
    picture = own_present(request, pk)
    versions.use_version(picture, version_of(picture, version))
    messages.success(request, "Version changed.")
    return redirect(picture)


@action("picture", "pk")
def remove_version(request: HttpRequest, pk: UUID, version: UUID) -> HttpResponse:
    picture = own_present(request, pk)
    try:
        versions.remove_version(picture, version_of(picture, version))
    except UserError as problem:
        return show_own(request, picture, problem)
    messages.success(request, "Version deleted.")
    return redirect(picture)

"""The form of a film: /film, and what can be done with one that is damaged, or in the gallery. The
rest is as for all jobs."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.access import action, person_of
from colorize import films as colorizer
from colorize.engine import formats
from colorize.engine.errors import TooLarge, UserError
from colorize.engine.video.errors import FilmsOff, FilmTooLong, clock
from colorize.service import available_networks
from colorize.templatetags.figures import size
from colorize.web.error_responses import page_with
from colorize.web.errors import BadField
from colorize.web.forms import FilmOptionsForm
from colorize.web.limits import limits
from colorize.web.negotiation import prefers_json
from gallery.views.access import own_present
from gallery.views.picture import show_own
from jobs.errors import FilmFileTooLarge
from jobs.film_state import FILM
from jobs.forms import FilmForm
from jobs.models import Job
from jobs.services import films
from jobs.services.limits import FilmLimits, film_limits_for
from jobs.text import hours, length
from jobs.views.access import answer, check_unread, lane, private, step
from jobs.views.asked import asked_for

# What limits a file that comes in one piece, with the form.
AT_ONCE = "the most that can be sent without JavaScript"


@method_decorator([csrf_exempt, private("GET", "HEAD", "POST")], name="dispatch")
class FilmPage(View):
    """GET shows the form. POST opens the job of a film for scripts, which then send the file to its
    first item; without scripts it brings the file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not colorizer.are_on():
            raise FilmsOff
        return show_form(request, FilmForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Reads the upload before the form's token, so that one that is too large gets a clear
        error."""
        try:
            check_unread(request, FILM)
            form = FilmForm(request.user, request.POST, request.FILES)
        except TooLarge:
            problem = FilmFileTooLarge(limit=f"{size(settings.PHOTO_MAX_BYTES)}, {AT_ONCE}")
            return refuse(request, FilmForm(request.user), problem)
        except UserError as problem:
            return refuse(request, FilmForm(request.user), problem)
        return answer_form(request, form)


@csrf_protect
def answer_form(request: HttpRequest, form: FilmForm) -> HttpResponseBase:
    try:
        if wrong := form.problem():
            raise wrong
        return answer(request, begin(request, form), 201)
    except UserError as problem:
        return refuse(request, form, problem)


def begin(request: HttpRequest, form: FilmForm) -> Job:
    """Raises like `films.start`, and BadField."""
    if file := form.file():
        return films.start(lane=lane(request), file=file, **asked_for(request, form))
    if not prefers_json(request):
        raise BadField(name="film", reason="choose one first.")
    with transaction.atomic():
        return films.begin(lane=lane(request), file=form.promised(), **asked_for(request, form))


def refuse(request: HttpRequest, form: FilmForm, problem: UserError) -> HttpResponse:
    if prefers_json(request) or isinstance(problem, FilmsOff):
        raise problem
    return show_form(request, form, problem)


def show_form(
    request: HttpRequest, form: FilmForm, problem: UserError | None = None
) -> HttpResponse:
    bounds = film_limits_for(request.user)
    context = {
        "form": form,
        "networks": available_networks(),
        "limits": bounds,
        "longest": length(bounds.seconds),
        "kept": hours(bounds.hours),
        "accept": ",".join(sorted(formats.FILM_ENDINGS)),
        "formats": formats.FILM_NAMES,
        "photo_limits": limits(),
        "whole_bytes": min(bounds.bytes, settings.PHOTO_MAX_BYTES),
        "script_limits": for_scripts(bounds),
    }
    return page_with(request, "jobs/film_form.html", problem, context)


def for_scripts(bounds: FilmLimits) -> dict[str, Any]:
    """What the page's scripts check before they send a film."""
    return {
        "bytes": bounds.bytes,
        "size": size(bounds.bytes),
        "seconds": bounds.seconds,
        "clock": clock(bounds.seconds),
        "messages": {kind.code: kind.template for kind in (FilmFileTooLarge, FilmTooLong)},
        "no_film": formats.wrong(formats.NO_FILM).message,
    }


@action("picture", "pk")
def recolor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Colour a film of the gallery again."""
    picture, form = own_present(request, pk), FilmOptionsForm(request.POST)
    try:
        if problem := form.problem():
            raise problem
        return redirect(
            films.begin_again(picture, person_of(request), lane(request), form.options())
        )
    except UserError as problem:
        return show_own(request, picture, problem, options=form)


@step
def leave_out(request: HttpRequest, job: Job) -> None:
    """Colour what can be read of a damaged film."""
    films.leave_out(job)

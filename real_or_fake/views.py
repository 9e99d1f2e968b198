"""The pages of the test with people; all of them work without JavaScript."""

import csv
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from rest_framework.request import Request

from accounts.access import user_of
from colorize.engine.errors import UserError
from colorize.engine.formats import JPEG
from colorize.web.error_responses import page_with
from colorize.web.methods import allow_methods
from colorize.web.ratelimit import PhotoThrottle, Throttle, limit
from gallery.file_responses import guard
from real_or_fake.models import Round, RoundQuerySet, Trial
from real_or_fake.protocol import SECONDS, SIDE
from real_or_fake.services import figures, pairs, photos, rounds
from real_or_fake.services.outcome import Outcome
from real_or_fake.visitors import who_is, who_plays

FIRST, SECOND = "first", "second"


class AddressThrottle(Throttle):
    """Counts a photo for visitors without an account: one who starts again with fresh cookies is
    known by no key, and would count again and again. Only a keyed hash of address and photo is
    kept, apart from the answers and for a day. Several people can share an address."""

    scope = "counts"
    rate = "3/day"

    def __init__(self, photo: str) -> None:
        self.photo = photo
        super().__init__()

    def get_cache_key(self, request: Request | HttpRequest, view: View | None) -> str | None:
        return None if user_of(request) else self.name(f"{self.get_ident(request)}-{self.photo}")


class RoundThrottle(PhotoThrottle):
    """Counts by person or address, like photos."""

    scope = "rounds"


@method_decorator(never_cache, name="dispatch")
class StartPage(View):
    """GET says what the test is. POST starts a round."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return show_start(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            limit(request, RoundThrottle(), "rounds")
            played = rounds.start(who_plays(request), longer="longer" in request.POST)
        except rounds.NotSetUp:
            return show_start(request, is_set_up=False)
        except UserError as problem:
            return show_start(request, problem)
        return redirect(played)


def show_start(
    request: HttpRequest, problem: UserError | None = None, is_set_up: bool = True
) -> HttpResponse:
    found = len(photos.names())
    context = {
        "is_set_up": is_set_up and rounds.is_possible(found),
        "longer": rounds.can_be_longer(found) and rounds.length(longer=True),
        "sees_results": sees_results(request),
        "runs_this_site": runs_this_site(request),
    }
    return page_with(request, "real_or_fake/start.html", problem, context)


@allow_methods("GET", "HEAD")
@never_cache
def round_page(request: HttpRequest, round: UUID) -> HttpResponse:
    """The pair that waits for an answer; the outcome if none does."""
    played = round_of(request, round)
    trial = played.current()
    if trial is None:
        return show_outcome(request, played)
    if request.method == "GET":
        trial.note_opened()
    context = {
        "round": played,
        "trial": trial,
        "progress": rounds.progress(trial),
        "before": rounds.feedback(trial),
        "milliseconds": int(1000 * SECONDS),
        "side": SIDE,
    }
    return render(request, "real_or_fake/trial.html", context)


def show_outcome(request: HttpRequest, played: Round) -> HttpResponse:
    context = {
        "outcome": Outcome.of(played),
        "credits": photos.credits(),
        "sees_results": sees_results(request),
        "side": SIDE,
    }
    return render(request, "real_or_fake/outcome.html", context)


@allow_methods("POST")
@never_cache
def answer(request: HttpRequest, round: UUID, place: int) -> HttpResponse:
    """Take an answer, and lead on. What is no answer to the current pair changes nothing."""
    played = get_object_or_404(rounds_of(request), pk=round)
    picked = request.POST.get("picked")
    if picked in (FIRST, SECOND):
        is_timed = request.POST.get("timed") == "yes"
        rounds.answer(
            who_is(request),
            played,
            place,
            picked == FIRST,
            lambda photo: is_timed and AddressThrottle(photo).allow_request(request),
        )
    return redirect(played)


@allow_methods("GET", "HEAD")
@never_cache
def photo(request: HttpRequest, round: UUID, place: int, is_first: bool) -> HttpResponse:
    """One photo of a pair. Nothing of the response but its pixels depends on which one it is."""
    trial = trial_of(request, round, place)
    try:
        pair = pairs.read(trial)
    except FileNotFoundError as problem:
        raise Http404 from problem
    response = HttpResponse(pair.fake if trial.fake_is_first == is_first else pair.real)
    guard(response, JPEG.mime)
    if request.method == "GET":
        trial.note_sent(is_first)
    return response


def rounds_of(request: HttpRequest) -> RoundQuerySet:
    return Round.objects.of(who_is(request))


def round_of(request: HttpRequest, pk: UUID) -> Round:
    """A round of this person's, with its pairs. Raises Http404."""
    return get_object_or_404(rounds_of(request).with_trials(), pk=pk)


def trial_of(request: HttpRequest, pk: UUID, place: int) -> Trial:
    """A pair that was answered, or waits for its answer. Raises Http404."""
    trial = round_of(request, pk).reached(place)
    if trial is None:
        raise Http404
    return trial


@allow_methods("GET", "HEAD")
@never_cache
def results(request: HttpRequest) -> HttpResponse:
    """How often people were fooled: for those who run this site, and for all if they want it so.
    Raises Http404."""
    require_results(request)
    context = {"figures": figures.figures(), "paper": figures.PAPER, "is_public": is_public()}
    return render(request, "real_or_fake/results.html", context)


@allow_methods("GET", "HEAD")
@never_cache
def results_csv(request: HttpRequest) -> HttpResponse:
    require_results(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="real-or-fake.csv"'
    table = csv.DictWriter(response, figures.COLUMNS)
    table.writeheader()
    table.writerows(figures.as_rows(figures.figures()))
    return response


def require_results(request: HttpRequest) -> None:
    if not sees_results(request):
        raise Http404


def sees_results(request: HttpRequest) -> bool:
    return is_public() or runs_this_site(request)


def is_public() -> bool:
    return bool(settings.REAL_OR_FAKE_PUBLIC)


def runs_this_site(request: HttpRequest) -> bool:
    """As the admin decides it, second factor included."""
    return admin.site.has_permission(request)

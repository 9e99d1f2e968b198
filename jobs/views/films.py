"""Begin a film, and colour what can be read of one that is damaged. The rest is as for all jobs."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from jobs.forms import FilmForm
from jobs.models import Job
from jobs.services import films
from jobs.views.access import answer, lane, private, seen
from jobs.views.asked import asked_for


@method_decorator([csrf_exempt, private("GET", "HEAD", "POST")], name="dispatch")
class FilmsPage(View):
    """POST opens the job of a film for scripts, which then send the file to its first item; without
    scripts it brings the file. The form is the Colorizer page's."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("colorizer")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Reads the upload first, so that one that is too large gets a clear error."""
        return answer_form(request, FilmForm(request.user, request.POST, request.FILES))


@csrf_protect
def answer_form(request: HttpRequest, form: FilmForm) -> HttpResponseBase:
    if wrong := form.problem():
        raise wrong
    return answer(request, begin(request, form), 201)


def begin(request: HttpRequest, form: FilmForm) -> Job:
    """Raises like `films.start`, and BadField."""
    if file := form.file():
        return films.start(lane=lane(request), file=file, **asked_for(request, form))
    with transaction.atomic():
        return films.begin(lane=lane(request), file=form.promised(), **asked_for(request, form))


@private("GET", "HEAD", "POST")
def leave_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Colour what can be read of a damaged film."""
    job = seen(request, pk)
    if request.method == "POST":
        films.leave_out(job)
    return answer(request, job)

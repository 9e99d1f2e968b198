"""The form of a batch: /batch."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from colorize.engine.errors import UserError
from colorize.service import available_networks
from colorize.templatetags.figures import size
from colorize.web.error_responses import page_with
from colorize.web.errors import NoPhoto
from colorize.web.limits import limits
from colorize.web.negotiation import prefers_json
from jobs.forms import BatchForm
from jobs.models import Job
from jobs.services import batches
from jobs.services.limits import BATCH, limits_for
from jobs.text import hours
from jobs.views.access import answer, check_unread, lane, private
from jobs.views.asked import asked_for


@method_decorator([csrf_exempt, private("GET", "HEAD", "POST")], name="dispatch")
class BatchPage(View):
    """GET shows the form. POST opens a batch for scripts, which then send the files; without
    scripts it brings the files."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return show_form(request, BatchForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Reads the upload before the form's token, so that one that is too large gets a clear
        error."""
        try:
            check_unread(request, BATCH)
            form = BatchForm(request.user, request.POST, request.FILES)
        except UserError as problem:
            return refuse(request, BatchForm(request.user), problem)
        return answer_form(request, form)


@csrf_protect
def answer_form(request: HttpRequest, form: BatchForm) -> HttpResponseBase:
    try:
        if wrong := form.problem():
            raise wrong
        if prefers_json(request):
            return answer(request, begin(request, form), 201)
        return answer(request, begin_with_files(request, form))
    except UserError as problem:
        return refuse(request, form, problem)


@transaction.atomic
def begin(request: HttpRequest, form: BatchForm) -> Job:
    return batches.begin(lane=lane(request), **asked_for(request, form))


def begin_with_files(request: HttpRequest, form: BatchForm) -> Job:
    """Raises NoPhoto, or like `batches.start`."""
    files = request.FILES.getlist("files")
    if not files:
        raise NoPhoto
    sent = [(file.name or "", file.size or 0, file) for file in files]
    return batches.start(lane=lane(request), files=sent, **asked_for(request, form))


def refuse(request: HttpRequest, form: BatchForm, problem: UserError) -> HttpResponse:
    if prefers_json(request):
        raise problem
    return show_form(request, form, problem)


def show_form(
    request: HttpRequest, form: BatchForm, problem: UserError | None = None
) -> HttpResponse:
    bounds = limits_for(request.user)
    context = {
        "form": form,
        "networks": available_networks(),
        "limits": bounds,
        "kept": hours(bounds.hours),
        "photo_limits": limits(),
        "script_limits": {
            "photos": bounds.photos,
            "bytes": bounds.bytes,
            "size": size(bounds.bytes),
        },
    }
    return page_with(request, "jobs/batch.html", problem, context)

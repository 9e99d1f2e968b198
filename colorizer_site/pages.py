"""The site's own pages. All of them work without JavaScript."""

from typing import Any
from urllib.parse import urlencode

import cv2
import django
import PIL
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import TemplateView

from accounts.models import User
from colorize.engine.data_urls import data_url
from colorize.engine.errors import UserError
from colorize.engine.formats import FILM_NAMES
from colorize.engine.outputs import JPEG, OUTPUTS
from colorize.service import ColourPhoto, Options, available_networks
from colorize.web import offers
from colorize.web.error_responses import page_with
from colorize.web.forms import ColorizeForm
from colorize.web.limits import limits
from colorize.web.methods import allow_methods
from colorize.web.ratelimit import limit_photos
from colorize.web.responses import as_file
from colorizer_site import __version__
from colorizer_site.saving import colorize_form, content_of, has_other_options, offer_new_options
from gallery.services.pictures import Saved, Wanted
from jobs.services.limits import film_limits_for, limits_for
from jobs.text import hours, length


@method_decorator(csrf_exempt, name="dispatch")
class ColorizerPage(View):
    """GET shows the form. POST shows the result, sends it as a file, or shows the form with an
    error."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return show_form(request, ColorizeForm.preset(request.GET))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Read the upload first, so that a file that is too large gets a clear error; then check
        the CSRF token (which reads the upload too)."""
        try:
            limit_photos(request)
            form = ColorizeForm(request.POST, request.FILES)
        except UserError as problem:
            return show_form(request, ColorizeForm(), problem)
        return answer_form(request, form)


@csrf_protect
def answer_form(request: HttpRequest, form: ColorizeForm) -> HttpResponseBase:
    wants_file = request.POST.get("answer") == "file"
    output = OUTPUTS.get(request.POST.get("format", ""), JPEG) if wants_file else JPEG
    try:
        # If the picture is in the gallery already, its page shows the colours.
        wanted = Wanted.COLOURS if wants_file else Wanted.PAGE
        outcome = colorize_form(request, form, wanted, output)
    except UserError as problem:
        return show_form(request, form, problem)
    if outcome.saved:
        # The scripts' page, which asks the endpoint, offers a version beside the result.
        offer_new_options(request, outcome.saved, form.options())
    if outcome.saved and not wants_file:
        return go_to(request, outcome.saved, form.options())
    assert outcome.colours is not None  # noqa: S101
    if wants_file:
        return as_file(outcome.colours)
    return show_result(request, form, outcome.colours, outcome.problem)


def go_to(request: HttpRequest, saved: Saved, options: Options) -> HttpResponse:
    """Redirect to the page of the saved picture."""
    if saved.is_new:
        messages.success(request, "Saved in your gallery.")
    elif not saved.was_binned and not has_other_options(saved, options):
        messages.success(request, "Already in your gallery.")
    return redirect(saved.picture)


def show_form(
    request: HttpRequest, form: ColorizeForm, problem: UserError | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "networks": available_networks(),
        "outputs": OUTPUTS.values(),
        "limits": limits(),
    }
    return page_with(request, "pages/colorizer.html", problem, context)


def show_result(
    request: HttpRequest, form: ColorizeForm, result: ColourPhoto, problem: UserError | None
) -> HttpResponse:
    context = {
        "form": form,
        "result": result,
        "before": data_url(result.before or content_of(form)),
        "after": data_url(result.content),
        "problem": problem,
        "offers": [
            (offer, urlencode(values))
            for offer, values in offers.with_forms(result.noticed, result.options)
        ],
    }
    return render(request, "pages/result.html", context)


class FaqPage(TemplateView):
    template_name = "pages/faq.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            limits=limits(),
            vividness=settings.VIVIDNESS,
            batch=limits_for(User()),
            visitor_batch=limits_for(None),
            film_formats=FILM_NAMES,
            film=(film := film_limits_for(User())),
            film_length=length(film.seconds),
            visitor_film=(visitor_film := film_limits_for(None)),
            visitor_film_length=length(visitor_film.seconds),
            kept=hours(settings.BATCH_HOURS),
            upload_hours=hours(settings.UPLOAD_HOURS),
            address=self.request.build_absolute_uri("/"),
            **kwargs,
        )


class AboutPage(TemplateView):
    template_name = "pages/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = {
            "Image Colorizer": __version__,
            "Django": django.get_version(),
            "OpenCV": cv2.__version__,
            "Pillow": PIL.__version__,
        }
        return super().get_context_data(versions=versions, networks=available_networks(), **kwargs)


@allow_methods("GET", "HEAD")
def icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this on pages that name no icon."""
    return redirect(static("img/favicon.ico"))

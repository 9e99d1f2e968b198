"""“Suggest other colours”: small pictures in other colours, to choose one as a new version."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import personal
from colorize.engine.data_urls import data_url
from colorize.engine.errors import UserError
from colorize.web.forms import form_values
from colorize.web.ratelimit import limit_photos
from gallery.forms import SeedForm
from gallery.services import proposals
from gallery.views.access import own_present
from gallery.views.picture import show_own


@personal("GET", "HEAD")
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    picture = own_present(request, pk)
    seed = SeedForm(request.GET).chosen
    try:
        limit_photos(request)
        found = proposals.proposed(picture, seed)
    except UserError as problem:
        return show_own(request, picture, problem)
    made_with = picture.shown.made_with
    told = [
        (data_url(each.picture), form_values(replace(made_with, hints=each.hints)))
        for each in found
    ]
    context = {"picture": picture, "now": told[:1], "proposals": told[1:], "next": seed + 1}
    return render(request, "gallery/proposals.html", context)

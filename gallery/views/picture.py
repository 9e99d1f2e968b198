"""One picture: view, change, share and delete it."""

from datetime import timedelta
from typing import Any, assert_never
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from accounts.access import action, person_of
from colorize import films
from colorize.engine.errors import UserError
from colorize.engine.outputs import OUTPUTS
from colorize.service import Options, available_networks
from colorize.web import offers
from colorize.web.error_responses import page_with
from colorize.web.forms import SHAPE, FilmOptionsForm, OptionsForm, form_values
from colorize.web.methods import allow_methods
from gallery import file_responses
from gallery.errors import BadField
from gallery.file_responses import KINDS, ORIGINAL
from gallery.forms import DescribeForm, HintForm, ShareForm
from gallery.models import Picture, ShareLink, Version, Visibility
from gallery.paging import neighbour
from gallery.services import albums, bin, pictures, sharing
from gallery.services.sharing import USUAL_DAYS
from gallery.views.access import found, own, own_present, version_of, visible, whole
from gallery.views.pictures import tell_moved_to_bin


@allow_methods("GET", "HEAD")
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The owner's page of a picture, or the page that others see."""
    picture = visible(request, pk)
    if picture.owner_id != request.user.pk:
        return private(render(request, "gallery/shown.html", {"picture": picture}))
    return show_own(request, picture)


def show_own(
    request: HttpRequest,
    picture: Picture,
    problem: UserError | None = None,
    describe: DescribeForm | None = None,
    options: OptionsForm | FilmOptionsForm | None = None,
    hint: HintForm | None = None,
) -> HttpResponse:
    mine = Picture.objects.owned_by(picture.owner).present()
    context = {
        "picture": picture,
        "newer": neighbour(mine, "oldest", picture),
        "older": neighbour(mine, "newest", picture),
        "versions": picture.versions.all(),
        "describe": describe or describe_form(request, picture),
        "share": ShareForm(initial={"visibility": picture.visibility, "days": days_of(picture)}),
        "link": told_link(request, picture),
        "outputs": OUTPUTS.values(),
        "options": options or options_form(picture),
        "hint_form": hint or HintForm(),
        "films_are_on": films.are_on(),
        **kept_values(picture.shown.made_with),
        "offers": offers.with_forms(picture.shown.seen, picture.shown.made_with),
        "networks": available_networks(),
        "bin_days": settings.BIN_DAYS,
    }
    status = 422 if describe or hint else 200
    return private(page_with(request, "gallery/picture.html", problem, context, status))


def options_form(picture: Picture) -> OptionsForm | FilmOptionsForm:
    """A form with the options of the current version."""
    form = FilmOptionsForm if picture.is_film else OptionsForm
    return form(usual=picture.shown.told_options)


def kept_values(options: Options) -> dict[str, list[tuple[str, str]]]:
    """What the form for the shape sends on of the colours, and the other way round. Hints are at
    other places in another shape, and no part of these."""
    values = form_values(options).items()
    others = ("hints", *SHAPE)
    return {
        "shape_values": [(name, value) for name, value in values if name in SHAPE],
        "colour_values": [(name, value) for name, value in values if name not in others],
    }


def private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response


def describe_form(request: HttpRequest, picture: Picture) -> DescribeForm:
    now = {"title": picture.title, "note": picture.note, "album": picture.album_id}
    return DescribeForm(person_of(request), initial=now)


def days_of(picture: Picture) -> str:
    """Days until the link expires, as the form's value; empty for never."""
    link = sharing.link_of(picture)
    if link is None:
        return str(USUAL_DAYS)
    if link.expires_at is None:
        return ""
    return str(round((link.expires_at - link.created_at) / timedelta(days=1)))


def told_link(request: HttpRequest, picture: Picture) -> dict[str, Any] | None:
    """The share link with its full address, expired or not."""
    link = sharing.link_of(picture)
    if link is None:
        return None
    address = request.build_absolute_uri(link.get_absolute_url())
    return {"address": address, "expires_at": link.expires_at, "is_expired": link.is_expired}


@action("picture", "pk")
def describe(request: HttpRequest, pk: UUID) -> HttpResponse:
    picture = own_present(request, pk)
    form = DescribeForm(person_of(request), request.POST)
    if not form.is_valid():
        return show_own(request, picture, describe=form)
    pictures.describe(picture, form.cleaned_data["title"], form.cleaned_data["note"])
    albums.move(Picture.objects.filter(pk=picture.pk), form.cleaned_data["album"])
    messages.success(request, "Saved.")
    return redirect(picture)


@action("picture", "pk")
def share(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the picture private, shared by link, or public."""
    picture = own_present(request, pk)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return show_own(request, picture, problem_of(form))
    had_link = sharing.link_of(picture) is not None
    whom = Visibility(form.cleaned_data["visibility"])
    sharing.show_to(picture, whom, form.cleaned_data["days"])
    messages.success(request, shown_to(picture, whom, had_link))
    return redirect(picture)


def shown_to(picture: Picture, whom: Visibility, had_link: bool) -> str:
    """The message for the owner after a change of visibility."""
    match whom:
        case Visibility.PRIVATE:
            return "Now private." + (" The link no longer works." if had_link else "")
        case Visibility.UNLISTED:
            ended = " The earlier link no longer works." if had_link else ""
            return f"Anyone with the link below can see it.{ended}"
        case Visibility.PUBLIC:
            shown = "Now public.", "Sent for review. It becomes public once it is approved."
            return shown[0] if picture.is_shown else shown[1]
        case _:
            assert_never(whom)


def problem_of(form: ShareForm) -> BadField:
    name, reasons = next(iter(form.errors.items()))
    return BadField(name=name, reason=str(reasons[0]))


@action("picture", "pk")
def move_to_bin(request: HttpRequest, pk: UUID) -> HttpResponse:
    picture = own_present(request, pk)
    now = timezone.now()
    bin.move_to_bin(Picture.objects.filter(pk=picture.pk), now)
    tell_moved_to_bin(request, f"Moved “{picture.title}” to the bin.", now)
    return redirect("gallery")


@action("picture", "pk")
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    picture = own(request, pk)
    bin.restore(Picture.objects.filter(pk=picture.pk))
    messages.success(request, "Restored. It is private now; share it again if you like.")
    return redirect(picture)


@allow_methods("GET", "HEAD")
def file(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """`kind`: see file_responses. `?version=` asks for an earlier version; owner only."""
    if kind == ORIGINAL:
        return file_responses.send(request, own(request, pk), kind)
    picture = visible(request, pk)
    if picture.owner_id == request.user.pk:
        return file_responses.send(request, picture, known(kind), asked_version(request, picture))
    return file_responses.send(request, picture, for_others(picture, kind))


def asked_version(request: HttpRequest, picture: Picture) -> Version | None:
    """The version in the query string."""
    asked = request.GET.get("version")
    return version_of(picture, asked) if asked else None


def known(kind: str) -> str:
    if kind not in KINDS:
        raise Http404
    return kind


def for_others(picture: Picture, kind: str) -> str:
    """The kind, for others than the owner. Raises Http404."""
    if not file_responses.is_for_others(picture, kind):
        raise Http404
    return kind


@allow_methods("GET", "HEAD")
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The page for anyone who has the link. Search engines must not index it."""
    picture = by_link(token)
    if picture is None:
        return no_link(request)
    response = private(render(request, "gallery/shown.html", {"picture": picture, "token": token}))
    response["X-Robots-Tag"] = "noindex"
    return response


@allow_methods("GET", "HEAD")
def shared_file(request: HttpRequest, token: str, kind: str) -> HttpResponseBase:
    picture = by_link(token)
    if picture is None:
        return no_link(request)
    return file_responses.send(request, picture, for_others(picture, kind))


def by_link(token: str) -> Picture | None:
    """None if the link has expired, was revoked, or never existed."""
    link = ShareLink.objects.live().filter(token=token).first()
    return found(whole(Picture.objects.all()), link.picture_id) if link else None


def no_link(request: HttpRequest) -> HttpResponse:
    """The same response whatever the reason, so that nobody can find out which links existed."""
    return private(render(request, "gallery/no_link.html", status=404))

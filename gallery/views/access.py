"""Which pictures a page gets to see."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gallery.models import Picture, Version
from gallery.models.pictures import PictureQuerySet


def whole(pictures: PictureQuerySet) -> PictureQuerySet:
    """With the related rows that pages show, in one query."""
    return pictures.select_related("current", "album", "owner", "link")


def own(request: HttpRequest, pk: UUID) -> Picture:
    """One of the user's own pictures. Raises Http404, also if it belongs to someone else."""
    return found(whole(Picture.objects.owned_by(request.user)), pk)


def own_present(request: HttpRequest, pk: UUID) -> Picture:
    """One of the user's own pictures that is not in the bin, to change it. Raises Http404."""
    return found(whole(Picture.objects.owned_by(request.user).present()), pk)


def visible(request: HttpRequest, pk: UUID) -> Picture:
    """A picture that the user may see. Raises Http404."""
    return found(whole(Picture.objects.visible_to(request.user)), pk)


def found(pictures: PictureQuerySet, pk: UUID) -> Picture:
    picture = pictures.filter(pk=pk).first()
    if picture is None:
        raise Http404
    return picture


def version_of(picture: Picture, pk: UUID | str) -> Version:
    """One of its versions; `pk` may be anything that was sent. Raises Http404."""
    try:
        return get_object_or_404(picture.versions.all(), pk=pk)
    except ValidationError as problem:
        raise Http404 from problem

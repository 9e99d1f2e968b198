"""Which pictures a page gets to see."""

from uuid import UUID

from django.http import Http404, HttpRequest

from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet


def whole(pictures: PictureQuerySet) -> PictureQuerySet:
    """With what a page shows of each, in the same query."""
    return pictures.select_related("current", "album", "owner", "link")


def own(request: HttpRequest, pk: UUID) -> Picture:
    """One of the visitor's own pictures. Raises Http404, also where it is somebody else's."""
    return found(whole(Picture.objects.owned_by(request.user)), pk)


def own_present(request: HttpRequest, pk: UUID) -> Picture:
    """One that is not in the bin, for what changes it. Raises Http404."""
    return found(whole(Picture.objects.owned_by(request.user).present()), pk)


def visible(request: HttpRequest, pk: UUID) -> Picture:
    """Raises Http404."""
    return found(whole(Picture.objects.visible_to(request.user)), pk)


def found(pictures: PictureQuerySet, pk: UUID) -> Picture:
    picture = pictures.filter(pk=pk).first()
    if picture is None:
        raise Http404
    return picture

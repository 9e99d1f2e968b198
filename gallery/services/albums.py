"""Create, rename and delete albums, and move pictures into them."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from gallery.errors import AlreadyThere, NotFound
from gallery.models import Album, Picture
from gallery.models.pictures import PictureQuerySet


def hold(album: Album) -> Album | None:
    """The current row, kept from being deleted for the transaction; None if it was deleted."""
    return Album.objects.held().filter(pk=album.pk).first()


def move(pictures: PictureQuerySet, album: Album | None) -> int:
    """Move pictures into an album, or out of any. Returns their number.

    Raises NotFound if the album was deleted in the meantime.
    """
    with transaction.atomic():
        if album and not hold(album):
            raise NotFound()
        rows = Picture.objects.filter(pk__in=pictures.lock())
        return rows.update(album=album, updated_at=timezone.now())


def make_album(owner: User, name: str) -> Album:
    """Raises AlreadyThere."""
    album, is_new = Album.objects.get_or_create(owner=owner, name=name)
    if not is_new:
        raise name_taken(name)
    return album


def named(owner: User, name: str) -> Album:
    """The person's album of that name, which is created if there is none."""
    return Album.objects.get_or_create(owner=owner, name=name)[0]


def rename_album(album: Album, name: str) -> None:
    """Raises AlreadyThere."""
    album.name = name
    try:
        with transaction.atomic():
            album.save(update_fields=["name"])
    except IntegrityError as problem:
        raise name_taken(name) from problem


def name_taken(name: str) -> AlreadyThere:
    return AlreadyThere(reason=f"You already have an album “{name}”.")


def delete_album(album: Album) -> None:
    """Delete an album. Its pictures stay, without an album."""
    with transaction.atomic():
        hold(album)
        pictures = Picture.objects.filter(album=album)
        pictures.lock()
        pictures.update(album=None, updated_at=timezone.now())
        album.delete()

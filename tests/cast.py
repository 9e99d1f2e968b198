"""The people of the gallery's tests, and what they keep."""

from typing import Any

import numpy as np
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db.models.fields.files import FieldFile

from accounts.models import User
from colorize.service import Options
from gallery.models import Picture, Review, Visibility
from gallery.services import pictures, sharing
from tests.photos import photo

PASSWORD = "Grandma 1931"


def person(name: str = "ann", **fields: Any) -> User:
    """Somebody who has registered and confirmed NAME@example.org."""
    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def name_publicly(user: User, name: str) -> None:
    user.public_name = name
    user.save(update_fields=["public_name"])


def make_moderator(name: str = "moderator") -> User:
    user = person(name, is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    return user


def grey(shade: int = 128, side: int = 64) -> bytes:
    """A small photo; each shade is another file."""
    return photo("PNG", np.full((side, side), shade, np.uint8))


def picture(owner: User, title: str = "Grandma", shade: int = 128, **options: Any) -> Picture:
    """A saved picture, private. Needs the fake network."""
    saved = pictures.colorize_and_save(owner, grey(shade), Options(**options), f"{title}.png")
    return saved.picture


def content(stored: FieldFile) -> bytes:
    """Of a stored file, which is closed again."""
    with stored.open("rb") as file:
        return bytes(file.read())


def public_picture(owner: User, title: str = "Harbour", shade: int = 99) -> Picture:
    """One that a moderator has approved."""
    shown = picture(owner, title, shade)
    sharing.publish(shown)
    Picture.objects.filter(pk=shown.pk).update(
        review=Review.APPROVED, published_at=shown.created_at
    )
    shown.refresh_from_db()
    assert shown.visibility == Visibility.PUBLIC
    return shown

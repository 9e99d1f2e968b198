"""Throwing pictures away, and having them back."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Picture, Visibility
from gallery.services import bin, sharing
from tests.cast import picture
from tests.gallery.test_pages import hidden_fields, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def binned(owner: User, count: int) -> list[Picture]:
    made = [picture(owner, f"Number {shade}", shade) for shade in range(count)]
    bin.move_to_bin(Picture.objects.owned_by(owner))
    return made


@pytest.mark.parametrize(("do", "gone"), [("purge", 2), ("empty", 3)])
def test_nothing_goes_for_good_before_one_has_read_how_much_and_said_yes(
    do: str, gone: int, home: Client, owner: User
) -> None:
    keys = [one.pk for one in binned(owner, 3)[:2]]
    asked = home.post("/gallery/bin/many", {"pictures": keys, "do": do})
    assert f"{gone} pictures" in text(asked) and "cannot be undone" in text(asked)
    assert Picture.objects.binned().count() == 3
    done = home.post("/gallery/bin/many", hidden_fields(asked.content.decode()), follow=True)
    assert f"Deleted {gone} pictures for good." in text(done)
    assert Picture.objects.count() == 3 - gone


@pytest.mark.parametrize("do", ["restore", "purge"])
def test_nothing_ticked_in_the_bin_is_said(do: str, home: Client, owner: User) -> None:
    binned(owner, 1)
    page = home.post("/gallery/bin/many", {"do": do}, follow=True)
    assert "Nothing selected" in text(page) and Picture.objects.binned().count() == 1


def test_deleting_is_undone_at_once_and_all_is_as_before(
    home: Client, owner: User, client: Client
) -> None:
    linked, waiting, other = (picture(owner, f"Number {shade}", shade) for shade in range(3))
    link = sharing.share(linked).get_absolute_url()
    sharing.publish(waiting)
    bin.move_to_bin(Picture.objects.filter(pk=other.pk))
    deleted = {"do": "delete", "pictures": [linked.pk, waiting.pk], "back": "/gallery?q=number"}
    page = home.post("/gallery/many", deleted, follow=True)
    assert "Moved 2 pictures to the bin." in text(page) and client.get(link).status_code == 404
    undone = home.post("/gallery/undo", hidden_fields(page.content.decode()), follow=True)
    assert "Restored 2 pictures." in text(undone)
    assert undone.redirect_chain == [("/gallery?q=number", 302)]
    assert client.get(link).status_code == 200
    assert list(Picture.objects.awaiting_review()) == [waiting]
    assert list(Picture.objects.binned()) == [other]


def test_undone_late_a_picture_is_private(home: Client, owner: User, settings: Any) -> None:
    kept = picture(owner)
    sharing.publish(kept)
    page = home.post(f"{kept.get_absolute_url()}/delete", follow=True)
    assert "Moved “Grandma” to the bin." in text(page)
    settings.UNDO_MINUTES = 0
    undone = home.post("/gallery/undo", hidden_fields(page.content.decode()), follow=True)
    assert "Restored 1 picture as private." in text(undone)
    assert Picture.objects.present().get().visibility == Visibility.PRIVATE


def test_nobody_undoes_what_another_did(owner: User, stranger: User, client: Client) -> None:
    [kept] = binned(owner, 1)
    kept.refresh_from_db()
    client.force_login(stranger)
    assert kept.deleted_at
    page = client.post("/gallery/undo", {"moment": kept.deleted_at.isoformat()}, follow=True)
    assert "Nothing to undo" in text(page) and Picture.objects.binned().exists()
    for moment in ("", "yesterday", "2026-01-01", "0001-01-01T00:00:00+23:59"):
        assert client.post("/gallery/undo", {"moment": moment}).status_code == 404

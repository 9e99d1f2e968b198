"""Throwing pictures away, and having them back."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from gallery import service
from gallery.models import Picture
from tests.cast import picture
from tests.gallery.test_pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def thrown_away(owner: User, count: int) -> list[Picture]:
    made = [picture(owner, f"Number {shade}", shade) for shade in range(count)]
    service.throw_away(Picture.objects.of(owner))
    return made


def hidden_fields(page: str) -> dict[str, list[str]]:
    """What the form in the middle of the page sends."""
    form = page[page.index("<main") :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(("do", "gone"), [("purge", 2), ("empty", 3)])
def test_nothing_goes_for_good_before_one_has_read_how_much_and_said_yes(
    do: str, gone: int, home: Client, owner: User
) -> None:
    keys = [one.pk for one in thrown_away(owner, 3)[:2]]
    asked = home.post("/gallery/bin/many", {"pictures": keys, "do": do})
    assert f"{gone} pictures" in text(asked) and "cannot be undone" in text(asked)
    assert Picture.objects.binned().count() == 3
    done = home.post("/gallery/bin/many", hidden_fields(asked.content.decode()), follow=True)
    assert f"Deleted for good: {gone} pictures." in text(done)
    assert Picture.objects.count() == 3 - gone


@pytest.mark.parametrize("do", ["restore", "purge"])
def test_nothing_ticked_in_the_bin_is_said(do: str, home: Client, owner: User) -> None:
    thrown_away(owner, 1)
    page = home.post("/gallery/bin/many", {"do": do}, follow=True)
    assert "Nothing was selected" in text(page) and Picture.objects.binned().count() == 1

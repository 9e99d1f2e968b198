"""The one way in which pages and API show a picture to more or fewer people."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gallery.errors import NotFound
from gallery.models import Picture, Review, ShareLink, Visibility
from gallery.services import sharing
from tests.cast import picture, public_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def test_what_nobody_has_thought_of_shows_nothing(owner: User) -> None:
    kept = picture(owner)
    unknown: Any = "friends"
    with pytest.raises(AssertionError):
        sharing.show_to(kept, unknown)
    kept.refresh_from_db()
    assert kept.visibility == Visibility.PRIVATE and not ShareLink.objects.exists()


@pytest.mark.parametrize("visibility", Visibility)
def test_pages_and_api_do_the_same(
    visibility: Visibility, owner: User, home: Client, api: Any
) -> None:
    for before in Visibility:
        shown = []
        for number in range(2):
            kept = picture(owner, shade=len(Picture.objects.all()))
            sharing.show_to(kept, before)
            path = kept.get_absolute_url()
            if number:
                answer = api.patch(f"pictures/{kept.pk}", {"visibility": visibility})
            else:
                form = {"visibility": visibility, "days": "7"}
                answer = home.post(f"{path}/share", form)
            assert answer.status_code in (200, 302)
            kept = Picture.objects.get(pk=kept.pk)
            shown.append((kept.visibility, kept.review, hasattr(kept, "link")))
        assert shown[0] == shown[1] and shown[0][0] == visibility


def test_a_moderators_no_from_a_moment_ago_holds(owner: User, settings: Any) -> None:
    settings.REVIEW_FOR = "NOBODY"
    kept = public_picture(owner)
    sharing.make_private(Picture.objects.filter(pk=kept.pk))
    seen = Picture.objects.get(pk=kept.pk)
    Picture.objects.filter(pk=kept.pk).update(review=Review.REJECTED)
    sharing.publish(seen)
    assert Picture.objects.get(pk=kept.pk).review == Review.WAITING


@pytest.mark.parametrize("visibility", [Visibility.UNLISTED, Visibility.PUBLIC])
def test_what_has_gone_meanwhile_is_not_there(visibility: Visibility, owner: User) -> None:
    kept = picture(owner)
    Picture.objects.filter(pk=kept.pk).update(current=None)
    kept.versions.all().delete()
    Picture.objects.filter(pk=kept.pk).delete()
    with pytest.raises(NotFound):
        sharing.show_to(kept, visibility)

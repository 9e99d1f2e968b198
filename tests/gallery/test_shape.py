"""Versions of another shape: what is shown beside them, what they say, and who may have them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize.engine.noticed import Noticed
from colorize.service import Options
from colorize.web.offers import offers
from gallery.models import Picture, Review
from gallery.services import pictures, sharing, versions
from tests.cast import content, make_moderator, picture, public_picture
from tests.gallery.api import Api
from tests.login import logged_in
from tests.photos import opened, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
SHAPE = Options(turn=90, straighten=2, crop="0 10 100 60")


@pytest.fixture
def kept(owner: User) -> Picture:
    """Of 96 × 64 pixels: dark on the left, pale on the right."""
    return pictures.colorize_and_save(owner, photo("PNG"), Options(), "Grandma.png").picture


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def recolor(client: Client, kept: Picture, **options: Any) -> Any:
    return client.post(f"/pictures/{kept.pk}/recolor", options, follow=True)


def test_both_sides_of_the_comparison_have_the_same_shape(home: Client, kept: Picture) -> None:
    page = recolor(home, kept, turn="90", crop="0 50 100 100").content.decode()
    kept.refresh_from_db()
    files = f"/pictures/{kept.pk}/files"
    before, after = (opened(body(home.get(f"{files}/{name}"))) for name in ("before", "result"))
    assert before.size == after.size == (64, 48) == (kept.width, kept.height)
    assert 'width="64" height="48"' in " ".join(page.split())
    # The lower half of the turned photo is its right: pale.
    assert np.asarray(before.convert("L")).min() > 100
    assert "Turned 90°, cropped." in page and "64 × 48 pixels" in page


def test_the_original_and_its_thumbnails_stay_whole(kept: Picture) -> None:
    versions.recolor(kept, SHAPE)
    assert content(kept.original) == photo("PNG")
    assert opened(content(kept.original_medium)).size == (96, 64)


def test_a_photo_that_was_cropped_at_first_can_be_whole_again(owner: User) -> None:
    kept = pictures.colorize_and_save(owner, photo("PNG"), SHAPE, "a.png").picture
    assert kept.width < 64 and opened(content(kept.original_medium)).size == (96, 64)
    versions.recolor(kept, Options())
    assert (kept.width, kept.height) == (96, 64) and not kept.shown.before


def test_other_colours_keep_the_shape_and_the_other_way_round(home: Client, kept: Picture) -> None:
    versions.recolor(kept, SHAPE)
    page = home.get(kept.get_absolute_url()).context
    recolor(home, kept, **dict(page["shape_values"]), vividness="0.25")
    kept.refresh_from_db()
    made_with = kept.shown.made_with
    assert (made_with.turn, made_with.crop, made_with.vividness) == (90, SHAPE.crop, 0.25)
    page = home.get(kept.get_absolute_url()).context
    recolor(home, kept, **dict(page["colour_values"]), turn="180")
    kept.refresh_from_db()
    made_with = kept.shown.made_with
    assert (made_with.turn, made_with.crop, made_with.vividness) == (180, "", 0.25)


def test_an_earlier_shape_comes_back_with_its_size(kept: Picture) -> None:
    first = kept.shown
    versions.recolor(kept, Options(turn=90))
    assert (kept.width, kept.height) == (64, 96)
    versions.use_version(kept, first)
    assert (kept.width, kept.height) == (96, 64)


@pytest.mark.parametrize(
    "crop, reason", [("5 5 5", "four numbers"), ("0 0 3 3", "leaves 3 × 2 pixels")]
)
def test_what_cannot_be_cropped_is_said_and_stays_in_the_form(
    home: Client, kept: Picture, crop: str, reason: str
) -> None:
    response = recolor(home, kept, crop=crop, turn="180")
    page = response.content.decode()
    assert response.status_code == 400 and reason in page
    assert f'value="{crop}"' in page and '<option value="180" selected>' in page
    assert kept.versions.count() == 1


def test_an_offered_turn_keeps_the_part_that_was_cropped(kept: Picture) -> None:
    """Dark left, pale right: the pale part on its side is the lower one."""
    crop = Options(crop="70 0 100 50")
    versions.recolor(kept, crop)
    pale = content(kept.shown.result)
    (offer,) = offers(Noticed(turn=90), crop)
    versions.recolor(kept, replace(crop, **offer.changes))
    turned = opened(content(kept.shown.result))
    assert turned.size == opened(pale).size[::-1]
    assert np.asarray(turned.convert("L")).min() > 200


def test_programs_crop_and_are_told_the_size(api: Api, client: Client) -> None:
    made = api.upload().json()
    assert (made["width"], made["height"]) == (made["versions"][0]["width"], made["height"])
    sent = {"image": SimpleUploadedFile("a.png", photo("PNG")), "crop": "0 0 50 50", "turn": "270"}
    told = client.post("/colorize", sent | {"layers": "true"}).json()
    assert (told["width"], told["height"], told["turn"], told["crop"]) == (32, 48, 270, "0 0 50 50")
    assert told["before"]


def test_a_visitor_without_scripts_compares_the_same_part(client: Client) -> None:
    sent = {"image": SimpleUploadedFile("a.png", photo("PNG")), "crop": "0 0 50 50"}
    page = client.post("/", sent).content.decode()
    assert 'width="48" height="32"' in " ".join(page.split())
    assert "data:image/png" not in page


def test_versions_say_what_else_was_done(home: Client, kept: Picture) -> None:
    recolor(home, kept, restore_contrast="true", borders="false")
    page = recolor(home, kept, negative="true").content.decode()
    assert "inverted" in page and "border coloured too, contrast restored" in page


def test_what_was_cropped_away_is_for_the_owner_only(
    home: Client, client: Client, owner: User
) -> None:
    shown = public_picture(owner)
    token = sharing.share(whole := picture(owner)).token
    for kept in (shown, whole):
        versions.recolor(kept, Options(crop="0 0 50 100"))
    Picture.objects.filter(pk=shown.pk).update(review=Review.APPROVED)
    for copy in ("original-small", "original-medium"):
        assert home.get(f"/pictures/{shown.pk}/files/{copy}").status_code == 200
        assert client.get(f"/pictures/{shown.pk}/files/{copy}").status_code == 404
        assert client.get(f"/s/{token}/{copy}").status_code == 404
    assert client.get(f"/pictures/{shown.pk}/files/before").status_code == 200
    assert client.get(f"/s/{token}/before").status_code == 200


@pytest.mark.parametrize("copy", ["original-small", "original-medium"])
def test_what_was_cropped_away_is_kept_by_no_shared_cache_and_shown_to_no_moderator(
    home: Client, owner: User, copy: str
) -> None:
    shown = public_picture(owner)
    address, desk = f"/pictures/{shown.pk}/files", f"/admin/gallery/picture/{shown.pk}/files"
    moderator = logged_in(make_moderator())
    assert "public" in home.get(f"{address}/{copy}")["Cache-Control"]
    assert moderator.get(f"{desk}/{copy}").status_code == 200
    versions.recolor(shown, Options(crop="0 0 50 100"))
    Picture.objects.filter(pk=shown.pk).update(review=Review.APPROVED)
    assert "private" in home.get(f"{address}/{copy}")["Cache-Control"]
    assert "public" in home.get(f"{address}/before")["Cache-Control"]
    assert moderator.get(f"{desk}/{copy}").status_code == 404
    assert moderator.get(f"{desk}/before").status_code == 200

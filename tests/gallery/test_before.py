"""Photos that browsers do not show: what they are compared with is made once, and kept."""

from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize.engine.before import SIDE
from colorize.service import Options
from gallery.models import Picture
from gallery.services import bin, files, pictures, versions
from tests.cast import content, grey, picture, public_picture
from tests.gallery.test_upkeep import all_is_well, run
from tests.photos import alike, opened, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "unseen")]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_it_is_a_small_upright_jpeg_of_the_photo(owner: User) -> None:
    pixels = np.tile(np.linspace(0, 255, SIDE + 200, dtype=np.uint8), (32, 1))
    data = photo("PNG", pixels)
    saved = pictures.colorize_and_save(owner, data, Options(), "a.png").picture
    before = opened(content(saved.shown.before))
    assert before.format == "JPEG" and before.width == SIDE
    assert alike(before, opened(data))
    assert content(saved.original) == data


@pytest.mark.django_db(transaction=True)
def test_it_counts_and_goes_with_its_version(owner: User, media: Any) -> None:
    kept = picture(owner)
    names = [*kept.file_names(), *kept.shown.file_names()]
    assert kept.bytes == sum(map(default_storage.size, names)) and sorted(names) == media()
    first = kept.shown
    versions.recolor(kept, Options(vividness=0.2))
    assert len(media()) == 11
    versions.remove_version(kept, first)
    assert len(media()) == 7
    all_is_well(1, 7)
    bin.purge(Picture.objects.all())
    assert media() == []


def test_pages_show_it_to_those_who_may_see_the_picture(
    home: Client, client: Client, owner: User
) -> None:
    shown = public_picture(owner)
    address = f"/pictures/{shown.pk}/files"
    for visitor in (home, client):
        assert f"{address}/before" in visitor.get(shown.get_absolute_url()).content.decode()
        response = visitor.get(f"{address}/before")
        assert response.headers["Content-Type"] == "image/jpeg"
        assert body(response) == content(shown.shown.before)
    hidden = picture(owner, shade=3)
    assert client.get(f"/pictures/{hidden.pk}/files/before").status_code == 404


def test_the_original_stays_what_it_was(home: Client, owner: User) -> None:
    kept = picture(owner, "scan", shade=7)
    response = home.get(f"/pictures/{kept.pk}/files/original?download")
    assert response.headers["Content-Type"] == "image/png" and body(response) == grey(7)
    assert response.headers["Content-Disposition"] == 'attachment; filename="scan.png"'


def test_a_lost_one_is_made_again(owner: User) -> None:
    kept = picture(owner)
    before = content(kept.shown.before)
    files.delete([str(kept.shown.before.name)])
    assert "a preview is lost" in run("reconcile", status=1)
    assert "made again" in run("reconcile", "--fix")
    assert content(kept.versions.get().before) == before
    all_is_well(1, 7)


def test_a_photo_sent_again_comes_with_it(home: Client, owner: User) -> None:
    picture(owner, vividness=1.0)
    sent = {"image": SimpleUploadedFile("a.png", grey()), "layers": "true"}
    answer = home.post("/colorize", sent).json()
    assert answer["saved_before"] and answer["before"]

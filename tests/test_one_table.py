"""Every kind of file is described in one table; what is accepted, said and stored comes from it."""

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from colorize.engine.data_urls import data_url
from colorize.engine.formats import (
    ALL_NAMES,
    JPEG,
    NAMES,
    PHOTOS,
    PNG,
    Kind,
    ending_of,
    photo_kind,
)
from colorize.engine.photo import READERS
from colorize.service import Options
from gallery.api.picture_files import ORIGINAL
from gallery.services import pictures
from tests.conftest import ROOT
from tests.photos import opened, photo


def test_every_kind_that_is_coloured_is_whole() -> None:
    """Its reader, and all that files, pages and answers need of it."""
    assert set(READERS) == set(PHOTOS)
    for kind in PHOTOS:
        assert kind.name and kind.ending.startswith(".") and kind.mime.startswith("image/")
        assert ending_of(kind.mime) == kind.ending
    endings = [ending for kind in PHOTOS for ending in kind.endings]
    assert len(endings) == len(set(endings)) and JPEG.in_browsers


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_is_sent_back_as_its_kind(kind: Any) -> None:
    data = photo(kind.name)
    assert photo_kind(data) == kind
    assert data_url(data).startswith(f"data:{kind.mime};base64,")
    assert (200, kind.mime) in ORIGINAL


@pytest.mark.parametrize("kind", PHOTOS)
def test_an_original_keeps_the_ending_of_its_kind(kind: Any, owner: Any, network: Any) -> None:
    """Whatever the file was called."""
    saved = pictures.colorize_and_save(owner, photo(kind.name), Options(), "Oma.xyz")
    assert saved.picture.original_name == f"Oma.xyz{kind.ending}"
    assert str(saved.picture.original.name).endswith(kind.ending)
    assert saved.picture.original_type == kind.mime


@pytest.mark.usefixtures("network", "db")
def test_a_kind_that_browsers_do_not_show_is_shown_as_a_jpeg(client: Client, unseen: Kind) -> None:
    sent = {"image": SimpleUploadedFile("a", photo("PNG"))}
    page = client.post("/", sent).content.decode()
    assert page.count('src="data:image/jpeg') == 2 and "data:image/png" not in page
    sent["image"].seek(0)
    body = client.post("/colorize", sent | {"layers": "true"}).json()
    assert opened(base64.b64decode(body["before"])).format == "JPEG"


@pytest.mark.usefixtures("network", "db")
def test_the_others_are_not_sent_back(client: Client) -> None:
    sent = {"image": SimpleUploadedFile("a", photo("PNG")), "layers": "true"}
    assert "before" not in client.post("/colorize", sent).json()


@pytest.mark.django_db
def test_pages_name_the_kinds_that_the_table_has(client: Client) -> None:
    page = client.get("/").content.decode()
    assert NAMES in page and f'accept="{JPEG.mime},{PNG.mime},' in page
    assert all(kind.mime in page for kind in PHOTOS)
    assert ALL_NAMES in client.get("/faq").content.decode()


def test_nothing_else_has_a_list_of_its_own() -> None:
    """What would have to change, too, for another kind."""
    own = {"colorize/engine/formats.py", "colorize/engine/outputs.py"}
    for folder in (
        "colorize/engine",
        "colorize/web",
        "colorize/management",
        "gallery",
        "templates",
    ):
        for path in (ROOT / folder).rglob("*"):
            name = str(path.relative_to(ROOT))
            if path.suffix in (".py", ".html") and name not in own:
                text = path.read_text()
                assert not [kind.mime for kind in PHOTOS if kind != JPEG and kind.mime in text], (
                    name
                )
                assert "JPEG or PNG" not in text, name

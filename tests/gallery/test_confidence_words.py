"""How sure the network is, said in words before the number, the same ones everywhere."""

import re
from html import unescape

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize.engine.noticed import Noticed
from colorize.web.confidence import confidence_words
from tests.cast import picture
from tests.conftest import use
from tests.fakes import FakeNetwork
from tests.gallery.api import Api
from tests.photos import photo

GUESSES = "Mostly safe guesses: little in the photo shows its colours."
FADED = photo("PNG", np.tile(np.linspace(110, 170, 64).astype(np.uint8), (64, 1)))


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (100, "The network is sure of most colours."),
        (84, "Some of the colours are guesses."),
        (69, GUESSES),
        (0, GUESSES),
        (None, "This network does not say how sure it is."),
    ],
)
def test_the_less_is_known_the_more_is_called_a_guess(confidence: int | None, words: str) -> None:
    assert confidence_words(confidence, Noticed()) == words


def test_faded_and_dark_photos_are_called_so() -> None:
    assert confidence_words(60, Noticed(faded=True)) == f"Faded. {GUESSES}"
    assert confidence_words(60, Noticed(dark=True)) == f"Very dark. {GUESSES}"
    assert confidence_words(None, Noticed(dark=True)) == confidence_words(None, Noticed())


def test_a_faded_photo_is_never_called_sure() -> None:
    for noticed in (Noticed(faded=True), Noticed(dark=True)):
        assert "More of the colours are guesses" in confidence_words(95, noticed)


@pytest.mark.django_db
def test_pages_and_programs_say_the_same(
    client: Client, home: Client, api: Api, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, FakeNetwork(confidence=0.4))
    said = [
        client.post("/", {"image": SimpleUploadedFile("a.png", FADED)}).content.decode(),
        home.get(picture(owner).get_absolute_url()).content.decode(),
        client.post("/colorize", {"image": SimpleUploadedFile("a.png", FADED)}).json(),
        api.upload().json(),
    ]
    # The doubt about faded photos is part of the number.
    for page, percent in zip(said[:2], ("29%", "40%"), strict=True):
        told = " ".join(re.sub("<[^>]*>", "", unescape(page)).split(GUESSES)[1].split())
        assert percent in told[:80]
    assert said[2]["confidence_words"] == f"Faded. {GUESSES}"
    assert said[3]["confidence_words"] == said[3]["versions"][0]["confidence_words"] == GUESSES

"""Photos on their side or head, and negatives, are noticed, and changed only if asked for."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from colorize.engine import networks, pipeline
from colorize.engine.limits import Limits
from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from colorize.engine.pipeline import Result
from colorize.engine.planes import Pixels
from colorize.web.forms import form_values
from colorize.web.offers import offers
from tests.conftest import ROOT, use
from tests.fakes import FakeNetwork, SeeingNetwork
from tests.photos import opened, photo


def upright() -> Pixels:
    """A bright sky above grey and dark ground."""
    pixels = np.full((96, 128), 140, np.uint8)
    pixels[:32], pixels[-10:] = 250, 40
    return pixels


def noticed(pixels: Pixels, network: networks.Network | None = None, **options: Any) -> Noticed:
    return coloured(pixels, network, **options).noticed


def coloured(pixels: Pixels, network: networks.Network | None = None, **options: Any) -> Result:
    data = photo("PNG", np.ascontiguousarray(pixels))
    return pipeline.colorize(data, network or SeeingNetwork(), Options(**options), Limits())


@pytest.mark.parametrize("quarters", range(4))
def test_a_turned_photo_is_noticed(quarters: int) -> None:
    assert noticed(np.rot90(upright(), quarters)) == Noticed(turn=90 * quarters)


@pytest.mark.parametrize("quarters", range(4))
def test_a_negative_is_noticed_and_how_it_would_be_turned(quarters: int) -> None:
    negative = 255 - np.rot90(upright(), quarters)
    assert noticed(negative) == Noticed(turn=90 * quarters, negative=True)


def test_nothing_is_said_by_a_network_that_cannot_tell() -> None:
    assert noticed(255 - np.rot90(upright()), FakeNetwork()) == Noticed()


class Stubborn(SeeingNetwork):
    """Says the same however the photo is turned or inverted."""

    def predict(self, L: Any) -> Any:
        return super().predict(np.full_like(L, 10) if self.dark else 40 + np.tri(*L.shape) * 55)

    dark = False


def test_nothing_is_said_that_other_looks_deny() -> None:
    network = Stubborn()
    assert noticed(upright(), network) == Noticed()
    assert len(network.shapes) == 4
    network.dark = True
    assert noticed(upright(), network) == Noticed()


def test_neither_is_done_unasked() -> None:
    made = coloured(255 - np.rot90(upright()), FakeNetwork(faithful=(0, 0), vivid=(0, 0)))
    assert (made.width, made.height) == (96, 128)
    grey = np.asarray(opened(made.content).convert("L"), int)
    assert abs(grey - (255 - np.rot90(upright()).astype(int))).mean() < 2


@pytest.fixture
def seeing(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, SeeingNetwork())


def told(noticed: Noticed, **options: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(offer.sentence, offer.changes) for offer in offers(noticed, Options(**options))]


def test_what_is_noticed_is_offered() -> None:
    side, head = "This photo seems to lie on its side.", "This photo seems to be upside down."
    assert told(Noticed()) == []
    assert told(Noticed(turn=90)) == [(side, {"turn": 90})]
    assert told(Noticed(turn=180)) == [(head, {"turn": 180})]
    assert told(Noticed(turn=270)) == [(side, {"turn": 270})]
    negative = ("This photo seems to be a negative.", {"negative": True})
    assert told(Noticed(negative=True)) == [negative]


def test_who_has_turned_or_inverted_it_is_not_asked_to() -> None:
    both = Noticed(turn=90, negative=True)
    assert told(both, turn=270, negative=True) == []
    assert len(told(both, turn=270)) == len(told(both, negative=True)) == 1


@pytest.mark.usefixtures("seeing", "db")
def test_the_offer_taken_makes_it_upright(client: Client) -> None:
    lying = np.ascontiguousarray(255 - np.rot90(upright()))

    def post(**changes: Any) -> dict[str, Any]:
        image = SimpleUploadedFile("a.png", photo("PNG", lying))
        body: dict[str, Any] = client.post("/colorize", {"image": image, **changes}).json()
        return body

    first = post()
    assert (first["width"], first["height"]) == (96, 128)
    changes = first["offers"][0]["changes"] | first["offers"][1]["changes"]
    again = post(**form_values(Options(**changes)))
    assert (again["width"], again["height"]) == (128, 96)
    assert again["noticed"] == Noticed().as_dict() and again["offers"] == []


@pytest.mark.usefixtures("seeing", "db")
def test_the_command_says_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lying = tmp_path / "lying.png"
    lying.write_bytes(photo("PNG", np.ascontiguousarray(255 - np.rot90(upright()))))
    call_command("colorize", lying)
    said = capsys.readouterr().err
    assert "lying.png: This photo seems to be a negative. Invert it: add --negative --over" in said
    assert "lying.png: This photo seems to lie on its side. Turn it: add --turn 90 --over" in said
    call_command("colorize", lying, "--negative", "--turn", "90", "--overwrite")
    assert "seems" not in capsys.readouterr().err


@pytest.mark.slow
def test_the_network_notices_real_photos_and_leaves_upright_ones_alone() -> None:
    network = networks.load(ROOT / "models", "colornet")
    for name in ("astronaut", "camera", "coffee", "rocket"):
        before = (ROOT / f"static/examples/before/{name}.jpg").read_bytes()
        grey = np.asarray(opened(before).convert("L"))
        upright = noticed(grey, network)
        assert not upright.turn and not upright.negative, name
        if name in ("astronaut", "camera"):
            assert noticed(np.rot90(grey), network).turn == 90, name
            assert noticed(np.rot90(grey, 3), network).turn == 270, name
            assert noticed(255 - grey, network).negative, name

"""Browsers make the same colours of hints as the server."""

from base64 import b64decode
from dataclasses import replace
from itertools import product
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page

from colorize.engine.colour_names import name_of
from colorize.engine.hint_layers import hint_layers
from colorize.engine.hint_places import carried
from colorize.engine.hints import hints_of, stored_hints
from colorize.engine.lightness import lightness_of_rgb
from colorize.engine.networks import Prediction
from colorize.engine.options import Options
from colorize.engine.planes import Plane
from colorize.engine.predict import Predicted, predict
from colorize.engine.render import Coloured
from tests.engine.test_hint_places import SHAPES
from tests.fakes import FakeNetwork

LINE = "0.7,0.3,0.72,0.35,0.9,0.4,#406080"
HINTS = f"{LINE} 0.3,0.5,#446622 0.31,0.5,#884433 0.8,0.2,grey 0.6,0.9,keep 0.02,0.98,#c08040"
COLOURS = """async ([told, choice]) => {
  const { HintLayers } = await import("/static/js/hint-layers.js");
  const { a, b } = new HintLayers(told).colours(choice);
  const text = data =>
    Array.from(new Uint8Array(data.buffer), byte => String.fromCharCode(byte)).join("");
  return { shape: [a.height, a.width], a: btoa(text(a.data)), b: btoa(text(b.data)) };
}"""
PIXELS = """async ([grey, planes]) => {
  const { prepare, recolor } = await import("/static/js/recolor.js");
  const pixels = Uint8ClampedArray.from(grey.pixels);
  const plane = data => ({ ...planes, data: Float32Array.from(data) });
  const step = { a: plane(planes.a), b: plane(planes.b) };
  recolor(pixels, prepare(pixels, true), { ...grey, top: 0 }, step, 1);
  return [...pixels];
}"""


CARRIED = """async cases => {
  const { carried } = await import("/static/js/hint-places.js");
  return cases.map(each => carried(...each));
}"""
NAMES = """async colours => {
  const { nameOf } = await import("/static/js/colour-words.js");
  return colours.map(nameOf);
}"""


class ManySidedNetwork(FakeNetwork):
    """Has other colours, features and doubts in each place."""

    def predict(self, L: Plane) -> Prediction:
        height, width = L.shape[0] // 4, L.shape[1] // 4
        random = np.random.default_rng(7)

        def some(scale: float, *shape: int) -> Plane:
            values = random.normal(scale=scale, size=(height, width, *shape))
            return values.astype(np.float32)

        return replace(
            super().predict(L),
            ab_faithful=some(20, 2),
            ab_vivid=some(30, 2),
            features=some(3, 8),
            variance=np.abs(some(200)),
        )


def waves(height: int, width: int) -> Plane:
    y, x = np.indices((height, width))
    return (50 + 45 * np.sin(x / 9) * np.cos(y / 13)).astype(np.float32)


def framed() -> Plane:
    """A dark picture in a light border."""
    L = np.full((300, 400), 95, np.float32)
    L[40:260, 50:340] = waves(220, 290) / 3
    return L


def asked(page: Page, predicted: Predicted, vividness: float) -> Plane:
    told = page.evaluate(COLOURS, [hint_layers(predicted, vividness), chosen(vividness)])
    planes = [np.frombuffer(b64decode(told[name]), np.float32) for name in "ab"]
    return np.dstack([plane.reshape(told["shape"]) for plane in planes])


def chosen(vividness: float) -> dict[str, Any]:
    return {"vividness": vividness, "hints": HINTS}


@pytest.mark.parametrize(
    ("L", "side"),
    [
        (waves(300, 400), 64),
        (waves(64, 90), 512),
        (waves(65, 79), 256),
        (waves(900, 600), 128),
        (framed(), 64),
    ],
    ids=[
        "usual",
        "smaller than what the network says",
        "smaller in width alone",
        "larger than its guide",
        "with a border",
    ],
)
def test_the_colours_are_the_same(page: Page, L: Plane, side: int) -> None:
    page.goto("/healthz")
    predicted = predict(L, ManySidedNetwork(), side, borders=True)
    own, _ = predicted.hinted(hints_of(HINTS)).mix(0.4)
    before, _ = predicted.mix(0.4)
    theirs = asked(page, predicted, 0.4)
    assert own.shape == theirs.shape
    assert np.abs(own - before).max() > 10
    assert np.abs(own - theirs).max() < 1.5
    assert np.abs(own - theirs).mean() < 0.15


def test_a_border_is_left_out(page: Page) -> None:
    page.goto("/healthz")
    predicted = predict(framed(), ManySidedNetwork(), borders=True)
    assert predicted.inside
    assert not asked(page, predicted, 1)[:20].any()


def test_so_are_the_pixels(page: Page) -> None:
    page.goto("/healthz")
    ab = np.random.default_rng(3).uniform(-25, 25, (16, 20, 2)).astype(np.float32)
    grey = np.random.default_rng(4).integers(40, 220, (64, 80)).astype(np.uint8)
    L = lightness_of_rgb(np.dstack([grey] * 3))
    own = Coloured(L, ab).rgbx[..., :3].astype(int)
    rgba = np.dstack([grey, grey, grey, np.full_like(grey, 255)])
    sent = {"pixels": rgba.ravel().tolist(), "width": 80, "height": 64}
    planes = {"width": 20, "height": 16} | {
        name: ab[..., n].ravel().tolist() for n, name in enumerate("ab")
    }
    theirs = np.array(page.evaluate(PIXELS, [sent, planes])).reshape(64, 80, 4)[..., :3]
    assert np.abs(own - theirs).max() <= 2


def test_so_are_the_names_of_colours(page: Page) -> None:
    page.goto("/healthz")
    grid = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in product(range(0, 256, 17), repeat=3)]
    named = page.evaluate(NAMES, grid)
    rgb = np.array([list(bytes.fromhex(each[1:])) for each in grid], np.float32) / np.float32(255)
    lab = cv2.cvtColor(rgb[None], cv2.COLOR_RGB2Lab)[0].tolist()
    own = [name_of(*colour) for colour in lab]
    odd = [each for each in zip(grid, own, named, strict=True) if each[1] != each[2]]
    assert len(set(own)) > 40
    assert len(odd) < len(grid) / 100, odd  # on borders between two names


def test_so_are_the_places_in_another_shape(page: Page) -> None:
    page.goto("/healthz")
    pairs = [
        (Options(**before, hints=hints_of(HINTS)), Options(**after), size)
        for before, after in product(SHAPES, repeat=2)
        for size in [(3600, 2400), (600, 4000)]
    ]
    cases = [
        [[hint.as_dict() for hint in before.hints], before.as_dict(), after.as_dict(), sides(size)]
        for before, after, size in pairs
    ]
    found = page.evaluate(CARRIED, cases)
    for (before, after, size), theirs in zip(pairs, found, strict=True):
        own = carried(before, after, size)
        read = stored_hints(theirs)
        assert [hint.colour for hint in own] == [hint.colour for hint in read]
        for hint, other in zip(own, read, strict=True):
            assert np.array(hint.places) == pytest.approx(np.array(other.places), abs=0.0003)


def sides(size: tuple[int, int]) -> dict[str, int]:
    return dict(zip(("width", "height"), size, strict=True))

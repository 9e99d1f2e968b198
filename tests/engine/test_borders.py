"""Borders around photos: found, left grey, and left out of what the network sees and says."""

import base64
import io
from typing import Any, cast

import cv2
import numpy as np
import pytest
from django.test import Client
from PIL import Image

from colorize.engine import layers, pipeline
from colorize.engine.borders import find_border
from colorize.engine.lightness import lightness_of_rgb
from colorize.engine.limits import Limits
from colorize.engine.networks import Prediction
from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from colorize.engine.planes import Plane
from colorize.evaluation.frames import KINDS, framed
from colorize.web.offers import offers
from tests.fakes import FakeNetwork
from tests.photos import colourful, photo


def scene(seed: int = 1, height: int = 150, width: int = 200) -> Plane:
    """L of a photo, from dark to light."""
    L = lightness_of_rgb(np.asarray(colourful(seed, height, width)))
    return np.asarray(10 + (L - L.min()) * 70 / np.ptp(L), np.float32)


def png_of(L: Plane) -> bytes:
    """A grey PNG with about this L."""
    Y = np.where(L > 8, ((L + 16) / 116) ** 3, L / 903.3)
    sRGB = np.where(Y <= 0.0031308, 12.92 * Y, 1.055 * Y ** (1 / 2.4) - 0.055)
    return photo("PNG", np.rint(255 * sRGB).clip(0, 255).astype(np.uint8))


def in_paper(L: Plane, width: int = 20, tone: float = 94) -> Plane:
    sides = L.shape[0] + 2 * width, L.shape[1] + 2 * width
    grain = np.random.default_rng(5).normal(tone, 0.5, sides)
    grain[width:-width, width:-width] = L
    return grain.astype(np.float32)


@pytest.mark.parametrize("seed", range(2 * len(KINDS)), ids=lambda n: f"{KINDS[n % 10]} {n}")
def test_a_frame_is_found_to_the_pixel(seed: int) -> None:
    copy = framed(scene(seed), seed)
    border = find_border(copy.L)
    assert border is not None
    mask = border.mask(copy.L.shape)
    assert np.minimum(mask, copy.picture).sum() / np.maximum(mask, copy.picture).sum() > 0.95


def night(L: Plane) -> Plane:
    """Black, with a few lights in the middle."""
    rng = np.random.default_rng(5)
    L[:] = rng.normal(4, 1, L.shape)
    for x, y in rng.uniform(0.25, 0.75, (12, 2)):
        cv2.circle(L, (int(x * L.shape[1]), int(y * L.shape[0])), 6, 90, -1)
    return L


def snow(L: Plane) -> Plane:
    """White, with a dark hut."""
    L[:] = np.random.default_rng(5).normal(95, 1, L.shape)
    L[70:120, 60:130] = scene(2)[70:120, 60:130]
    return cast(Plane, cv2.GaussianBlur(L, (0, 0), 1))


def studio(L: Plane) -> Plane:
    """An even backdrop, with a person before it."""
    L[:] = np.linspace(60, 75, L.shape[1])
    cv2.ellipse(L, (100, 60), (28, 36), 0, 0, 360, 40, -1)
    cv2.ellipse(L, (100, 150), (70, 50), 0, 0, 360, 20, -1)
    grain = np.random.default_rng(5).normal(0, 1, L.shape)
    return L + grain.astype(np.float32)


def bars(L: Plane) -> Plane:
    """A flat sky above and water below, with straight edges."""
    L[:30], L[-30:] = 90, 12
    return L


def corners(L: Plane) -> Plane:
    """Dark corners."""
    y, x = np.mgrid[-1 : 1 : L.shape[0] * 1j, -1 : 1 : L.shape[1] * 1j]
    return np.asarray(L * np.clip(1.9 - x * x - y * y, 0, 1), np.float32)


def gradient(L: Plane) -> Plane:
    L[:] = np.linspace(0, 100, L.shape[1])
    return L


def plain(L: Plane) -> Plane:
    return L


def even(L: Plane) -> Plane:
    L[:] = 50
    return L


@pytest.mark.parametrize("change", [night, snow, studio, bars, corners, gradient, plain, even])
def test_a_photo_without_a_border_keeps_all_of_itself(change: Any) -> None:
    assert find_border(np.ascontiguousarray(change(scene()))) is None


@pytest.mark.parametrize("shape", [(1, 1), (20, 30), (47, 300), (48, 48), (64, 1024), (900, 50)])
def test_no_shape_is_too_odd(shape: tuple[int, int], rng: np.random.Generator) -> None:
    for L in (np.full(shape, 50.0), rng.uniform(0, 100, shape)):
        assert find_border(L.astype(np.float32)) is None


def test_the_print_in_an_album_is_found_with_its_own_border() -> None:
    page = in_paper(in_paper(scene(), 15), 30, 30)
    border = find_border(page)
    assert border is not None
    wanted = (45 / 290, 45 / 240, 245 / 290, 195 / 240)
    assert border.box == pytest.approx(wanted, abs=0.006)


def colorize(L: Plane, network: FakeNetwork, **options: Any) -> pipeline.Result:
    return pipeline.colorize(png_of(L), network, Options(**options), Limits())


def chroma(result: pipeline.Result) -> Plane:
    lab = cv2.cvtColor(np.asarray(Image.open(result.file).convert("RGB")), cv2.COLOR_RGB2Lab)
    return np.asarray(np.linalg.norm(lab[..., 1:].astype(float) - 128, axis=2), np.float32)


@pytest.mark.parametrize("vivid", [(20, 40), None])
def test_the_border_stays_grey_up_to_its_edge_and_the_picture_gets_its_colours(vivid: Any) -> None:
    network = FakeNetwork(vivid=vivid)
    result = colorize(in_paper(scene()), network)
    found = chroma(result)
    edge = np.ones_like(found, bool)
    edge[18:-18, 18:-18] = False
    assert found[edge].mean() < 1
    assert found[23:-23, 23:-23].mean() > 15
    assert result.noticed.border == pytest.approx((1 / 12, 20 / 190, 11 / 12, 170 / 190), abs=0.01)
    assert not result.ab[:18].any()
    assert result.ab_step is None or not result.ab_step[:18].any()


def test_the_network_sees_the_picture_alone() -> None:
    shapes = []
    for L in (scene(height=100, width=300), in_paper(scene(height=100, width=300), 40)):
        network = FakeNetwork()
        colorize(L, network)
        shapes += network.shapes
    assert shapes[0] == shapes[1]


class Unsure(FakeNetwork):
    """Sure at the top left, unsure elsewhere."""

    def predict(self, L: Plane) -> Prediction:
        prediction = super().predict(L)
        assert prediction.confidence is not None
        prediction.confidence[:] = 0.2
        prediction.confidence[:8, :8] = 0.6
        return prediction


def test_the_border_has_no_confidence() -> None:
    result = colorize(in_paper(scene()), Unsure())
    assert result.confidence_map is not None
    assert np.isnan(result.confidence_map[:18]).all()
    assert result.confidence == round(100 * np.nanmean(result.confidence_map))
    drawn = layers.confidence_png(result)
    assert drawn is not None
    png = Image.open(io.BytesIO(drawn))
    assert png.mode == "LA" and png.size == (240, 190)
    assert png.getpixel((5, 5)) == (0, 0)
    assert png.getpixel((30, 30)) == (round(0.6 * 255), 255)
    assert png.getpixel((200, 150)) == (round(0.2 * 255), 255)


def test_all_of_the_photo_is_coloured_where_that_is_wanted() -> None:
    result = colorize(in_paper(scene()), FakeNetwork(), borders=False)
    assert result.noticed.border is None
    assert chroma(result)[:10].mean() > 3
    assert result.confidence_map is not None and not np.isnan(result.confidence_map).any()


def test_the_page_offers_to_colour_the_border_too() -> None:
    noticed = Noticed(border=(0.1, 0.1, 0.9, 0.9))
    (offer,) = offers(noticed, Options())
    assert offer.changes == {"borders": False}
    assert not offers(Noticed(), Options())


@pytest.mark.django_db
def test_a_program_is_told_of_the_border(client: Client, network: FakeNetwork) -> None:
    def ask(**options: Any) -> Any:
        upload = io.BytesIO(png_of(in_paper(scene())))
        upload.name = "a.png"
        return client.post("/colorize", {"image": upload, **options}).json()

    told = ask(layers="true")
    assert told["noticed"]["border"] == pytest.approx([1 / 12, 0.105, 11 / 12, 0.895], abs=0.01)
    assert Image.open(io.BytesIO(base64.b64decode(told["confidence_map"]))).mode == "LA"
    assert told["borders"] is True and told["offers"][0]["changes"] == {"borders": False}
    assert ask(borders="false")["noticed"]["border"] is None


def test_frames_are_the_same_for_the_same_seed_and_leave_the_picture_in_its_place() -> None:
    L = scene()
    one, other = framed(L, 13), framed(L, 13)
    assert np.array_equal(one.L, other.L) and not np.array_equal(one.L.shape, framed(L, 23).L.shape)
    for seed in range(len(KINDS)):
        copy = framed(L, seed)
        inner = np.abs(copy.inside(copy.L) - L)[copy.visible]
        # Turning a picture and back blurs its finest grain.
        assert np.median(inner) < 6
        assert 0.2 < copy.picture.mean() < 0.95

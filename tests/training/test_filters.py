"""Which photos teach colours, and why others are left out."""

import io
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from colorize.engine.planes import Pixels
from colorize.training.copies import Copies, hashes
from colorize.training.filters import Form, LeftOut, prepare, seen_as
from tests.photos import alike, colourful, save

FORM = Form(side=96, format="WEBP", quality=80)


def in_tones(L: Pixels, chroma: float, hue: float) -> Image.Image:
    """A print in one hue: most colour in the middle greys, more to the left, and some noise."""
    light = 12 + 0.8 * L.astype(np.float32) / 2.55
    width = L.shape[1]
    strength = chroma * np.sin(np.pi * light / 100) * np.linspace(1.2, 0.8, width, dtype=np.float32)
    a, b = strength * np.cos(np.radians(hue)), strength * np.sin(np.radians(hue))
    rgb = cv2.cvtColor(np.dstack([light, a, b]).astype(np.float32), cv2.COLOR_Lab2RGB)
    noisy = 255 * rgb + np.random.default_rng(1).normal(0, 2, rgb.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def on(ground: tuple[int, int, int]) -> Image.Image:
    """Something in colours on a ground that takes most of the picture."""
    image = Image.new("RGB", (200, 150), ground)
    image.paste(colourful(1, 70, 100), (30, 30))
    return image


GREYS = np.asarray(colourful(1).convert("L"))
LEFT_OUT = {
    "grey": colourful(1).convert("L"),
    "sepia": in_tones(GREYS, 20, 70),
    "pale sepia": in_tones(GREYS, 11, 80),
    "one tone": ImageOps.colorize(colourful(1).convert("L"), (0, 0, 12), (235, 235, 255)),
    "white ground": on((255, 255, 255)),
    "plain ground": on((40, 120, 60)),
    "blurred": colourful(1).filter(ImageFilter.GaussianBlur(4)),
    "too small": colourful(1, 100, 180),
    "narrow": colourful(1, 120, 400),
}
REASONS = {"sepia": "toned", "pale sepia": "toned", "one tone": "toned"}


def reason(data: bytes, least: int = 112, trim: float = 0) -> str | None:
    """Why it is left out."""
    try:
        prepare(data, least, trim, FORM)
    except LeftOut as problem:
        return str(problem)
    return None


@pytest.mark.parametrize("kind", LEFT_OUT)
@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_a_photo_that_teaches_no_colours_is_left_out(kind: str, format_: str) -> None:
    assert reason(save(LEFT_OUT[kind], format_)) == REASONS.get(kind, kind)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"version https://git-lfs.github.com/spec/v1",
        save(colourful(1), "GIF"),
        save(colourful(1), "JPEG")[:2000],
        save(colourful(1))[:2000],
    ],
    ids=["empty", "pointer", "another format", "cut JPEG", "cut PNG"],
)
def test_a_file_that_is_no_photo_is_left_out(data: bytes) -> None:
    assert reason(data) == "no photo"


def test_a_photo_of_far_too_many_pixels_is_left_out_before_it_is_decoded() -> None:
    header = bytearray(save(Image.new("RGB", (200, 200))))
    header[16:24] = (20_000).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")
    assert reason(bytes(header)) == "too large"


def kept(image: Image.Image, trim: float = 0, form: Form = FORM, **options: object) -> Image.Image:
    ready = prepare(save(image, "JPEG", quality=95, **options), 64, trim, form)
    return Image.open(io.BytesIO(ready.file))


def test_a_photo_is_kept_at_its_size_or_smaller() -> None:
    assert kept(colourful(1)).size == (128, 96)
    assert kept(colourful(1, 70, 100)).size == (100, 70)
    large = kept(colourful(1).resize((2000, 1500), Image.Resampling.NEAREST))
    assert large.format == "WEBP" and large.size == (128, 96)
    jpeg = kept(colourful(1), form=Form(96, "JPEG", 90))
    assert jpeg.format == "JPEG" and alike(jpeg, colourful(1))


def test_a_photo_is_kept_upright_and_without_its_frame() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert alike(kept(colourful(1), exif=exif), colourful(1).transpose(Image.Transpose.ROTATE_270))
    framed = ImageOps.expand(colourful(1), 10, "black")
    assert alike(kept(framed, trim=0.06), colourful(1)) and not alike(kept(framed), colourful(1))
    assert reason(save(framed), trim=0.2) == "too small"


def test_a_warm_room_with_more_than_one_hue_is_no_sepia_print() -> None:
    room = np.asarray(in_tones(GREYS, 20, 70)).copy()
    room[20:70, 20:60] = np.asarray(in_tones(GREYS, 25, 20))[20:70, 20:60]
    room[90:140, 120:180] = np.asarray(in_tones(GREYS, 25, 130))[90:140, 120:180]
    assert reason(save(Image.fromarray(room))) is None


@pytest.mark.parametrize(
    "changed",
    [
        lambda image: image,
        lambda image: image.resize((120, 90)),
        lambda image: ImageOps.mirror(image),
        lambda image: Image.open(io.BytesIO(save(image, "JPEG", quality=30))),
        lambda image: image.point(lambda value: value * 3 // 4),
    ],
    ids=["same", "smaller", "mirrored", "poor", "darker"],
)
def test_a_copy_is_known_and_other_photos_are_not(
    changed: Callable[[Image.Image], Image.Image],
) -> None:
    copies = Copies()
    copies.add(seen_as(save(colourful(1))))
    assert copies.has(hashes(np.asarray(changed(colourful(1)))))
    assert not any(copies.has(hashes(np.asarray(colourful(n)))) for n in range(2, 60))

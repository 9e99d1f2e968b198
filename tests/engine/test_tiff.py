"""TIFFs as scanners, archives and fax machines write them."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from colorize.engine.concurrency import pixel_count
from colorize.engine.errors import BadOption, Damaged, TooManyPixels, WrongType
from colorize.engine.photo import read_file, read_photo
from colorize.engine.thumbnails import thumbnails
from colorize.engine.tiff.directory import directories
from tests.engine.test_formats import swapped_profile
from tests.engine.tiffs import tiff
from tests.photos import GREYS, colourful, lightness_of, opened, photo, save, stripes

GREY = Image.fromarray(stripes())
DEEP = stripes().astype(np.uint16) * 257
RGB16 = np.dstack([DEEP] * 3)
RAMP = np.linspace(0, 65535, 64 * 96).astype(np.uint16).reshape(64, 96)


def see_through(premultiplied: bool) -> bytes:
    """Bands of black whose transparency on white makes them GREYS."""
    samples = np.dstack([np.zeros((64, 96, 3), np.uint8), 255 - stripes()])
    return tiff(samples, tags={338: (1 if premultiplied else 2,)})


PACKED = {
    f"{mode} {how}": save(GREY.convert(mode), "TIFF", compression=how)
    for mode in ("L", "RGB", "CMYK", "P")
    for how in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
}
SAME_GREYS = PACKED | {
    "grey JPEG": save(GREY, "TIFF", compression="jpeg"),
    "colour JPEG": save(GREY.convert("RGB"), "TIFF", compression="jpeg"),
    "16 bits, LZW": save(Image.fromarray(DEEP), "TIFF", compression="tiff_lzw"),
    "16 bits": tiff(DEEP),
    "16 bits of a Mac": tiff(DEEP, order=">"),
    "16-bit colours": tiff(RGB16),
    "16-bit colours of a Mac, with differences": tiff(
        RGB16, order=">", deflate=True, predictor=True
    ),
    "strips": tiff(RGB16, rows=7, deflate=True),
    "tiles": tiff(DEEP, tile=(32, 64)),
    "deflated tiles": tiff(np.dstack([stripes()] * 3), tile=(48, 32), deflate=True, predictor=True),
    "large": tiff(DEEP, big=True),
    "large, of a Mac": tiff(RGB16, big=True, order=">", tile=(16, 16)),
    "planes": tiff(np.dstack([stripes()] * 3), planar=True, rows=10),
    "planes of 16 bits, deflated": tiff(RGB16, planar=True, deflate=True, tile=(32, 32)),
    "white is zero": tiff(255 - stripes(), tags={262: (0,)}),
    "white is zero, 16 bits": tiff(65535 - DEEP, tags={262: (0,)}),
    "transparent": see_through(False),
    "transparent, premultiplied": see_through(True),
    "another channel": tiff(np.dstack([stripes()] * 3 + [stripes() * 0]), tags={338: (0,)}),
}


def bands_of(L: np.ndarray) -> np.ndarray:
    return L[32, [16, 48, 80]]


@pytest.mark.parametrize("kind", SAME_GREYS)
def test_all_common_kinds_show_the_same(kind: str) -> None:
    L = read_photo(SAME_GREYS[kind]).L
    assert L.shape == (64, 96)
    expected = [float(lightness_of([grey] * 3)) for grey in GREYS]
    assert np.abs(bands_of(L) - expected).max() < (1.2 if "P " in kind else 0.4)


@pytest.mark.parametrize("kind", SAME_GREYS)
def test_thumbnails_are_made_of_all(kind: str) -> None:
    small = np.asarray(opened(thumbnails(SAME_GREYS[kind], [48])[0]).convert("L"), int)
    assert np.abs(small[16, [8, 24, 40]] - GREYS).max() < 6


@pytest.mark.parametrize("how", ["group3", "group4", "tiff_ccitt", "raw", "packbits"])
def test_a_fax_is_black_and_white(how: str) -> None:
    fax = save(Image.fromarray(stripes() > 100), "TIFF", compression=how)
    assert bands_of(read_photo(fax).L).tolist() == [0, 100, 100]


@pytest.mark.parametrize("samples", [RAMP, np.dstack([RAMP] * 3)])
@pytest.mark.parametrize("how", [{}, {"deflate": True, "predictor": True}, {"order": ">"}])
def test_all_shades_of_sixteen_bits_are_kept(samples: np.ndarray, how: dict[str, Any]) -> None:
    L = read_photo(tiff(samples, **how)).L
    assert len(np.unique(L)) > 0.98 * RAMP.size
    assert np.abs(L - lightness_of(np.dstack([RAMP / 257] * 3))).max() < 0.01


def test_deep_colours_have_their_own_lightness() -> None:
    colours = np.asarray(colourful(1, 64, 96))
    deep = tiff(colours.astype(np.uint16) * 257)
    assert np.abs(read_photo(deep).L - lightness_of(colours)).max() < 0.01


@pytest.mark.parametrize("step", [1, 257])
def test_a_profile_counts_for_deep_colours_as_for_others(step: int) -> None:
    """With red and blue exchanged, pure red has the lightness of blue."""
    red = np.zeros((64, 64, 3), np.uint8 if step == 1 else np.uint16)
    red[..., 0] = 255 * step
    profile = {34675: tuple(swapped_profile())}
    data = save(Image.fromarray(red), "TIFF", icc_profile=swapped_profile()) if step == 1 else None
    L = read_photo(data or with_profile(tiff(red), profile[34675])).L
    assert np.abs(L - lightness_of((0, 0, 255))).max() < 1


def with_profile(data: bytes, profile: tuple[int, ...]) -> bytes:
    """The TIFF with the values of a further tag, of bytes, at its end."""
    head, count = (
        data[:4],
        int.from_bytes(data[int.from_bytes(data[4:8], "little") :][:2], "little"),
    )
    first = int.from_bytes(data[4:8], "little")
    entries = data[first + 2 : first + 2 + 12 * count]
    place = len(data) + 2 + 12 * (count + 1) + 4
    tag = b"\x73\x87\x07\0" + len(profile).to_bytes(4, "little") + place.to_bytes(4, "little")
    directory = (count + 1).to_bytes(2, "little") + entries + tag + bytes(4)
    return head + len(data).to_bytes(4, "little") + data[8:] + directory + bytes(profile)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(orientation: int) -> None:
    pixels = np.full((48, 96), 220, np.uint8)
    pixels[:16, :32] = 40
    L = read_photo(tiff(pixels, tags={274: (orientation,)})).L
    assert L.shape == ((48, 96) if orientation <= 4 else (96, 48))
    corners = {"tl": L[0, 0], "tr": L[0, -1], "bl": L[-1, 0], "br": L[-1, -1]}
    dark = {1: "tl", 2: "tr", 3: "br", 4: "bl", 5: "tl", 6: "tr", 7: "br", 8: "bl"}
    assert min(corners, key=lambda name: corners[name]) == dark[orientation]


def test_what_it_says_of_itself_is_read() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[315], tags[33432], tags[306] = "Ada", "© Archive", "1932:05:01 12:00:00"
    said = read_photo(save(GREY, "TIFF", tiffinfo=tags, compression="tiff_lzw")).metadata
    assert (said.artist, said.digitized) == ("Ada", "1932-05-01T12:00:00")
    assert said.copyright


def pages(*images: Image.Image) -> bytes:
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def test_of_several_pages_the_first_is_read_or_the_one_that_is_asked_for() -> None:
    data = pages(*(Image.new("L", (64, 32 + n), 100 * n) for n in range(3)))
    assert (read_photo(data).height, read_photo(data).pages) == (32, 3)
    assert [read_photo(data, page=n).height for n in (1, 2, 3)] == [32, 33, 34]
    assert pixel_count(data, 3) == 64 * 34
    with pytest.raises(BadOption, match="this file has 3 pages"):
        read_photo(data, page=4)
    with pytest.raises(BadOption, match="this file has one page"):
        read_photo(photo("JPEG"), page=2)


def raw() -> bytes:
    """As cameras write it: a small picture, and what the sensor saw in a directory below."""
    return tiff(stripes(), tags={262: (32803,)})


REFUSED = {
    "floating-point values": tiff(DEEP, tags={339: (3,)}),
    "signed values": tiff(DEEP, tags={339: (2,)}),
    "32 bits": tiff(stripes(), tags={258: (32,)}),
    "an unusual compression": tiff(stripes(), tags={259: (50000,)}),
    "an unusual kind of colours": tiff(RGB16, tags={262: (8,)}),
    "a camera’s raw file": raw(),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_not_read_is_refused_in_words(words: str) -> None:
    with pytest.raises(WrongType) as refused:
        read_photo(REFUSED[words])
    assert words in refused.value.message and "Save a copy as" in refused.value.message


def test_a_size_that_is_too_large_is_refused_before_decoding() -> None:
    with pytest.raises(TooManyPixels):
        read_photo(tiff(stripes(), tags={256: (60000,), 257: (60000,)}))


BROKEN = {
    "cut": tiff(RGB16)[:-300],
    "without its pixels": tiff(stripes(), tags={273: (1 << 30,)}),
    "of no size": tiff(stripes(), tags={256: (0,)}),
    "of tiny tiles": tiff(stripes(), tile=(16, 16), tags={322: (1,), 323: (1,)}),
    "of fewer rows than it says": tiff(stripes(), deflate=True, tags={257: (80,), 278: (80,)}),
    "of overlapping strips": tiff(
        np.zeros((5000, 16), np.uint8),
        rows=1,
        tags={273: (8,) * 5000, 279: (80_000,) * 5000, 259: (5,)},
    ),
    "of no palette": tiff(stripes(), tags={262: (3,)}),
    "with a directory that leads nowhere": b"II*\0\xff\xff\xff\x7f" + bytes(64),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_one_is_damaged(name: str) -> None:
    with pytest.raises(Damaged):
        read_photo(BROKEN[name])


@pytest.mark.parametrize("how", ["jpeg", "group4"])
def test_what_the_decoder_would_make_up_is_damaged(how: str) -> None:
    """A strip that the file says is longer than the file."""
    image = colourful(1).convert("1" if how == "group4" else "L")
    data = bytearray(save(image, "TIFF", compression=how, tiffinfo={278: 150}))
    entry = data.index(struct.pack("<HHI", 279, 4, 1)) + 8
    data[entry : entry + 4] = struct.pack("<I", 10 * len(data))
    with pytest.raises(Damaged):
        read_photo(bytes(data))


def test_a_few_missing_rows_at_the_end_do_no_harm() -> None:
    pixels = np.full((200, 64), 128, np.uint8)
    data = tiff(pixels, tags={257: (203,), 278: (203,)}, deflate=True)
    L = read_photo(data).L
    assert L.shape == (203, 64) and L[:200].std() < 1e-3


def test_a_directory_that_points_to_itself_has_one_page() -> None:
    data = bytearray(tiff(stripes()))
    first = int.from_bytes(data[4:8], "little")
    end = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    data[end : end + 4] = first.to_bytes(4, "little")
    assert read_photo(bytes(data)).pages == 1


def test_directories_that_overlap_take_no_time() -> None:
    """Each of ten thousand says that it has 65,535 tags, the same bytes as the one before."""
    tags, start = 65535 * 12 + 2, 8
    data = bytearray(b"\xff" * (start + tags + 4 * 10_000 + 4))
    data[:8] = b"II*\0" + struct.pack("<I", start)
    for n in range(10_000):
        struct.pack_into("<I", data, start + 4 * n + tags, start + 4 * (n + 1))
    assert sum(each.read for each in directories(bytes(data), 10_000)) < 300_000


def test_a_next_page_beyond_any_file_does_no_harm() -> None:
    """BigTIFF has room for places that no machine can count to."""
    data = bytearray(tiff(stripes(), big=True))
    first = int.from_bytes(data[8:16], "little")
    end = first + 8 + 20 * int.from_bytes(data[first : first + 8], "little")
    data[end : end + 8] = b"\xff" * 8
    assert read_photo(bytes(data)).pages == 1


LARGE_TILES: dict[str, dict[int, tuple[int, ...]]] = {
    "inflated": {322: (1 << 31,), 323: (16,)},
    "in a narrow page": {322: (1 << 16,), 323: (40_000,)},
    "high, packed": {322: (16,), 323: (1 << 30,), 259: (32773,)},
}


@pytest.mark.parametrize("name", LARGE_TILES)
def test_tiles_far_larger_than_their_page_are_damaged(name: str) -> None:
    """One row of such a tile could inflate to gigabytes."""
    data = tiff(stripes(), tile=(64, 96), deflate=True, tags=LARGE_TILES[name])
    with pytest.raises(Damaged):
        read_file(data).open()


def test_too_many_channels_for_the_size_are_refused() -> None:
    data = tiff(DEEP, tags={256: (10_000,), 257: (9_000,), 277: (99,), 258: (16,) * 99})
    with pytest.raises(WrongType, match="99 channels"):
        read_photo(data)


def test_metadata_that_point_to_the_same_bytes_again_are_bounded() -> None:
    data = bytearray(tiff(stripes(), tags=dict.fromkeys((270, 305, 315, 700), (1, 2))))
    first = int.from_bytes(data[4:8], "little")
    for n in range(int.from_bytes(data[first : first + 2], "little")):
        entry = first + 2 + 12 * n
        if struct.unpack_from("<H", data, entry)[0] in (270, 305, 315, 700):
            struct.pack_into("<HII", data, entry + 2, 1, 7_000_000, 8)
    data += bytes(7_000_000)
    with read_file(bytes(data)).open() as image:
        assert len(image.info["exif"]) < 17_000_000

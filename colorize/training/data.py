"""Colour photos in tar shards -> batches of grey L and ab at a quarter or an eighth of its size."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import IterableDataset

from colorize.engine.errors import Damaged
from colorize.engine.photo import guarded
from colorize.engine.planes import Pixels
from colorize.training.augment import CLEAN_SHARE, SHARP_SHARE, crop, film, lab_of, sharpened
from colorize.training.errors import TrainingError
from colorize.training.shards import Files, Member, index

# One photo in so many is held out for measuring, by the hash of its name: the same in every run. Of
# a source of aligned faces more, for the error by skin tone needs hundreds.
HELD_OUT = 50
HELD_OUT_OF = {"utkface": 8}
# Sources that are held out whole, for what a network is worth on photos of other people and places:
# general, weddings, rooms, streets, animals, food, mountains, newspapers of a hundred years.
OUTSIDERS = {
    "emod",
    "wedding_tyny",
    "ikea_rooms",
    "streets_bj",
    "monkeys",
    "food_small",
    "huts",
    "when_was",
}
# Height and width of the crops of a batch, one chosen a batch, in the end up to what the product
# shows the network: scenes must not look larger there than ever in training. Batches of larger
# crops have fewer of them, `BATCH_SIDE` squared times the batch in pixels.
SIZES = [
    (96, 128),
    (128, 128),
    (128, 160),
    (160, 160),
    (160, 192),
    (192, 192),
    (192, 224),
    (224, 256),
]
# A photo is enlarged by so much at most.
ENLARGED = 1.8
BATCH_SIDE = 160
# Larger crops of photos of 144 pixels are enlarged, and softer than what people send.
SOFT_FROM = 160
# Sources of one kind of thing: half as often as their number would have them.
NARROW = {
    "camvid",
    "car_bike",
    "cars196",
    "celeba_hq",
    "clothing",
    "clothing_full",
    "faces_cd",
    "fairface",
    "fashion_ccp",
    "frasier",
    "grocery",
    "houses",
    "lfw",
    "lsp_people",
    "picsart",
    "shoes_walk",
    "utkface",
    "wild_faces",
}
# A mean chroma below this, in Lab units, is a photo without colours or a drawing.
LEAST_CHROMA = 4.0
# How many photos without colours in a row mean that there are none with.
TRIES = 1000


def is_learned(member: Member) -> bool:
    return not is_held_out(member.name)


def is_held_out(name: str) -> bool:
    source = name.split("/")[0]
    return source in OUTSIDERS or hashed(name) % HELD_OUT_OF.get(source, HELD_OUT) == 0


def is_fair_sample(name: str) -> bool:
    """Of the held-out photos about one in HELD_OUT of every source, and all of the outsiders. The
    confidence is fitted on these: faces are easy, and a third of them would raise the score of
    everything else."""
    source = name.split("/")[0]
    one_in = HELD_OUT_OF.get(source, HELD_OUT)
    return source in OUTSIDERS or hashed(name) % (one_in * round(HELD_OUT / one_in)) == 0


def hashed(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def decode(file: bytes, name: str = "A photo") -> Pixels:
    """Raises TrainingError."""
    try:
        return guarded(lambda: np.asarray(Image.open(io.BytesIO(file)).convert("RGB")))
    except Damaged as problem:
        raise TrainingError(f"{name} cannot be read as a photo: take it out") from problem


def teaches(rgb: Pixels, size: tuple[int, int]) -> bool:
    """Whether it has colours, and is large enough for a crop of this size."""
    if min(rgb.shape[:2]) * ENLARGED < min(size):
        return False
    few = np.ascontiguousarray(rgb[:: rgb.shape[0] // 16, :: rgb.shape[1] // 16])
    chroma = np.linalg.norm(lab_of(few)[..., 1:], axis=2)
    return float(chroma.mean()) >= LEAST_CHROMA


def chances(sources: list[str]) -> NDArray[np.float64]:
    """How often each photo is drawn, by the name of its source: a source as a whole by the root of
    its number of photos, so that none takes over; narrow ones half as often."""
    count = Counter(sources)
    weight = np.array([count[source] ** -0.5 / (1 + (source in NARROW)) for source in sources])
    return shares(weight)


def by_chance(sums: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Numbers by their chances, given as running sums."""
    return np.searchsorted(sums, rng.random(count) * sums[-1], side="right")


def shares(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    return weight / weight.sum()


class Photos(IterableDataset[tuple[Tensor, ...]]):
    """Endless batches: L (n, 1, h, w) and ab (n, 2, h/stride, w/stride). Each worker draws its own.

    `batch`: how many crops of `BATCH_SIDE` squared there would be in one; `side`: of the largest
    crops. Raises OSError, and TrainingError where a shard or a photo cannot be read, or where there
    are none with colours.
    """

    def __init__(
        self, shards: list[Path], batch: int, seed: int, side: int = 256, stride: int = 4
    ) -> None:
        self.files = Files([member for member in index(shards) if is_learned(member)])
        if not len(self.files):
            raise TrainingError("There are no photos to learn from in these shards")
        self.sources = [member.source for member in self.files.members]
        self.chances = chances(self.sources)
        self.sums = self.chances.cumsum()
        self.sizes = [size for size in SIZES if max(size) <= side] or SIZES[:1]
        self.batch, self.seed, self.stride = batch, seed, stride

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        cv2.setNumThreads(1)
        while True:
            size = self.sizes[rng.integers(len(self.sizes))]
            if rng.random() < 0.5:
                size = size[::-1]
            count = max(1, round(self.batch * BATCH_SIDE**2 / (size[0] * size[1])))
            drawn = [self.one(int(n), size, rng) for n in self.draw(count, rng)]
            pairs = [example(rgb, size, self.stride, rng) for _, rgb in drawn]
            L, ab = (torch.stack(planes) for planes in zip(*pairs, strict=True))
            yield L, ab, *self.more(np.array([n for n, _ in drawn]))

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        return by_chance(self.sums, count, rng)

    def one(self, n: int, size: tuple[int, int], rng: np.random.Generator) -> tuple[int, Pixels]:
        """This photo, or another where it teaches nothing."""
        for _ in range(TRIES):
            rgb = decode(self.files[n], self.files.members[n].name)
            if teaches(rgb, size):
                return n, rgb
            n = int(self.draw(1, rng)[0])
        raise TrainingError("There are no colour photos to learn from in these shards")

    def more(self, picks: NDArray[np.int64]) -> tuple[Tensor, ...]:
        """What else a batch of these photos tells."""
        return ()


def example(
    rgb: Pixels, size: tuple[int, int], stride: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """L (1, h, w), clean or film-like, and the true ab (2, h/stride, w/stride)."""
    part = crop(rgb, size, rng)
    lab = lab_of(part)
    L = lab[..., 0] if rng.random() < CLEAN_SHARE else film(part, rng)
    if max(size) > SOFT_FROM and rng.random() < SHARP_SHARE:
        L = sharpened(L, rng)
    few = (size[1] // stride, size[0] // stride)
    ab = cv2.resize(lab[..., 1:], few, interpolation=cv2.INTER_AREA)
    return torch.from_numpy(L.copy())[None], torch.from_numpy(ab).permute(2, 0, 1)

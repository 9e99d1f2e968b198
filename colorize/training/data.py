"""Colour photos in tar shards -> batches of L, and of ab at a quarter or an eighth of its size."""

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

# One photo in this many is held out for measuring, chosen by the hash of its name, so it is the
# same in every run. More of a source of aligned faces: errors by skin tone need hundreds.
HELD_OUT = 50
HELD_OUT_OF = {"utkface": 8}
# Sources that are held out completely, to measure photos of other people and places: general,
# weddings, rooms, streets, animals, food, mountains, a hundred years of newspapers.
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
# Sizes of crops; each batch uses one. The largest match what the site shows the network, because
# scenes must not look larger there than in training. Batches of larger crops have fewer of them:
# `BATCH_SIDE` squared times the batch size, in pixels.
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
# The largest enlargement of a photo.
ENLARGED = 1.8
BATCH_SIDE = 160
# Larger crops of photos with 144 pixels are enlarged, and softer than people's photos.
SOFT_FROM = 160
# Sources with one kind of subject are drawn half as often as their size suggests.
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
# Below this mean chroma, in Lab units, a photo has no colours or is a drawing.
LEAST_CHROMA = 4.0
# After this many photos without colours in a row, we assume that there are none with colours.
TRIES = 1000


def is_learned(member: Member) -> bool:
    return not is_held_out(member.name)


def is_held_out(name: str) -> bool:
    source = name.split("/")[0]
    return source in OUTSIDERS or hashed(name) % HELD_OUT_OF.get(source, HELD_OUT) == 0


def is_fair_sample(name: str) -> bool:
    """Whether a held-out photo is in the sample for the confidence: about one in HELD_OUT of each
    source, and all outsiders. With more faces, which are easy, the confidence would be too high for
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
    """Whether a photo has colours and is large enough for a crop of this size."""
    if min(rgb.shape[:2]) * ENLARGED < min(size):
        return False
    few = np.ascontiguousarray(rgb[:: rgb.shape[0] // 16, :: rgb.shape[1] // 16])
    chroma = np.linalg.norm(lab_of(few)[..., 1:], axis=2)
    return float(chroma.mean()) >= LEAST_CHROMA


def chances(sources: list[str]) -> NDArray[np.float64]:
    """The probability of each photo, by the name of its source. A source counts with the square
    root of its number of photos, so that none dominates; narrow ones count half."""
    count = Counter(sources)
    weight = np.array([count[source] ** -0.5 / (1 + (source in NARROW)) for source in sources])
    return shares(weight)


def by_chance(sums: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Random indices with the given probabilities (cumulative)."""
    return np.searchsorted(sums, rng.random(count) * sums[-1], side="right")


def shares(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    return weight / weight.sum()


class Photos(IterableDataset[tuple[Tensor, ...]]):
    """Endless batches of L (n, 1, h, w) and ab (n, 2, h/stride, w/stride); each worker has its own.

    `batch`: the number of crops at a size of `BATCH_SIDE` squared; `side`: of the largest crops.
    Raises OSError, or TrainingError if a shard or a photo cannot be read, or none has colours.
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
        """This photo, or another one if it teaches nothing."""
        for _ in range(TRIES):
            rgb = decode(self.files[n], self.files.members[n].name)
            if teaches(rgb, size):
                return n, rgb
            n = int(self.draw(1, rng)[0])
        raise TrainingError("There are no colour photos to learn from in these shards")

    def more(self, picks: NDArray[np.int64]) -> tuple[Tensor, ...]:
        """Further tensors for a batch of these photos."""
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

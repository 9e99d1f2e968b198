"""Colour photos in tar shards -> batches of grey L and ab at a quarter of its size."""

import hashlib
import io
import tarfile
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

from colorize.errors import Damaged
from colorize.photo import guarded
from colorize.planes import Pixels
from colorize.training.augment import CLEAN_SHARE, SHARP_SHARE, crop, film, lab_of, sharpened
from colorize.training.errors import TrainingError

# One photo in so many is held out for measuring, by the hash of its name: the same in every run. Of
# a source of aligned faces more, for the error by skin tone needs hundreds.
HELD_OUT = 50
HELD_OUT_OF = {"utkface": 8}
# Height and width of the crops of a batch, one chosen a batch, up to what the product shows the
# network: scenes must not look larger there than ever in training. Batches of larger crops have
# fewer of them, `BATCH_SIDE` squared times the batch in pixels.
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
BATCH_SIDE = 160
# Larger crops of photos of 144 pixels are enlarged, and softer than what people send.
SOFT_FROM = 160
# Sources of one kind of thing: half as often as their number would have them.
NARROW = {
    "camvid",
    "car_bike",
    "clothing",
    "faces_cd",
    "fashion_ccp",
    "grocery",
    "houses",
    "lsp_people",
    "utkface",
}
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
# A mean chroma below this, in Lab units, is a photo without colours or a drawing.
LEAST_CHROMA = 4.0
LEAST_SIDE = 32


def members(shards: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and file of every photo in the shards. Raises OSError and TrainingError."""
    for shard in shards:
        try:
            with tarfile.open(shard, "r:") as tar:
                for member in tar:
                    photo = Path(member.name).suffix.lower() in SUFFIXES
                    if photo and (file := tar.extractfile(member)) is not None:
                        yield member.name.removeprefix("./"), file.read()
                check_end(tar)
        except tarfile.TarError as problem:
            raise TrainingError(f"{shard} is no tar, or not whole") from problem


def check_end(tar: tarfile.TarFile) -> None:
    """Raises TarError where reading ended at something else than the end, a block of zeros: a
    header in the middle that is damaged ends it without a word."""
    assert tar.fileobj is not None  # noqa: S101
    tar.fileobj.seek(tar.offset)
    if tar.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("no end")


def is_held_out(name: str) -> bool:
    one_in = HELD_OUT_OF.get(name.split("/")[0], HELD_OUT)
    return hashed(name) % one_in == 0


def is_fair_sample(name: str) -> bool:
    """Of the held-out photos about one in HELD_OUT of every source. The confidence is fitted on
    these: faces are easy, and a third of them would raise the score of everything else."""
    one_in = HELD_OUT_OF.get(name.split("/")[0], HELD_OUT)
    return hashed(name) % (one_in * round(HELD_OUT / one_in)) == 0


def hashed(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def decode(file: bytes, name: str = "A photo") -> Pixels:
    """Raises TrainingError."""
    try:
        return guarded(lambda: np.asarray(Image.open(io.BytesIO(file)).convert("RGB")))
    except Damaged as problem:
        raise TrainingError(f"{name} cannot be read as a photo: take it out") from problem


def teaches(file: bytes, name: str) -> bool:
    """Whether it has colours, and is no speck. Raises TrainingError."""
    rgb = decode(file, name)
    if min(rgb.shape[:2]) < LEAST_SIDE:
        return False
    small = cv2.resize(rgb, (32, 32), interpolation=cv2.INTER_AREA)
    chroma = np.linalg.norm(lab_of(np.asarray(small, np.uint8))[..., 1:], axis=2)
    return float(chroma.mean()) >= LEAST_CHROMA


def chances(sources: list[str]) -> NDArray[np.float64]:
    """How often each photo is drawn, by the name of its source: a source as a whole by the root of
    its number of photos, so that none takes over; narrow ones half as often."""
    count = Counter(sources)
    weight = np.array([count[source] ** -0.5 / (1 + (source in NARROW)) for source in sources])
    return shares(weight)


def shares(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    return weight / weight.sum()


class Photos(IterableDataset[tuple[Tensor, ...]]):
    """Endless batches: L (n, 1, h, w) and ab (n, 2, h/4, w/4). Each worker draws its own.

    `batch`: how many crops of `BATCH_SIDE` squared there would be in one. Raises OSError, and
    TrainingError where a shard or a photo cannot be read, or where there are none.
    """

    def __init__(self, shards: list[Path], batch: int, seed: int) -> None:
        photos = [
            (name.split("/")[0], file)
            for name, file in members(shards)
            if not is_held_out(name) and teaches(file, name)
        ]
        if not photos:
            raise TrainingError("There are no colour photos to learn from in these shards")
        self.files = [file for _, file in photos]
        self.sources = [source for source, _ in photos]
        self.chances = chances(self.sources)
        self.batch, self.seed = batch, seed

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        cv2.setNumThreads(1)
        while True:
            size = SIZES[rng.integers(len(SIZES))]
            if rng.random() < 0.5:
                size = size[::-1]
            count = max(1, round(self.batch * BATCH_SIDE**2 / (size[0] * size[1])))
            picks = self.draw(count, rng)
            pairs = [example(decode(self.files[n]), size, rng) for n in picks]
            L, ab = (torch.stack(planes) for planes in zip(*pairs, strict=True))
            yield L, ab, *self.more(picks)

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        return rng.choice(len(self.files), count, p=self.chances)

    def more(self, picks: NDArray[np.int64]) -> tuple[Tensor, ...]:
        """What else a batch of these photos tells."""
        return ()


def example(rgb: Pixels, size: tuple[int, int], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """L (1, h, w), clean or film-like, and the true ab (2, h/4, w/4)."""
    part = crop(rgb, size, rng)
    lab = lab_of(part)
    L = lab[..., 0] if rng.random() < CLEAN_SHARE else film(part, rng)
    if max(size) > SOFT_FROM and rng.random() < SHARP_SHARE:
        L = sharpened(L, rng)
    ab = cv2.resize(lab[..., 1:], (size[1] // 4, size[0] // 4), interpolation=cv2.INTER_AREA)
    return torch.from_numpy(L.copy())[None], torch.from_numpy(ab).permute(2, 0, 1)

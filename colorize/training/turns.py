"""Fits the head that tells turned photos and negatives (upright.py), on photos turned and inverted
by us. The encoder stays as it is."""

from collections.abc import Callable, Iterable, Iterator
from itertools import filterfalse, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from tqdm import tqdm

from colorize.engine.planes import Pixels, Plane
from colorize.engine.predict import network_input
from colorize.engine.turned import CHANCE, SURE, certainty, together
from colorize.evaluation.metrics import SIDE
from colorize.training.augment import CLEAN_SHARE, crop, film, lab_of
from colorize.training.checkpoint import new_head
from colorize.training.data import chances, decode, is_learned
from colorize.training.errors import TrainingError
from colorize.training.network import ColorNet
from colorize.training.shards import Files, Member, index
from colorize.training.upright import TURNS, Upright, features

# Photos to learn from, each as a positive and a negative, and sizes of their crops.
PHOTOS = 5000
SIZES = [(192, 192), (192, 224), (160, 224), (224, 224), (192, 256)]
TOGETHER = 8
# The share of negatives that are inverted plainly; others have the tones of some film.
PLAIN_SHARE = 0.4
EPOCHS, BATCH, RATE, DECAY = 25, 128, 2e-3, 0.1
# Photos to set the scales by, and the share of upright positives that may be mistaken for turned
# ones, and again for negatives.
HELD = 400
MISTAKEN = 0.004
# The scales that are tried, largest first.
SCALES = np.geomspace(4, 0.02, 80)


class View(NamedTuple):
    """`L` (h, w) as it is shown; `turn`: quarter turns clockwise that make it upright."""

    L: Plane
    turn: int
    negative: bool


class Examples(NamedTuple):
    """The features of n views (n, features), and what is to be said of them (n,)."""

    features: Tensor
    turn: Tensor
    negative: Tensor


def learned(network: ColorNet, shards: list[Path], photos: int = PHOTOS) -> Upright:
    """The head, fitted on photos that training may see, with its scales set on photos held out.
    Raises OSError and TrainingError."""
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    there = list(index(shards))
    head = new_head(network)
    fit(head, examples(network, drawn(filter(is_learned, there), photos, rng), rng))
    head.eval()
    held = drawn(filterfalse(is_learned, there), HELD, rng)
    set_scales(head, logits_of(head, network, held))
    return head


def drawn(members: Iterable[Member], photos: int, rng: np.random.Generator) -> Iterator[Pixels]:
    files = Files(list(members))
    if not len(files):
        raise TrainingError("There are too few photos in these shards")
    chance = chances([member.source for member in files.members])
    picks = rng.choice(len(files), min(photos, len(files)), replace=False, p=chance)
    for n in tqdm(picks, disable=None):
        yield decode(files[int(n)], files.members[n].name)


def examples(network: ColorNet, photos: Iterable[Pixels], rng: np.random.Generator) -> Examples:
    found, rest = [], iter(photos)
    while few := list(islice(rest, TOGETHER)):
        height, width = SIZES[rng.integers(len(SIZES))]
        shown = [view for rgb in few for view in views(rgb, (height, width), rng)]
        for shape in {view.L.shape for view in shown}:
            found.append(seen(network, [view for view in shown if view.L.shape == shape]))
    return Examples(*(torch.cat(column) for column in zip(*found, strict=True)))


def views(rgb: Pixels, size: tuple[int, int], rng: np.random.Generator) -> Iterator[View]:
    """A crop, clean or film-like, as a positive and as a negative, each in some turn."""
    part = crop(rgb, size, rng)
    L = lab_of(part)[..., 0] if rng.random() < CLEAN_SHARE else film(part, rng)
    for negative in (False, True):
        turn = int(rng.integers(TURNS))
        shown = negative_of(L, rng) if negative else L
        yield View(turned_away(shown, turn), turn, negative)


def turned_away(L: Plane, turn: int) -> Plane:
    """Turned so that `turn` quarter turns clockwise make it upright."""
    return np.ascontiguousarray(np.rot90(L, turn))


def negative_of(L: Plane, rng: np.random.Generator) -> Plane:
    if rng.random() < PLAIN_SHARE:
        return 100 - L
    return np.asarray(100 * (1 - np.clip(L / 100, 0, 1)) ** rng.uniform(0.6, 1.6), np.float32)


def seen(network: ColorNet, shown: list[View]) -> Examples:
    """What the encoder sees in views of one shape."""
    L = torch.from_numpy(np.stack([view.L for view in shown]))[:, None]
    with torch.no_grad():
        taps = network.encode(L.contiguous(memory_format=torch.channels_last))
    return Examples(
        features(taps[2:]),
        torch.tensor([view.turn for view in shown]),
        torch.tensor([float(view.negative) for view in shown]),
    )


def fit(head: Upright, seen: Examples) -> None:
    """Learn from the examples, with features of mean 0 and variance 1."""
    mean, spread = seen.features.mean(0), seen.features.std(0).clamp(min=1e-3)
    known = (seen.features - mean) / spread
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    head.train()
    for _ in range(EPOCHS):
        for picks in torch.randperm(len(known)).split(BATCH):
            logits = head.logits(known[picks])
            loss = F.cross_entropy(logits[:, :TURNS], seen.turn[picks])
            loss = loss + F.binary_cross_entropy_with_logits(logits[:, TURNS], seen.negative[picks])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    with torch.no_grad():
        head.hidden.weight /= spread
        head.hidden.bias.sub_(head.hidden.weight @ mean)


def logits_of(head: Upright, network: ColorNet, photos: Iterable[Pixels]) -> Tensor:
    """(n, 5, 5): the logits of upright positives as they are, turned clockwise by 90, 180 and 270
    degrees, and inverted, at the size that the site shows the network."""
    found = []
    for rgb in photos:
        L = network_input(lab_of(rgb)[..., 0].copy(), SIDE)
        shown = [turned_away(L, -n) for n in range(TURNS)] + [100 - L]
        found.append(torch.cat([seen(network, [View(each, 0, False)]).features for each in shown]))
    with torch.no_grad():
        return torch.stack([head.logits(each) for each in found])


def set_scales(head: Upright, upright: Tensor) -> None:
    """Scale the logits so that only the share `MISTAKEN` of these upright positives, as
    `logits_of` gives them, would be noticed as turned, and as many as negatives."""
    turn = scale(upright[:, :TURNS, :TURNS], seems_turned)
    negative = scale(upright[:, [0, TURNS], TURNS], seems_negative)
    with torch.no_grad():
        for layer in (head.out.weight, head.out.bias):
            layer[:TURNS] *= turn
            layer[TURNS:] *= negative
    print(f"logits of turns scaled by {turn:.2f}, of negatives by {negative:.2f}")


def scale(logits: Tensor, mistaken: Callable[[Tensor], bool]) -> float:
    """The largest one with which no more photos than allowed are mistaken."""
    most = MISTAKEN * len(logits)
    for factor in SCALES:
        if sum(mistaken(photo * factor) for photo in logits) <= most:
            return float(factor)
    raise TrainingError("These photos do not tell what is upright: take more")


def seems_turned(looks: Tensor) -> bool:
    """Whether upright positives with these logits (4, 4) would be noticed; see engine/turned.py."""
    chances = torch.softmax(looks, dim=1).numpy()
    whole = together(list(chances))
    return bool(chances[0, 0] <= CHANCE and whole[1:].max() >= SURE)


def seems_negative(looks: Tensor) -> bool:
    """The same for the logits (2,) of the photo and its inverse."""
    negative, inverted = torch.sigmoid(looks).tolist()
    return bool(negative >= 0.5 and certainty(negative, inverted) >= SURE)

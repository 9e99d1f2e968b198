"""The training loop: a number of minutes, resumable and logged."""

import csv
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from math import cos, isfinite, pi
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from colorize.training.bins import SoftEncoding, rebalanced_loss, rebalancing
from colorize.training.checkpoint import DECAY, UNREADABLE, State, read, save, write
from colorize.training.data import Photos
from colorize.training.devices import SAVE_SECONDS
from colorize.training.errors import TrainingError
from colorize.training.network import ColorNet

# How many stages of the encoder keep their ImageNet weights, by what shall learn.
FROZEN = {"decoder": 7, "deep": 4, "all": 1}
ENCODER_SHARE = 0.1
LOG_SECONDS = 30.0
# Where the network's products are in bfloat16, which not every processor has. Weights, the loss and
# the average are in single precision everywhere.
BFLOAT16_ON = {"cuda"}
# The file with the running average, which is the one to use.
AVERAGE = "colornet.pt"


@dataclass(frozen=True)
class Settings:
    """`minutes`: of training in total; `rate`: peak learning rate of the decoder; `learn`: a key of
    FROZEN; `stride`: of the outputs that are trained, 8 or 4; `side`: of the largest crops;
    `batch`: the number of crops at 160 x 160; `workers`: processes that read photos; `device`: by
    its name in torch; `warm_up`: steps until the full rate; `decay`: of the average, a step;
    `save`: seconds between checkpoints."""

    folder: Path
    shards: list[Path]
    minutes: float
    rate: float = 4e-4
    learn: str = "all"
    stride: int = 4
    side: int = 256
    batch: int = 32
    workers: int = 1
    seed: int = 0
    device: str = "cpu"
    warm_up: int = 100
    decay: float = DECAY
    save: float = SAVE_SECONDS["cpu"]


class Run:
    """One training run. Its folder has `colornet.pt` (the average), `run.pt` (everything needed to
    resume) and `log.csv`."""

    def __init__(self, state: State, settings: Settings) -> None:
        self.state, self.settings = state, settings
        self.device = torch.device(settings.device)
        self.encoding = SoftEncoding(state.network.bins, self.device)
        self.class_weight = rebalancing(state.prior).to(self.device)
        for network in (state.network, state.average):
            network.to(self.device, memory_format=torch.channels_last)
        if settings.learn != "decoder":
            # It is fitted to features that will change.
            state.upright = None
        state.network.enc.frozen_stages = FROZEN[settings.learn]
        self.optimizer = make_optimizer(state.network, settings.rate)
        self.elapsed, self.samples, self.steps = 0.0, 0, 0
        # Of the steps since the last line of the log, still on the device.
        self.losses: list[Tensor] = []
        if self.resume_file.exists():
            self.resume()

    @property
    def resume_file(self) -> Path:
        return self.settings.folder / "run.pt"

    def resume(self) -> None:
        """Raises TrainingError."""
        try:
            saved = read(self.resume_file)
            self.state.network.load_state_dict(saved["network"])
            self.state.average.load_state_dict(saved["average"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.elapsed, self.samples = saved["elapsed"], saved["samples"]
            self.steps = saved["steps"]
        except UNREADABLE as problem:
            raise TrainingError(
                f"{self.resume_file} cannot be gone on from: delete it, or take another folder"
            ) from problem

    def keep(self) -> None:
        """Raises OSError, and TrainingError rather than keep a network that is no number."""
        self.mean_loss()
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        saved = {
            "network": self.state.network.state_dict(),
            "average": self.state.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "elapsed": self.elapsed,
            "samples": self.samples,
            "steps": self.steps,
        }
        write(self.resume_file, saved)
        save(self.settings.folder / AVERAGE, self.state)

    def train(self) -> None:
        """Train until the minutes are over, when the learning rate reaches zero. If interrupted, it
        saves its state. Raises OSError and TrainingError."""
        minutes, folder = self.settings.minutes, self.settings.folder
        if self.elapsed >= 60 * minutes:
            print(f"{folder} has its {minutes:g} minutes; with more it goes on")
            return
        if self.elapsed:
            print(f"Going on after {self.elapsed / 60:.1f} of {minutes:g} minutes", flush=True)
        photos = self.photos()
        print(f"{len(photos.files):,} photos to learn from, on {self.device}", flush=True)
        try:
            self.learn(photos)
        except KeyboardInterrupt:
            self.keep()
            print("\nThe same command goes on from here")
            raise
        self.keep()
        print(f"{folder / AVERAGE}: {self.samples:,} samples in {self.elapsed / 60:.1f} minutes")

    def learn(self, photos: Photos) -> None:
        batches = self.batches(photos)
        kept = logged = last = time.monotonic()
        while self.elapsed < self.settings.minutes * 60:
            self.losses.append(self.step(*next(batches)))
            now = time.monotonic()
            # Time that the machine was asleep does not count.
            self.elapsed, last = self.elapsed + min(now - last, 10), now
            if now - kept > self.settings.save:
                self.keep()
                kept = now
            if now - logged > LOG_SECONDS:
                self.log(self.mean_loss())
                self.losses.clear()
                logged = now

    def batches(self, photos: Photos) -> Iterator[list[Tensor]]:
        """Endless, in memory that a GPU copies from while it computes."""
        pinned, workers = self.device.type == "cuda", self.settings.workers
        return iter(DataLoader(photos, batch_size=None, num_workers=workers, pin_memory=pinned))

    def mean_loss(self) -> float:
        """Since the last line of the log. Waits for the device, so it is not for every step. Raises
        TrainingError if it is not a number."""
        mean = float(torch.stack(self.losses).mean()) if self.losses else 0.0
        if not isfinite(mean):
            raise TrainingError("The loss is not a number any more: go on at a lower --rate")
        return mean

    def photos(self) -> Photos:
        given = self.settings
        # A resumed run draws other photos than it did at its start.
        seed = given.seed + self.steps
        return Photos(given.shards, given.batch, seed, given.side, given.stride)

    def step(self, *batch: Tensor) -> Tensor:
        """Learn from a batch. Returns the loss, which nothing here waits for."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * self.schedule()
        L, *truth = (each.to(self.device, non_blocking=True) for each in batch)
        loss = self.loss(L.contiguous(memory_format=torch.channels_last), *truth)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.state.network.parameters(), 1.0)
        self.optimizer.step()
        self.samples += len(L)
        self.steps += 1
        self.state.follow(self.steps, self.settings.decay)
        return loss.detach()

    def loss(self, L: Tensor, *truth: Tensor) -> Tensor:
        (ab,) = truth
        logits = self.logits(self.state.network.train(), L, self.settings.stride)
        return rebalanced_loss(logits, *self.encoding(ab), self.class_weight)

    def logits(self, network: ColorNet, L: Tensor, stride: int = 4) -> Tensor:
        """In single precision, however they are computed."""
        kind = self.device.type
        with torch.autocast(kind, torch.bfloat16) if kind in BFLOAT16_ON else nullcontext():
            return network(L, stride).float()

    def schedule(self) -> float:
        """A warm-up of some steps, which the optimiser's means need, then half a cosine over time
        rather than steps, so that it reaches zero on any machine."""
        done = min(1.0, self.elapsed / (self.settings.minutes * 60))
        return min(1.0, (self.steps + 1) / self.settings.warm_up) * 0.5 * (1 + cos(pi * done))

    def log(self, loss: float) -> None:
        path = self.settings.folder / "log.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        row = [round(self.elapsed), self.samples, f"{loss:.4f}", f"{self.schedule():.4f}"]
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(["seconds", "samples", "loss", "schedule"])
            writer.writerow(row)
        minutes = self.elapsed / 60
        print(f"{minutes:.1f} minutes, {self.samples:,} samples, loss {loss:.3f}", flush=True)


def make_optimizer(network: ColorNet, rate: float) -> torch.optim.Optimizer:
    encoder = {id(p) for p in network.enc.parameters()}
    decoder = [p for p in network.parameters() if id(p) not in encoder]
    groups = [
        {"params": decoder, "lr": rate, "peak": rate},
        {"params": list(network.enc.parameters()), "lr": rate, "peak": rate * ENCODER_SHARE},
    ]
    return torch.optim.AdamW(groups, weight_decay=0.01)

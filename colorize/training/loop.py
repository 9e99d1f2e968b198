"""The training loop: a number of minutes, resumable and logged."""

import csv
import time
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from colorize.training.bins import SoftEncoding, rebalanced_loss, rebalancing
from colorize.training.checkpoint import UNREADABLE, State, read, save, write
from colorize.training.data import Photos
from colorize.training.errors import TrainingError
from colorize.training.network import ColorNet

# How many stages of the encoder keep their ImageNet weights, by what shall learn.
FROZEN = {"decoder": 7, "deep": 4, "all": 1}
ENCODER_SHARE = 0.1
WARM_UP_SECONDS = 60.0
SAVE_SECONDS, LOG_SECONDS = 300.0, 30.0
# The file with the running average, which is the one to use.
AVERAGE = "colornet.pt"


@dataclass(frozen=True)
class Settings:
    """`minutes`: of training in total; `rate`: peak learning rate of the decoder; `learn`: a key of
    FROZEN; `stride`: of the outputs that are trained, 8 or 4; `side`: of the largest crops."""

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


class Run:
    """One training run. Its folder has `colornet.pt` (the average), `run.pt` (everything needed to
    resume) and `log.csv`."""

    def __init__(self, state: State, settings: Settings) -> None:
        self.state, self.settings = state, settings
        state.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.encoding = SoftEncoding(state.network.bins)
        self.class_weight = rebalancing(state.prior)
        if settings.learn != "decoder":
            # It is fitted to features that will change.
            state.upright = None
        state.network.enc.frozen_stages = FROZEN[settings.learn]
        self.optimizer = make_optimizer(state.network, settings.rate)
        self.elapsed, self.samples, self.steps = 0.0, 0, 0
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
        print(f"{len(photos.files):,} photos to learn from", flush=True)
        try:
            self.learn(photos)
        except KeyboardInterrupt:
            self.keep()
            print("\nThe same command goes on from here")
            raise
        self.keep()
        print(f"{folder / AVERAGE}: {self.samples:,} samples in {self.elapsed / 60:.1f} minutes")

    def learn(self, photos: Photos) -> None:
        loader = iter(DataLoader(photos, batch_size=None, num_workers=self.settings.workers))
        kept = logged = last = time.monotonic()
        losses: list[float] = []
        while self.elapsed < self.settings.minutes * 60:
            losses.append(self.step(*next(loader)))
            now = time.monotonic()
            # Time that the machine was asleep does not count.
            self.elapsed, last = self.elapsed + min(now - last, 10), now
            if now - kept > SAVE_SECONDS:
                self.keep()
                kept = now
            if now - logged > LOG_SECONDS:
                self.log(sum(losses) / len(losses))
                losses.clear()
                logged = now

    def photos(self) -> Photos:
        given = self.settings
        # A resumed run draws other photos than it did at its start.
        seed = given.seed + self.steps
        return Photos(given.shards, given.batch, seed, given.side, given.stride)

    def step(self, L: Tensor, *truth: Tensor) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * self.schedule()
        loss = self.loss(L.contiguous(memory_format=torch.channels_last), *truth)
        if not loss.isfinite():
            raise TrainingError("The loss is not a number any more: go on at a lower --rate")
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.state.network.parameters(), 1.0)
        self.optimizer.step()
        self.samples += len(L)
        self.steps += 1
        self.state.follow(self.steps)
        return float(loss.detach())

    def loss(self, L: Tensor, *truth: Tensor) -> Tensor:
        (ab,) = truth
        logits = self.state.network.train()(L, self.settings.stride)
        return rebalanced_loss(logits, *self.encoding(ab), self.class_weight)

    def schedule(self) -> float:
        """A short warm-up, then half a cosine over time rather than steps, so that it reaches zero
        on any machine."""
        done = min(1.0, self.elapsed / (self.settings.minutes * 60))
        return min(1.0, (self.elapsed + 1) / WARM_UP_SECONDS) * 0.5 * (1 + cos(pi * done))

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

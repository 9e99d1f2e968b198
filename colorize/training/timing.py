"""Times reading and computing apart: a run goes at the pace of the slower one."""

import time
from collections.abc import Iterator

from torch import Tensor

from colorize.training.loop import Run

Batch = list[Tensor]


def paces(run: Run, steps: int) -> Iterator[str]:
    """A line about each, in samples a second. The run is not to be kept: it learns twice from the
    same photos. Raises OSError and TrainingError."""
    rate, batches = read(run.batches(run.photos()), run.settings.workers, steps)
    yield f"reading: {rate:,.0f} samples a second (--workers {run.settings.workers})"
    learned(run, batches)  # what is done once for each size of crop is done
    rate = learned(run, batches)
    yield f"computing: {rate:,.0f} samples a second (--device {run.device})"


def read(batches: Iterator[Batch], workers: int, steps: int) -> tuple[float, list[Batch]]:
    """The pace, and the batches for these steps.

    Workers take turns, so it is timed from a batch of the first one to a later batch of the same:
    what lay ready at the beginning lies ready at the end.
    """
    turn = max(workers, 1)
    count = turn * max(2, -(-steps // turn))
    kept = [next(batches)]
    begin, samples = time.monotonic(), 0
    for _ in range(count):
        batch = next(batches)
        samples += len(batch[0])
        if len(kept) < steps:
            kept.append(batch)
    return samples / (time.monotonic() - begin), kept


def learned(run: Run, batches: list[Batch]) -> float:
    """The pace of a step on each."""
    begin = time.monotonic()
    run.losses = [run.step(*batch) for batch in batches]
    run.mean_loss()  # waits for the device
    return sum(len(L) for L, *_ in batches) / (time.monotonic() - begin)

"""Where training computes, and what a run takes for granted there."""

import os

import torch

from colorize.training.errors import TrainingError

# A GPU is often lent for minutes, of which none may be lost.
SAVE_SECONDS = {"cpu": 300.0, "cuda": 60.0}


def device_named(name: str | None) -> str:
    """This one, or the GPU if there is one. Raises TrainingError if it is not there."""
    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise TrainingError("torch finds no GPU here (--device cuda)")
    return name or ("cuda" if there else "cpu")


def readers(device: str) -> int:
    """How many processes should read photos: a GPU wants them from every core but the one that
    drives it, and a network on the processor wants the cores for itself."""
    return max(1, (os.cpu_count() or 1) - 1) if device == "cuda" else 1

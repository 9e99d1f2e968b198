"""Networks on disk: for training on, and for the product."""

import copy
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from google.protobuf.message import DecodeError
from torch import Tensor

from colorize.engine.atomic_files import draft
from colorize.training import weights
from colorize.training.bins import rebalancing
from colorize.training.errors import TrainingError
from colorize.training.network import Answers, ColorNet, member_of

# Of the running average a step, once it has seen some: a short run must not end in its start.
DECAY = 0.999
# Half sure at a standard deviation of 20.
UNCALIBRATED = torch.tensor([-1.0, 6.0])
ONNX = ".onnx"
# What torch and onnx raise where a file is none of theirs, or of another network.
UNREADABLE = (
    AttributeError,
    DecodeError,
    EOFError,
    KeyError,
    RuntimeError,
    TypeError,
    UnpicklingError,
    ValueError,
)


@dataclass
class State:
    """A network, its running average (which is what is used), the prior of the 313 bins, and the
    slope and offset of the confidence."""

    network: ColorNet
    average: ColorNet
    prior: Tensor
    calibration: Tensor

    @property
    def answers(self) -> Answers:
        return Answers(self.average, rebalancing(self.prior), self.calibration).eval()

    def follow(self, steps: int) -> None:
        """Move the average a little towards the network, after so many steps of training."""
        share = max(1 - DECAY, 1 / (1 + steps / 5))
        with torch.no_grad():
            own = self.network.state_dict()
            for name, value in self.average.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(own[name], share)


def load(path: Path) -> State:
    """A checkpoint: `net` (state), `prior` (313,), `bins` (313, 2), `calibration` (2,) where it has
    been calibrated. Or an exported ONNX file. Raises OSError and TrainingError."""
    try:
        saved = weights.read(path) if path.suffix == ONNX else read(path)
        network = ColorNet(saved["bins"].float(), member_of(saved["net"]))
        network.load_state_dict({name: value.float() for name, value in saved["net"].items()})
        prior = saved["prior"].float().reshape(len(network.bins))
    except UNREADABLE as problem:
        raise TrainingError(
            f"{path} is neither a checkpoint of this network nor an ONNX file of its export"
        ) from problem
    calibration = saved.get("calibration", UNCALIBRATED)
    return State(network, copy.deepcopy(network).eval(), prior, calibration)


def read(path: Path) -> dict[str, Any]:
    """What torch saved. Raises OSError and those of UNREADABLE."""
    return dict(torch.load(path, map_location="cpu", weights_only=True))


def save(path: Path, state: State) -> None:
    """The average alone; a crash leaves the last one whole."""
    saved = {
        "net": state.average.state_dict(),
        "prior": state.prior,
        "bins": state.average.bins,
        "calibration": state.calibration,
    }
    write(path, saved)


def write(path: Path, saved: dict[str, Any]) -> None:
    with draft(path) as whole:
        torch.save(saved, whole)

"""Checkpoints: networks on disk, to continue training or to export."""

import copy
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from google.protobuf.message import DecodeError
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from colorize.engine.atomic_files import draft
from colorize.training import weights
from colorize.training.bins import rebalancing
from colorize.training.errors import TrainingError
from colorize.training.network import Answers, ColorNet, member_of
from colorize.training.upright import Upright

# Decay of the running average a step. It starts lower, so that a short run leaves its start behind.
DECAY = 0.999
# A confidence of one half at a standard deviation of 20.
UNCALIBRATED = torch.tensor([-1.0, 6.0])
ONNX = ".onnx"
# What torch and onnx raise for a file that is not theirs, or of another network.
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
    """A network, its running average (the one that is used), the prior of the 313 bins, slope and
    offset of the confidence, and the head for turned photos and negatives if it is fitted."""

    network: ColorNet
    average: ColorNet
    prior: Tensor
    calibration: Tensor
    upright: Upright | None = None

    @property
    def answers(self) -> Answers:
        weight = rebalancing(self.prior)
        return Answers(self.average, weight, self.calibration, self.upright).eval()

    def follow(self, steps: int, decay: float = DECAY) -> None:
        """Update the average after this many steps of training."""
        share = max(1 - decay, 1 / (1 + steps / 5))
        own = self.network.state_dict()
        floating = {
            name: value
            for name, value in self.average.state_dict().items()
            if value.dtype.is_floating_point
        }
        # All at once: on a GPU, beginning hundreds of small sums takes longer than they do.
        get_ema_multi_avg_fn(1 - share)(
            list(floating.values()), [own[name] for name in floating], steps
        )


def load(path: Path) -> State:
    """Load a checkpoint (`net`: state, `prior` (313,), `bins` (313, 2), `calibration` (2,) if
    calibrated, `upright`: state of the head if fitted) or an exported ONNX file. Raises OSError and
    TrainingError."""
    try:
        saved = weights.read(path) if path.suffix == ONNX else read(path)
        network = ColorNet(saved["bins"].float(), member_of(saved["net"]))
        network.load_state_dict({name: value.float() for name, value in saved["net"].items()})
        prior = saved["prior"].float().reshape(len(network.bins))
        upright = head_of(network, saved.get("upright"))
    except UNREADABLE as problem:
        raise TrainingError(
            f"{path} is neither a checkpoint of this network nor an ONNX file of its export"
        ) from problem
    calibration = saved.get("calibration", UNCALIBRATED)
    return State(network, copy.deepcopy(network).eval(), prior, calibration, upright)


def new_head(network: ColorNet) -> Upright:
    """One that knows nothing yet."""
    _, _, middle, deepest = network.enc.tap_channels
    return Upright((middle, deepest))


def head_of(network: ColorNet, state: dict[str, Tensor] | None) -> Upright | None:
    if not state:
        return None
    head = new_head(network)
    head.load_state_dict(state)
    return head.eval()


def read(path: Path) -> dict[str, Any]:
    """Read a file of torch. Raises OSError and those of UNREADABLE."""
    return dict(torch.load(path, map_location="cpu", weights_only=True))


def save(path: Path, state: State) -> None:
    """Save the average. After a crash, the earlier file is still intact."""
    saved = {
        "net": state.average.state_dict(),
        "prior": state.prior,
        "bins": state.average.bins,
        "calibration": state.calibration,
        "upright": state.upright.state_dict() if state.upright else None,
    }
    write(path, saved)


def write(path: Path, saved: dict[str, Any]) -> None:
    with draft(path) as whole:
        torch.save(saved, whole)

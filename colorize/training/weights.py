"""An exported ONNX file -> a checkpoint, so that training can continue from the site's own file.
Only rounding to half precision and the optimiser's state are lost."""

from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from colorize.training.export import HALF
from colorize.training.network import TAKEN_BACK, TEMPERATURE, ColorNet, member_of

NETWORK, UPRIGHT = "network.", "upright."


def read(path: Path) -> dict[str, Any]:
    """Read a file as a checkpoint for `checkpoint.load`. Raises KeyError if the file is not an
    export of this network with its batch normalisation."""
    found = initializers(path)
    sums = found["sums.weight"][..., 0, 0]
    scale = TEMPERATURE / TAKEN_BACK["faithful"]
    # Weighted sums of the bins, divided by the weights.
    bins = (sums[:2] / sums[2]).T.contiguous()
    trained = of(found, NETWORK)
    return {
        "net": uncounted(bins, member_of(trained)) | trained,
        "bins": bins,
        "prior": prior_of(-sums[-1].log() * scale),
        "calibration": torch.cat([found["slope"].flatten(), found["offset"].flatten()]),
        "upright": of(found, UPRIGHT),
    }


def of(found: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    """The weights of a part, by their names in it."""
    return {
        name.removeprefix(part): value for name, value in found.items() if name.startswith(part)
    }


def initializers(path: Path) -> dict[str, Tensor]:
    """The file's weights by their torch names, in single precision."""
    graph = onnx.load(path).graph
    found = {
        weight.name.removesuffix(HALF): torch.tensor(numpy_helper.to_array(weight)).float()
        for weight in graph.initializer
    }
    # The exporter writes equal tensors once, with nodes that pass them on.
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
    return found


def uncounted(bins: Tensor, member: str) -> dict[str, Tensor]:
    """What ONNX does not store: the bins, and batch counters, which nothing here uses."""
    state = ColorNet(bins, member).state_dict()
    return {
        name: value
        for name, value in state.items()
        if name == "bins" or name.endswith("num_batches_tracked")
    }


def prior_of(log_weight: Tensor, uniform: float = 0.5) -> Tensor:
    """The prior (n,) behind the class weights of `bins.rebalancing`."""
    mixed = torch.softmax(-log_weight.double(), dim=0)
    prior = (mixed - uniform / len(mixed)) / (1 - uniform)
    return prior.clamp(min=0).float()

"""An exported ONNX file -> what a checkpoint holds, so that training can go on from the product's
own file. Half precision rounds the weights; nothing else is lost but the optimiser's state."""

from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from colorize.training.export import HALF
from colorize.training.network import TAKEN_BACK, TEMPERATURE, ColorNet, member_of

NETWORK = "network."


def read(path: Path) -> dict[str, Any]:
    """As `checkpoint.load` wants it. Raises KeyError where the file is no export of this network
    with its batch normalisation kept."""
    found = initializers(path)
    sums = found["sums.weight"][..., 0, 0]
    scale = TEMPERATURE / TAKEN_BACK["faithful"]
    # Weighed sums of the bins, over the weights.
    bins = (sums[:2] / sums[2]).T.contiguous()
    trained = {
        name.removeprefix(NETWORK): value
        for name, value in found.items()
        if name.startswith(NETWORK)
    }
    return {
        "net": uncounted(bins, member_of(trained)) | trained,
        "bins": bins,
        "prior": prior_of(-sums[-1].log() * scale),
        "calibration": torch.cat([found["slope"].flatten(), found["offset"].flatten()]),
    }


def initializers(path: Path) -> dict[str, Tensor]:
    """The file's weights by their torch names, in single precision."""
    graph = onnx.load(path).graph
    found = {
        weight.name.removesuffix(HALF): torch.tensor(numpy_helper.to_array(weight)).float()
        for weight in graph.initializer
    }
    # Of equal tensors the exporter writes one, and nodes that pass it on.
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
    return found


def uncounted(bins: Tensor, member: str) -> dict[str, Tensor]:
    """What ONNX does not hold: the bins, and batch counters, which nothing here reads."""
    state = ColorNet(bins, member).state_dict()
    return {
        name: value
        for name, value in state.items()
        if name == "bins" or name.endswith("num_batches_tracked")
    }


def prior_of(log_weight: Tensor, uniform: float = 0.5) -> Tensor:
    """The prior (n,) that `bins.rebalancing` made these class weights from."""
    mixed = torch.softmax(-log_weight.double(), dim=0)
    prior = (mixed - uniform / len(mixed)) / (1 - uniform)
    return prior.clamp(min=0).float()

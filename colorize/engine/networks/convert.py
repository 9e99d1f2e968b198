"""Converts the paper's Caffe release to an ONNX file that keeps our contract. Knows no Django.

The only module at run time that needs the onnx package; only fetching imports it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from colorize.engine.networks.bins import CENTRES
from colorize.engine.networks.caffe import CaffeError, Layer, read_layers
from colorize.engine.networks.onnx import OUTPUTS

# From the paper's demo: ab of the bins, and the sharpening of the annealed mean (1 / 0.38).
BINS, SHARPEN = "class8_ab", "conv8_313_rh"
FACTOR = 2.606
# Subtracted from L before the network.
MEAN = 50
# The confidence falls to 1/e at this spread of the likely bins, in Lab units.
SPREAD = 20


class Graph:
    """ONNX nodes, one after the other."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(
        self, kind: str, *sources: str, weights: tuple[ArrayLike, ...] = (), **attributes: Any
    ) -> str:
        """Add a node with the inputs `sources`, then `weights`; returns the name of its output."""
        name = f"{kind}{len(self.nodes)}"
        inputs = [f"{name}_{n}" for n in range(len(weights))]
        arrays = [np.ascontiguousarray(weight, np.float32) for weight in weights]
        self.weights += map(numpy_helper.from_array, arrays, inputs)
        self.nodes.append(helper.make_node(kind, [*sources, *inputs], [name], **attributes))
        return name


def convert(prototxt: Path, caffemodel: Path, target: Path) -> None:
    """colorization_release_v2 -> ONNX: L (1, 1, h, w), both sides multiples of 32, -> `OUTPUTS`.

    `ab_vivid` is the paper's annealed mean; `ab_faithful` the mean without sharpening (but with the
    class rebalancing of its training); `confidence` is exp(-spread / 20), not measured.
    Raises CaffeError or OSError.
    """
    graph = Graph()
    blobs = translate(graph, read_layers(prototxt, caffemodel))
    try:
        logits, vivid = blobs["conv8_313"], blobs[BINS]
    except KeyError as problem:
        raise CaffeError(f"This is not the paper's network: {problem} is missing.") from problem
    faithful, confidence = decode(graph, logits)
    for source, name in zip((vivid, faithful, confidence), OUTPUTS, strict=True):
        graph.nodes.append(helper.make_node("Identity", [source], [name]))
    onnx.save(as_model(graph), target)


def translate(graph: Graph, layers: list[Layer]) -> dict[str, str]:
    """Add all layers as nodes. Returns blob -> name of its last value: layers may work in place."""
    blobs: dict[str, str] = {}
    for layer in layers:
        if layer.kind == "Input":
            blobs[layer.top[0]] = graph.add("Sub", "L", weights=([MEAN],))
        elif layer.kind != "Silence":
            blobs[layer.top[0]] = translate_layer(graph, layer, blobs)
    return blobs


def translate_layer(graph: Graph, layer: Layer, blobs: dict[str, str]) -> str:
    try:
        return KINDS[layer.kind](graph, layer, blobs[layer.bottom[0]])
    except (KeyError, IndexError, ValueError) as problem:
        raise CaffeError(f"The layer {layer.name} ({layer.kind}) cannot be read.") from problem


def convolution(graph: Graph, layer: Layer, source: str) -> str:
    if layer.name == BINS:
        return graph.add("Conv", source, weights=(CENTRES.T[..., None, None],))
    return any_convolution(graph, "Conv", layer, source)


def deconvolution(graph: Graph, layer: Layer, source: str) -> str:
    return any_convolution(graph, "ConvTranspose", layer, source)


def any_convolution(graph: Graph, kind: str, layer: Layer, source: str) -> str:
    """A convolution or transposed convolution; both have the same weight layout as in ONNX."""
    return graph.add(
        kind,
        source,
        weights=tuple(layer.weights),
        kernel_shape=list(layer.weights[0].shape[2:]),
        strides=[layer.stride] * 2,
        pads=[layer.pad] * 4,
        dilations=[layer.dilation] * 2,
        group=layer.group,
    )


def relu(graph: Graph, layer: Layer, source: str) -> str:
    if layer.slope:
        raise ValueError
    return graph.add("Relu", source)


def batch_norm(graph: Graph, layer: Layer, source: str) -> str:
    """Caffe stores sums of means and variances, and their divisor in the third blob."""
    total, squares, count = layer.weights
    divisor = count.item()
    mean, variance = (each / divisor if divisor else 0 * each for each in (total, squares))
    one, zero = np.ones_like(mean), np.zeros_like(mean)
    return graph.add(
        "BatchNormalization", source, weights=(one, zero, mean, variance), epsilon=layer.eps
    )


def scale(graph: Graph, layer: Layer, source: str) -> str:
    if layer.name == SHARPEN:
        return graph.add("Mul", source, weights=([FACTOR],))
    factor, *offset = (weight.reshape(1, -1, 1, 1) for weight in layer.weights)
    scaled = graph.add("Mul", source, weights=(factor,))
    return graph.add("Add", scaled, weights=tuple(offset)) if offset else scaled


def softmax(graph: Graph, layer: Layer, source: str) -> str:
    return graph.add("Softmax", source, axis=1)


KINDS: dict[str, Callable[[Graph, Layer, str], str]] = {
    "Convolution": convolution,
    "Deconvolution": deconvolution,
    "ReLU": relu,
    "BatchNorm": batch_norm,
    "Scale": scale,
    "Softmax": softmax,
}


def decode(graph: Graph, logits: str) -> tuple[str, str]:
    """Add the plain mean of the distribution, and a confidence from its spread.

    The variance gets 1 added before its root, which near 0 would show float32's rounding errors.
    """
    share = graph.add("Softmax", logits, axis=1)
    mean = graph.add("Conv", share, weights=(CENTRES.T[..., None, None],))
    squares = graph.add("Conv", share, weights=((CENTRES**2).sum(1).reshape(1, -1, 1, 1),))
    of_mean = graph.add(
        "Conv", graph.add("Mul", mean, mean), weights=(np.ones((1, 2, 1, 1), np.float32),)
    )
    variance = graph.add("Relu", graph.add("Sub", squares, of_mean))
    spread = graph.add("Sqrt", graph.add("Add", variance, weights=([1],)))
    return mean, graph.add("Exp", graph.add("Mul", spread, weights=([-1 / SPREAD],)))


def as_model(graph: Graph) -> onnx.ModelProto:
    def plane(name: str, channels: int) -> onnx.ValueInfoProto:
        shape: list[str | int | None] = [1, channels, f"{name}_h", f"{name}_w"]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    whole = helper.make_graph(
        graph.nodes,
        "zhang2016",
        [plane("L", 1)],
        [plane(name, n) for name, n in zip(OUTPUTS, (2, 2, 1), strict=True)],
        graph.weights,
    )
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)

"""The topology of Zhang, Isola, Efros 2016 (colorization_release_v2) with random weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


@dataclass(frozen=True)
class Conv:
    """A 3x3 convolution and its ReLU."""

    out: int
    stride: int = 1
    dilation: int = 1


# The last of each block is followed by a batch normalisation; block 8 begins with a deconvolution.
BLOCKS = [
    [Conv(64), Conv(64, stride=2)],
    [Conv(128), Conv(128, stride=2)],
    [Conv(256), Conv(256), Conv(256, stride=2)],
    [Conv(512)] * 3,
    [Conv(512, dilation=2)] * 3,
    [Conv(512, dilation=2)] * 3,
    [Conv(512)] * 3,
]
HEAD = [Conv(256), Conv(256)]
BINS = 313
TEMPERATURE = 2.606


class Builder:
    """Strings layers together; each takes the last one's output."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(2016)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.last, self.channels, self.parameters = "L", 1, 0

    def add(self, kind: str, *weights: NDArray[np.float32], **attributes: Any) -> None:
        name = f"{kind}{len(self.nodes)}"
        inputs = [f"{name}_{n}" for n in range(len(weights))]
        self.weights += map(numpy_helper.from_array, weights, inputs)
        self.parameters += sum(weight.size for weight in weights)
        self.nodes.append(helper.make_node(kind, [self.last, *inputs], [name], **attributes))
        self.last = name

    def random(self, *shape: int) -> NDArray[np.float32]:
        fan_in = np.prod(shape[1:])
        weights = self.rng.standard_normal(shape) * np.sqrt(2 / fan_in)
        return np.asarray(weights, np.float32)

    def conv(self, layer: Conv, side: int = 3, relu: bool = True) -> None:
        weight = self.random(layer.out, self.channels, side, side)
        padding = layer.dilation * (side // 2)
        self.add(
            "Conv",
            weight,
            np.zeros(layer.out, np.float32),
            kernel_shape=[side, side],
            strides=[layer.stride] * 2,
            dilations=[layer.dilation] * 2,
            pads=[padding] * 4,
        )
        self.channels = layer.out
        if relu:
            self.add("Relu")

    def deconv(self, out: int) -> None:
        self.add(
            "ConvTranspose",
            self.random(self.channels, out, 4, 4),
            np.zeros(out, np.float32),
            kernel_shape=[4, 4],
            strides=[2, 2],
            pads=[1] * 4,
        )
        self.channels = out
        self.add("Relu")

    def norm(self) -> None:
        one, zero = np.ones(self.channels, np.float32), np.zeros(self.channels, np.float32)
        self.add("BatchNormalization", one, zero, zero, one)

    def scale(self, factor: float) -> None:
        self.add("Mul", np.array([factor], np.float32))


def write_eccv16(path: Path) -> int:
    """Input `L` (1, 1, 224, 224), output ab (1, 2, 56, 56). Returns the number of parameters."""
    net = Builder()
    for block in BLOCKS:
        for layer in block:
            net.conv(layer)
        net.norm()
    net.deconv(256)
    for layer in HEAD:
        net.conv(layer)
    net.conv(Conv(BINS), side=1, relu=False)
    net.scale(TEMPERATURE)
    net.add("Softmax", axis=1)
    net.conv(Conv(2), side=1, relu=False)
    graph = helper.make_graph(
        net.nodes,
        "eccv16",
        [helper.make_tensor_value_info("L", TensorProto.FLOAT, [1, 1, 224, 224])],
        [helper.make_tensor_value_info(net.last, TensorProto.FLOAT, [1, 2, 56, 56])],
        net.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, path)
    return net.parameters

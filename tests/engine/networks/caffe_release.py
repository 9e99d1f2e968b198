"""The paper's Caffe release made up: the same layers with random weights, and what they compute.

The layers are those of tests/benchmark/eccv16.py; nothing here comes from the reader under test
but the field numbers, with `data` as the packed floats that Caffe declares.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

from colorize.engine.networks import caffe
from colorize.engine.planes import Plane
from colorize.evaluation.bins import CENTRES
from tests.benchmark.eccv16 import BINS, BLOCKS, HEAD, TEMPERATURE, Conv

PACKED = caffe.SCHEMA.replace(
    "number: 5 type: TYPE_BYTES label: LABEL_REPEATED",
    "number: 5 type: TYPE_FLOAT label: LABEL_REPEATED options { packed: true }",
)
COUNT = 999.5


@dataclass
class Layer:
    name: str
    kind: str
    bottom: str
    top: str
    numbers: dict[str, int] = field(default_factory=dict)
    weights: list[Plane] = field(default_factory=list)


class Release:
    """`divisor` makes the layers that much narrower."""

    def __init__(self, divisor: int) -> None:
        self.rng = np.random.default_rng(2016)
        self.divisor = divisor
        self.layers: list[Layer] = []
        self.last, self.channels = "data_l", 1
        for block, convolutions in enumerate(BLOCKS, 1):
            for n, conv in enumerate(convolutions, 1):
                self.conv(f"conv{block}_{n}", conv)
            self.norm()
        self.deconv("conv8_1", Conv(256))
        for n, conv in enumerate(HEAD, 2):
            self.conv(f"conv8_{n}", conv)
        weights, bias = self.random(BINS, 1)
        # Smaller, for logits of about unit size: with larger ones float32 itself is off by 1e-3.
        weights /= 4 if divisor > 1 else 10
        self.add("conv8_313", "Convolution", {"kernel_size": 1}, (weights, bias))
        self.add("conv8_313_rh", "Scale")
        self.add("class8_313_rh", "Softmax")
        self.add("class8_ab", "Convolution", {"kernel_size": 1, "num_output": 2})
        self.layers.append(Layer("Silence", "Silence", "class8_ab", ""))

    def add(
        self, name: str, kind: str, numbers: dict[str, int] | None = None, *weights: Any
    ) -> None:
        arrays = [np.asarray(array, np.float32) for each in weights for array in each]
        self.layers.append(Layer(name, kind, self.last, name, numbers or {}, arrays))
        self.last = name

    def random(self, out: int, side: int) -> tuple[Any, Any]:
        shape = (out, self.channels, side, side)
        scale = np.sqrt(2 / (self.channels * side * side))
        weights = self.rng.standard_normal(shape, np.float32) * np.float32(scale)
        self.channels = out
        return weights, self.rng.uniform(-0.1, 0.1, out)

    def conv(self, name: str, conv: Conv) -> None:
        numbers = {"kernel_size": 3, "pad": conv.dilation}
        numbers |= {"stride": conv.stride, "dilation": conv.dilation}
        full = f"bw_{name}" if name == "conv1_1" else name
        weights, bias = self.random(conv.out // self.divisor, 3)
        if name == "conv1_1":
            weights = weights / 30  # L less 50 is not of unit size
        self.add(full, "Convolution", numbers, (weights, bias))
        self.relu()

    def deconv(self, name: str, conv: Conv) -> None:
        inside = self.channels
        weights, bias = self.random(conv.out // self.divisor, 4)
        weights = 2 * weights.transpose(1, 0, 2, 3)
        assert weights.shape[0] == inside
        self.add(name, "Deconvolution", {"kernel_size": 4, "pad": 1, "stride": 2}, (weights, bias))
        self.relu()

    def relu(self) -> None:
        """In place, as Caffe likes it."""
        self.layers.append(Layer(f"relu_{self.last}", "ReLU", self.last, self.last))

    def norm(self) -> None:
        mean = self.rng.uniform(0.3, 0.5, self.channels)
        variance = self.rng.uniform(0.3, 0.5, self.channels)
        blobs = (COUNT * mean, COUNT * variance, [COUNT])
        self.add(f"{self.last}norm", "BatchNorm", {}, blobs)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The .prototxt and the .caffemodel."""
        prototxt = folder / "colorization_deploy_v2.prototxt"
        caffemodel = folder / "colorization_release_v2.caffemodel"
        prototxt.write_text(INPUT + "".join(map(describe, self.layers)))
        caffemodel.write_bytes(self.message(packed=self.divisor > 1).SerializeToString())
        return prototxt, caffemodel

    def message(self, packed: bool) -> Any:
        net = packed_net() if packed else caffe.net_parameter()()
        for layer in self.layers:
            written = net.layer.add(name=layer.name, type=layer.kind)
            for weights in layer.weights:
                blob = written.blobs.add()
                blob.shape.dim.extend(weights.shape)
                blob.data.extend(weights.ravel().tolist() if packed else [weights.tobytes()])
        return net

    def compute(self, L: Plane) -> dict[str, Any]:
        """(h, w) L -> the value of every blob after its last layer, by numpy."""
        blobs = {"data_l": L[None].astype(np.float64) - 50}
        for layer in self.layers[:-1]:
            blobs[layer.top] = step(layer, blobs[layer.bottom])
        return blobs


INPUT = """name: "LtoAB"  # as the release writes it
layer {
  name: "data_l"
  type: "Input"
  top: "data_l"
  input_param { shape { dim: 1 dim: 1 dim: 224 dim: 224 } }
}
"""


def describe(layer: Layer) -> str:
    """As text, with fields that the reader does not know."""
    numbers = dict(layer.numbers)
    if layer.weights and numbers:
        numbers["num_output"] = layer.weights[1].size
    inside = " ".join(f"{name}: {value}" for name, value in numbers.items())
    kind = {
        "BatchNorm": "batch_norm_param{ } param {lr_mult: 0 decay_mult: 0}",
        "Scale": "scale_param { bias_term: False filler { type: 'constant' value: 2.606 } }",
    }.get(layer.kind, f"convolution_param {{ {inside} }}" if inside else "")
    top = f'top: "{layer.top}"' if layer.top else ""
    head = f'name: "{layer.name}" type: "{layer.kind}" bottom: "{layer.bottom}" {top}'
    return f"layer {{\n  {head}\n  {kind}\n}}\n"


def packed_net() -> Any:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(text_format.Parse(PACKED, descriptor_pb2.FileDescriptorProto()))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("caffe.NetParameter"))()


def step(layer: Layer, x: Any) -> Any:
    """One layer as its definition has it, in double precision. (channels, h, w)."""
    match layer.kind:
        case "Convolution" if layer.name == "class8_ab":
            return np.tensordot(CENTRES.T.astype(np.float64), x, 1)
        case "Convolution":
            return conv(x, layer)
        case "Deconvolution":
            return deconv(x, layer)
        case "ReLU":
            return np.maximum(x, 0)
        case "BatchNorm":
            mean, variance = (each[:, None, None] / COUNT for each in layer.weights[:2])
            return (x - mean) / np.sqrt(variance + 1e-5)
        case "Scale":
            return TEMPERATURE * x
    assert layer.kind == "Softmax"
    return softmax(x)


def conv(x: Any, layer: Layer) -> Any:
    (weights, bias), numbers = layer.weights, layer.numbers
    pad, stride = numbers.get("pad", 0), numbers.get("stride", 1)
    apart, side = numbers.get("dilation", 1), weights.shape[2]
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    high, wide = ((n - apart * (side - 1) - 1) // stride + 1 for n in x.shape[1:])
    total = np.zeros((len(weights), high, wide)) + bias[:, None, None]
    for i in range(side):
        for j in range(side):
            rows = slice(i * apart, i * apart + stride * (high - 1) + 1, stride)
            columns = slice(j * apart, j * apart + stride * (wide - 1) + 1, stride)
            total += np.tensordot(weights[:, :, i, j], x[:, rows, columns], 1)
    return total


def deconv(x: Any, layer: Layer) -> Any:
    """Each cell puts its weighted kernel down; what lies in the padding is cut off."""
    (weights, bias), numbers = layer.weights, layer.numbers
    pad, stride, side = numbers["pad"], numbers["stride"], weights.shape[2]
    high, wide = (stride * (n - 1) + side for n in x.shape[1:])
    total = np.zeros((weights.shape[1], high, wide))
    for i in range(side):
        for j in range(side):
            piece = np.tensordot(weights[:, :, i, j].T, x, 1)
            total[:, i : high - side + i + 1 : stride, j : wide - side + j + 1 : stride] += piece
    return total[:, pad:-pad, pad:-pad] + bias[:, None, None]


def softmax(x: Any) -> Any:
    raised = np.exp(x - x.max(axis=0))
    return raised / raised.sum(axis=0)

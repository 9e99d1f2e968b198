"""Tiny ONNX files with the inputs, outputs and operators of networks that others publish."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from colorize.engine.planes import Plane

node = helper.make_node
# ab by RGB, in steps of `SCALE`: what each of the whole-number networks answers.
WEIGHTS = np.array([[50, 40, 10], [0, 0, -60]], np.int8)
SCALE = np.float32(0.5)
# The same in whole numbers of 8 bits, 0..1, and -64..63.5.
FINE = {"fine": np.float32(1 / 255), "zero": np.uint8(0)}
COARSE = {"coarse": SCALE, "middle": np.uint8(128)}
KERNEL = {"kernel": WEIGHTS[..., None, None], "scale": SCALE, "none": np.int8(0)}


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    numbers: dict[str, Any],
    sides: list[Any],
    outputs: dict[str, int],
    source: tuple[str, int] = ("input", 3),
) -> None:
    """`outputs`: name -> channels; `sides`: height and width, numbers or names; `source`: the
    input's name and channels."""

    def plane(name: str, channels: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, *sides])

    graph = helper.make_graph(
        nodes,
        "made-up",
        [plane(*source)],
        [plane(name, channels) for name, channels in outputs.items()],
        [numpy_helper.from_array(np.asarray(each), name) for name, each in numbers.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def reals(*numbers: float) -> Plane:
    return np.array(numbers, np.float32)


def ab_of_grey(grey: Plane) -> Plane:
    """What the whole-number networks make of grey RGB 0..1: (h, w) -> (h, w, 2)."""
    return np.asarray(grey[..., None] * (WEIGHTS.sum(1) * SCALE), np.float32)


def write_ddcolor(path: Path, side: int = 512) -> None:
    """Quantized as onnxruntime's quantize_dynamic does it."""
    nodes = [
        node("Transpose", ["input"], ["last"], perm=[0, 2, 3, 1]),
        node("DynamicQuantizeLinear", ["last"], ["bytes", "step", "zero"]),
        node("MatMulInteger", ["bytes", "matrix", "zero", "none"], ["product"]),
        node("Cast", ["product"], ["real"], to=TensorProto.FLOAT),
        node("Mul", ["step", "scale"], ["unit"]),
        node("Mul", ["real", "unit"], ["answer"]),
        node("Transpose", ["answer"], ["output"], perm=[0, 3, 1, 2]),
    ]
    numbers = {"matrix": WEIGHTS.T.copy(), "scale": SCALE, "none": np.int8(0)}
    save(path, nodes, numbers, [side, side], {"output": 2})


def write_deoldify(path: Path, tint: tuple[float, float, float], side: int = 256) -> None:
    """0..255 in and out, ImageNet's mean and std inside, and weights that are divided by their
    spectral norm as it runs (`vector` is what the training left of it; here it makes that 1)."""
    nodes = [
        node("Div", ["input", "white"], ["unit"]),
        node("Sub", ["unit", "mean"], ["centred"]),
        node("Div", ["centred", "std"], ["seen"]),
        node("MatMul", ["flat", "vector"], ["column"]),
        node("MatMul", ["vector", "column"], ["norm"]),
        node("Div", ["weights", "norm"], ["kernel"]),
        node("Conv", ["seen", "kernel", "bias"], ["made"]),
        node("Mul", ["made", "std"], ["spread"]),
        node("Add", ["spread", "mean"], ["colour"]),
        node("Clip", ["colour", "black", "one"], ["clipped"]),
        node("Mul", ["clipped", "white"], ["output"]),
    ]
    mean, std = reals(0.485, 0.456, 0.406), reals(0.229, 0.224, 0.225)
    weights = np.diag(reals(*tint))
    numbers = {
        "white": np.float32(255),
        "black": np.float32(0),
        "one": np.float32(1),
        "mean": mean.reshape(1, 3, 1, 1),
        "std": std.reshape(1, 3, 1, 1),
        "weights": weights[..., None, None],
        "flat": weights / np.float32(tint[0]),
        "vector": reals(1, 0, 0),
        "bias": (mean * reals(*tint) - mean) / std,
    }
    save(path, nodes, numbers, [side, side], {"output": 3})


def write_qdq(path: Path, side: int = 64) -> None:
    """Whole numbers between QuantizeLinear and DequantizeLinear."""
    nodes = [
        node("QuantizeLinear", ["input", "fine", "zero"], ["bytes"]),
        node("DequantizeLinear", ["bytes", "fine", "zero"], ["seen"]),
        node("DequantizeLinear", ["kernel", "scale", "none"], ["weights"]),
        node("Conv", ["seen", "weights"], ["output"]),
    ]
    save(path, nodes, FINE | KERNEL, [side, side], {"output": 2})


def write_qlinear(path: Path, side: int = 64) -> None:
    """A convolution on whole numbers."""
    scales = ["fine", "zero", "kernel", "scale", "none", "coarse", "middle"]
    nodes = [
        node("QuantizeLinear", ["input", "fine", "zero"], ["bytes"]),
        node("QLinearConv", ["bytes", *scales], ["answer"]),
        node("DequantizeLinear", ["answer", "coarse", "middle"], ["output"]),
    ]
    save(path, nodes, FINE | COARSE | KERNEL, [side, side], {"output": 2})


def write_native(path: Path, outputs: dict[str, int]) -> None:
    """Keeps the contract by itself: each of the outputs is a quarter of the size, all L / 100."""
    nodes, numbers = (
        [node("AveragePool", ["L"], ["small"], kernel_shape=[4, 4], strides=[4, 4])],
        {},
    )
    for name, channels in outputs.items():
        numbers[f"w{name}"] = np.full((channels, 1, 1, 1), 0.01, np.float32)
        nodes.append(node("Conv", ["small", f"w{name}"], [name]))
    save(path, nodes, numbers, [None, None], outputs, source=("L", 1))

"""The network as the product runs it: ONNX of plain operators, half-precision weights."""

from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from colorize.networks.onnx import OUTPUTS
from colorize.training.network import Answers

TOLERANCE = 1e-3
# Smaller tensors are not worth a node.
HALF_FROM = 1000


def export(answers: Answers, path: Path, half: bool = True) -> float:
    """Writes the file and checks it. Returns the largest difference of an output from torch's.

    Raises ValueError where OpenCV's answer is not torch's, for the weights as stored.
    """
    torch.onnx.export(
        answers,
        (torch.full((1, 1, 64, 64), 50.0),),
        path,
        input_names=["L"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {2: "h", 3: "w"} for name in ("L", *OUTPUTS)},
        opset_version=17,
        dynamo=False,
    )
    if half:
        onnx.save(halved(onnx.load(path)), path)
    difference = compare(answers, path)
    if difference > (1.0 if half else TOLERANCE):
        raise ValueError(f"OpenCV differs from torch by {difference:.4f}")
    return difference


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large weights stored in half precision and cast when the network is loaded."""
    kept, casts = [], []
    for weight in model.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) >= HALF_FROM:
            name = f"{weight.name}_half"
            array = numpy_helper.to_array(weight).astype(np.float16)
            kept.append(numpy_helper.from_array(array, name))
            casts.append(helper.make_node("Cast", [name], [weight.name], to=TensorProto.FLOAT))
        else:
            kept.append(weight)
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    return model


def compare(answers: Answers, path: Path) -> float:
    """The largest difference between torch and cv2.dnn over a few sizes."""
    net = cv2.dnn.readNetFromONNX(str(path))
    rng = np.random.default_rng(0)
    worst = 0.0
    for shape in ((64, 64), (96, 128), (256, 320)):
        L = rng.uniform(0, 100, (1, 1, *shape)).astype(np.float32)
        net.setInput(L, "L")
        with torch.no_grad():
            ours = answers(torch.from_numpy(L))
        for found, wanted in zip(net.forward(OUTPUTS), ours, strict=True):
            worst = max(worst, float(np.abs(found - wanted.numpy()).max()))
    return worst

"""The network as the product runs it: ONNX of plain operators, half-precision weights.

The batch normalisation is kept and every weight has its name, so that training can go on from the
file (see weights.py). OpenCV folds what can be folded when it loads the file.
"""

import copy
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from colorize.networks.onnx import OUTPUTS
from colorize.training.network import Answers

TOLERANCE = 1e-3
# Smaller tensors are not worth a node, and the sums over the bins (4 x 313) need more digits.
HALF_FROM = 2000
# What the name of a weight in half precision ends in.
HALF = "_half"


def export(answers: Answers, path: Path, half: bool = True) -> float:
    """Writes the file and checks it. Returns the largest difference of an output from torch's.

    Raises ValueError where OpenCV's answer is not torch's, for the weights as stored.
    """
    stored = rounded(answers) if half else answers
    torch.onnx.export(
        stored,
        (torch.full((1, 1, 64, 64), 50.0),),
        path,
        input_names=["L"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {2: "h", 3: "w"} for name in ("L", *OUTPUTS)},
        opset_version=17,
        training=torch.onnx.TrainingMode.PRESERVE,
        dynamo=False,
    )
    if half:
        onnx.save(halved(onnx.load(path)), path)
    difference = compare(stored, path)
    if difference > TOLERANCE:
        raise ValueError(f"OpenCV differs from torch by {difference:.4f}")
    return difference


def is_large(shape: Sequence[int]) -> bool:
    """Weights worth storing in half precision; never the statistics of a batch normalisation,
    which may be too small for it."""
    return len(shape) > 1 and int(np.prod(shape)) >= HALF_FROM


def rounded(answers: Answers) -> Answers:
    """A copy with the weights that half precision leaves of them."""
    copied = copy.deepcopy(answers)
    for value in copied.state_dict().values():
        if is_large(value.shape):
            value.copy_(value.half())
    return copied


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large weights stored in half precision and cast when the network is loaded."""
    kept, casts = [], []
    for weight in model.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and is_large(weight.dims):
            name = weight.name + HALF
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

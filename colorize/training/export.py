"""Exports the network for the site: ONNX with plain operators and half-precision weights.

Batch normalisation and the names of weights are kept, so that training can continue from the file
(see weights.py). OpenCV folds what it can when it loads the file.
"""

import copy
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from colorize.engine.atomic_files import draft
from colorize.engine.networks.onnx import PLANES, READOUT, SEEN
from colorize.training.errors import TrainingError
from colorize.training.network import FEATURES, TEMPERATURE, Answers, Padded

TOLERANCE = 1e-3
# The limit, either way, of a pixel's greatest logit divided by the temperature. On photos it is 0
# to 20. Its exponential times the sum of the bins' squares overflows at 77; those of the smaller
# logits may well be 0.
LOGITS = 40.0
# Where 1 is too fine to compare: the variance is a difference of numbers of up to 20,000.
UNITS = {"variance": 100}
# Smaller tensors are not worth converting, and the sums over the bins (7 x 313) need the precision.
HALF_FROM = 2200
# The suffix of weights in half precision.
HALF = "_half"


def export(answers: Answers, path: Path, half: bool = True) -> float:
    """Write the file, which replaces an earlier one only after it is checked. Returns the largest
    difference of an output to torch's.

    Raises TrainingError if OpenCV's outputs differ from torch's with the stored weights, or if the
    logits are too large for an exponential.
    """
    check_range(answers)
    with draft(path) as checked:
        return written(answers, checked, half)


def written(answers: Answers, path: Path, half: bool) -> float:
    """Like `export`, but leaves a bad file behind if it fails."""
    stored = rounded(answers) if half else answers
    planes = {name: {2: "h", 3: "w"} for name in ("L", *PLANES)}
    with warnings.catch_warnings():
        # Warnings about possible errors, which the comparison below would catch.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            stored,
            (torch.full((1, 1, 64, 64), 50.0),),
            path,
            input_names=["L"],
            output_names=computed(answers),
            dynamic_axes=planes,
            opset_version=17,
            training=torch.onnx.TrainingMode.PRESERVE,
            dynamo=False,
        )
    model = onnx.load(path)
    pad(model.graph, stored)
    model = fusible(model)
    add_readout(model.graph)
    onnx.save(halved(model) if half else model, path)
    difference = compare(stored, path)
    if not difference <= TOLERANCE:
        raise TrainingError(f"OpenCV differs from torch by {difference:.4f}")
    return difference


def computed(answers: Answers) -> list[str]:
    """The names of what torch computes."""
    return [*PLANES, *SEEN] if answers.upright else [*PLANES]


def check_range(answers: Answers) -> None:
    noise = np.random.default_rng(0).uniform(0, 100, (1, 1, 64, 64)).astype(np.float32)
    with torch.no_grad():
        for L in (
            torch.from_numpy(noise),
            torch.zeros(1, 1, 64, 64),
            torch.full((1, 1, 64, 64), 100.0),
        ):
            greatest = float(answers.network(L).amax(1).abs().max()) / TEMPERATURE
            if not greatest <= LOGITS:
                raise TrainingError(f"A logit is {greatest:.0f}, and {LOGITS:.0f} is the most")


def is_large(shape: Sequence[int]) -> bool:
    """Whether a weight is worth storing in half precision. Never statistics of a batch
    normalisation, which may be too small for it."""
    return len(shape) > 1 and int(np.prod(shape)) >= HALF_FROM


def rounded(answers: Answers) -> Answers:
    """A copy with weights rounded to half precision."""
    copied = copy.deepcopy(answers)
    for norm in copied.network.enc.modules():
        if isinstance(norm, nn.BatchNorm2d):
            settle(norm)
    for value in copied.state_dict().values():
        if is_large(value.shape):
            value.copy_(value.half())
    return copied


def settle(norm: nn.BatchNorm2d) -> None:
    """An equal normalisation with a mean of 0 and a variance of 1, which take no room in the file.
    The encoder's statistics never change, so training can still continue from it."""
    assert norm.running_mean is not None and norm.running_var is not None  # noqa: S101
    with torch.no_grad():
        scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        norm.bias.copy_(norm.bias - norm.running_mean * scale)
        norm.weight.copy_(scale)
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large weights in half precision, with a cast when the network is loaded."""
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


def fusible(model: onnx.ModelProto) -> onnx.ModelProto:
    """An equal network with operators that OpenCV 5.0 can fuse with a convolution."""
    clip_by_hard_sigmoid(model.graph)
    scale_in_convolution(model.graph)
    taken = {name for node in model.graph.node for name in node.input}
    for node in list(model.graph.node):
        if node.op_type == "Constant" and node.output[0] not in taken:
            model.graph.node.remove(node)
    return model


def add_readout(graph: onnx.GraphProto) -> None:
    """Add the output of `Answers.readout`, computed from the weights when the network is loaded."""
    weight, bias = next(node.input[1:3] for node in graph.node if "features" in node.input)
    (sums,) = [each for each in graph.initializer if each.name == "sums.weight"]
    last = np.array([sums.dims[0] - 1])
    graph.initializer.append(numpy_helper.from_array(last, "readout.last"))
    graph.node.extend(
        [
            helper.make_node("Gather", [sums.name, "readout.last"], ["readout.left"], axis=0),
            helper.make_node("Log", ["readout.left"], ["readout.log"]),
            helper.make_node("Flatten", ["readout.log"], ["readout.prior"], axis=2),
            helper.make_node("Flatten", [bias], ["readout.head"], axis=1),
            helper.make_node("Add", ["readout.head", "readout.prior"], ["readout.bias"]),
            helper.make_node("Flatten", [weight], ["readout.weight"], axis=1),
            helper.make_node("Concat", ["readout.weight", "readout.bias"], [READOUT], axis=1),
        ]
    )
    shape = sums.dims[1], FEATURES + 1
    graph.output.append(helper.make_tensor_value_info(READOUT, TensorProto.FLOAT, shape))


def pad(graph: onnx.GraphProto, answers: Answers) -> None:
    """Set the padding of the encoder's convolutions of stride 2, which torch cannot express."""
    ends = [c.ends for c in answers.modules() if isinstance(c, Padded) and c.stride == (2, 2)]
    attributes = [
        {a.name: a for a in node.attribute} for node in graph.node if node.op_type == "Conv"
    ]
    strided = [of["pads"] for of in attributes if list(of["strides"].ints) == [2, 2]]
    for pads, (before, after) in zip(strided, ends, strict=True):
        pads.ints[:] = [before, before, after, after]


def clip_by_hard_sigmoid(graph: onnx.GraphProto) -> None:
    """ReLU6 as six times a hard sigmoid, with the six in the weights of the next convolutions.

    OpenCV cannot fuse a Clip, and changes the memory layout before and after it.
    """
    clipped = set()
    for node in graph.node:
        if node.op_type == "Clip":
            clipped.add(node.output[0])
            node.op_type = "HardSigmoid"
            del node.input[1:]
            node.attribute.extend(
                [helper.make_attribute("alpha", 1 / 6), helper.make_attribute("beta", 0.0)]
            )
    for node in [node for node in graph.node if clipped.intersection(node.input)]:
        if node.op_type != "Conv":
            raise TrainingError(f"{node.name} takes a ReLU6, and only convolutions may")
        multiply(graph, node, 1, 6)


def scale_in_convolution(graph: onnx.GraphProto) -> None:
    """Move a factor of a convolution's output into its weights and bias."""
    numbers = {n.output[0]: n.attribute[0].t for n in graph.node if n.op_type == "Constant"}
    convolutions = {n.output[0]: n for n in graph.node if n.op_type == "Conv"}
    takers = Counter(name for node in graph.node for name in node.input)
    for node in [n for n in graph.node if n.op_type == "Mul"]:
        name, factor = node.input[0], numbers.get(node.input[1])
        if name in convolutions and takers[name] == 1 and factor is not None and not factor.dims:
            convolution = convolutions[name]
            for which in (1, 2):
                multiply(graph, convolution, which, float(numpy_helper.to_array(factor)))
            convolution.output[0] = node.output[0]
            graph.node.remove(node)


def multiply(graph: onnx.GraphProto, node: onnx.NodeProto, which: int, factor: float) -> None:
    """Multiply a weight by a factor in a node that OpenCV computes when it loads the file. The file
    keeps the weight as it was learned."""
    weight = node.input[which]
    number, product = f"factor.{weight}", f"product.{weight}"
    graph.initializer.append(numpy_helper.from_array(np.array(factor, np.float32), number))
    graph.node.insert(0, helper.make_node("Mul", [weight, number], [product]))
    node.input[which] = product


def compare(answers: Answers, path: Path) -> float:
    """The largest difference between torch and cv2.dnn, over a few sizes."""
    net = cv2.dnn.readNetFromONNX(str(path))
    names = net.getUnconnectedOutLayersNames()
    rng = np.random.default_rng(0)
    worst = np.float64(0)
    for shape in ((64, 64), (96, 128), (256, 320)):
        L = rng.uniform(0, 100, (1, 1, *shape)).astype(np.float32)
        net.setInput(L, "L")
        with torch.no_grad():
            ours = dict(zip(computed(answers), answers(torch.from_numpy(L)), strict=True))
            ours[READOUT] = answers.readout()
        for name, found in zip(names, net.forward(names), strict=True):
            difference = np.abs(found - ours[name].numpy()).max() / UNITS.get(name, 1)
            # Unlike max, this keeps NaN.
            worst = np.maximum(worst, difference)
    return float(worst)

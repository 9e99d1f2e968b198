"""Networks with other inputs and outputs, as tiny ONNX files made up for each kind."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from colorize.engine import networks
from colorize.engine.networks.manifest import ManifestError, read_manifest
from colorize.engine.planes import Plane

# A ramp from black to white, and what a quarter of it is.
L = np.tile(np.linspace(0, 100, 96, dtype=np.float32), (64, 1))
Answer = Callable[[Plane], Plane]


def write_network(path: Path, weights: Any, offset: Any, shape: list[Any]) -> None:
    """A 1x1 convolution: output channels by input channels, and what is added."""
    kernel = np.array(weights, np.float32)[..., None, None]
    inside = [numpy_helper.from_array(kernel, "w")]
    inside.append(numpy_helper.from_array(np.array(offset, np.float32), "b"))
    graph = helper.make_graph(
        [helper.make_node("Conv", ["input", "w", "b"], ["output"])],
        "tiny",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, kernel.shape[1], *shape])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, len(kernel), *shape])],
        inside,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, path)


def write_manifest(folder: Path, **entry: Any) -> None:
    write_entries(folder, about(folder / "tiny.onnx") | {"kind": "generic-onnx"} | entry)


def about(path: Path) -> dict[str, Any]:
    """The entry of a file that is there, named for it."""
    return {
        "name": path.stem,
        "title": path.stem.capitalize(),
        "file": path.name,
        "licence": "none",
        "source": "us",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "input_side": 64,
    }


def write_entries(folder: Path, *entries: dict[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps({"networks": entries}))


def grey(L: Plane) -> Plane:
    """sRGB 0..1 of a lightness, by its definition (CIE 15, IEC 61966-2-1)."""
    Y = np.where(L > 8, ((L + 16) / 116) ** 3, L * (3 / 29) ** 3)
    return np.asarray(np.where(Y > 0.0031308, 1.055 * Y ** (1 / 2.4) - 0.055, 12.92 * Y))


def ab_of_tint(L: Plane) -> Plane:
    rgb = (grey(L)[..., None] * [1, 0.8, 0.6]).astype(np.float32)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)[..., 1:])


IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
DIAGONAL = np.diag([1, 0.8, 0.6])
KINDS: dict[str, tuple[dict[str, Any], Any, Any, list[Any], Answer]] = {
    "L 0..100 to ab, a fixed square (SIGGRAPH17)": (
        {"side": 64, "input": "input", "output": "output"},
        [[0.5], [-0.25]],
        [1, 2],
        [64, 64],
        lambda L: np.dstack([0.5 * L + 1, -0.25 * L + 2]),
    ),
    "L less 50 to ab / 110, any size": (
        {"mean": [50], "answer_std": [110]},
        [[0.005], [0.002]],
        [0, 0],
        ["h", "w"],
        lambda L: np.dstack([0.55 * (L - 50), 0.22 * (L - 50)]),
    ),
    "grey RGB 0..1 to ab (DDColor)": (
        {"colour": "rgb-grey", "side": 64},
        [[10, 20, 30], [0, 0, -40]],
        [0, 5],
        [64, 64],
        lambda L: np.dstack([60 * grey(L), 5 - 40 * grey(L)]),
    ),
    "grey RGB 0..255 to RGB 0..255 (DeOldify, as some export it)": (
        {"colour": "rgb-grey", "side": 64, "std": [1 / 255], "answer": "rgb"}
        | {"answer_std": [1 / 255]},
        DIAGONAL,
        [0, 0, 0],
        [64, 64],
        ab_of_tint,
    ),
    "ImageNet's mean and std to the same (DeOldify, as it was trained)": (
        {"colour": "rgb-grey", "answer": "rgb", **IMAGENET}
        | {f"answer_{name}": numbers for name, numbers in IMAGENET.items()},
        DIAGONAL,
        (DIAGONAL @ IMAGENET["mean"] - IMAGENET["mean"]) / IMAGENET["std"],
        ["h", "w"],
        ab_of_tint,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_fed_and_read_as_its_entry_says(kind: str, tmp_path: Path) -> None:
    preprocess, weights, offset, shape, answer = KINDS[kind]
    write_network(tmp_path / "tiny.onnx", weights, offset, shape)
    write_manifest(tmp_path, preprocess=preprocess)
    prediction = networks.load(tmp_path, "tiny").predict(L)
    wanted = cv2.resize(answer(L), (24, 16), interpolation=cv2.INTER_AREA)
    assert prediction.ab_faithful.shape == (16, 24, 2)
    assert prediction.ab_faithful.dtype == np.float32
    # A square of 64 sees every third column of the ramp less.
    tolerance = 1.5 if preprocess.get("side") else 0.05
    assert np.abs(prediction.ab_faithful - wanted)[:, 1:-1].max() < tolerance
    assert prediction.ab_vivid is None and prediction.confidence is None


def test_a_network_with_other_channels_is_told(tmp_path: Path) -> None:
    write_network(tmp_path / "tiny.onnx", [[1]], [0], [64, 64])
    write_manifest(tmp_path, preprocess={"side": 64})
    with pytest.raises(
        networks.NetworkError, match=r"answers \(1, 1, 64, 64\) instead of \(1, 2, height, width\)"
    ):
        networks.load(tmp_path, "tiny")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "native", "preprocess": {}},
        {"kind": "unheard-of"},
        {"preprocess": {"colour": "cmyk"}},
        {"preprocess": {"answer": "L"}},
        {"preprocess": {"mean": [1, 2, 3]}},
        {"preprocess": {"colour": "rgb-grey", "std": [1, 2]}},
        {"preprocess": {"mean": ["50"]}},
        {"preprocess": {"std": [0]}},
        {"preprocess": {"spelt": "wrong"}},
        {"preprocess": {}, "spelt": "wrong"},
        {"preprocess": {}, "runtime": "unheard-of"},
        {"preprocess": {}, "sha256": ""},
        {"preprocess": {}, "sha256": "", "downloads": [{}]},
        {"preprocess": {}, "downloads": 3},
    ],
)
def test_an_entry_that_is_not_right_is_told(wrong: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "tiny.onnx").write_bytes(b"")
    write_manifest(tmp_path, **wrong)
    with pytest.raises(ManifestError, match="not a manifest"):
        read_manifest(tmp_path)

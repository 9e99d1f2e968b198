"""The Caffe release as ONNX: every layer against numpy, and files that are none."""

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

from colorize.engine.networks import caffe, convert
from colorize.engine.networks.bins import CENTRES
from colorize.engine.networks.onnx import OnnxNetwork
from colorize.engine.networks.runtimes import OpenCvSession
from colorize.engine.planes import Plane
from tests.engine.networks.caffe_release import Release, softmax

L = np.random.default_rng(3).uniform(0, 100, (64, 96)).astype(np.float32)
TOLERANCE = 1e-3


@pytest.fixture(scope="module")
def release() -> Release:
    """The paper's layers, a sixteenth as wide."""
    return Release(divisor=16)


@pytest.fixture
def files(release: Release, tmp_path: Path) -> tuple[Path, Path]:
    return release.write(tmp_path)


def expected(release: Release) -> tuple[Plane, Plane, Plane]:
    """What the three outputs are by their definitions."""
    blobs = release.compute(L)
    share = softmax(blobs["conv8_313"])
    mean = np.tensordot(CENTRES.T, share, 1)
    away = ((CENTRES[:, :, None, None] - mean) ** 2).sum(1)
    spread = np.sqrt((share * away).sum(0) + 1)
    return blobs["class8_ab"].transpose(1, 2, 0), mean.transpose(1, 2, 0), np.exp(-spread / 20)


def assert_right(release: Release, path: Path) -> None:
    vivid, faithful, confidence = expected(release)
    found = OnnxNetwork("zhang2016", OpenCvSession(path), 224).predict(L)
    assert found.confidence is not None and faithful.shape == (16, 24, 2)
    assert found.ab_vivid is not None
    assert np.abs(found.ab_vivid - vivid).max() < TOLERANCE
    assert np.abs(found.ab_faithful - faithful).max() < TOLERANCE
    assert np.abs(found.confidence - confidence).max() < TOLERANCE
    # Random weights must leave something to be right about.
    assert np.ptp(vivid) > 10 and np.ptp(vivid) > 1.2 * np.ptp(faithful)


def test_the_outputs_are_the_papers(
    release: Release, files: tuple[Path, Path], tmp_path: Path
) -> None:
    convert.convert(*files, tmp_path / "out.onnx")
    assert_right(release, tmp_path / "out.onnx")


def test_every_layer_is_right_by_itself(
    release: Release, files: tuple[Path, Path], tmp_path: Path
) -> None:
    graph = convert.Graph()
    blobs = convert.translate(graph, caffe.read_layers(*files))
    model = convert.as_model(graph)
    del model.graph.output[:]
    model.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, None, None, None])
        for name in blobs.values()
    )
    onnx.save(model, tmp_path / "layers.onnx")
    net = cv2.dnn.readNetFromONNX(str(tmp_path / "layers.onnx"))
    net.setInput(L[None, None], "L")
    found = dict(zip(blobs, net.forward(list(blobs.values())), strict=True))
    wanted = release.compute(L)
    assert len(wanted) == 34 and set(found) == set(wanted)
    for name, values in wanted.items():
        assert np.abs(found[name][0] - values).max() < TOLERANCE, name


@pytest.mark.slow
def test_the_release_at_its_true_size(tmp_path: Path) -> None:
    release = Release(divisor=1)
    assert 32_000_000 < sum(w.size for layer in release.layers for w in layer.weights) < 33_000_000
    convert.convert(*release.write(tmp_path), tmp_path / "out.onnx")
    assert_right(release, tmp_path / "out.onnx")


def test_blobs_with_old_fashioned_shapes_are_read(files: tuple[Path, Path]) -> None:
    net = caffe.net_parameter()()
    blob = net.layer.add(name="bw_conv1_1", type="Convolution").blobs.add()
    blob.num, blob.channels, blob.height, blob.width = 1, 1, 1, 2
    blob.data.append(np.array([3, 4], "<f4").tobytes())
    files[1].write_bytes(net.SerializeToString())
    first = caffe.read_layers(*files)[1]
    assert first.weights[0].tolist() == [[[[3, 4]]]]


@pytest.mark.parametrize(
    ("prototxt", "caffemodel", "wrong"),
    [
        ("layer {", None, "not a Caffe network"),
        (None, b"\xff\xff\xff", "not a Caffe network"),
        (None, b"", r"conv1_1 \(Convolution\) cannot be read"),
        ('layer { name: "x" type: "Pooling" bottom: "data_l" top: "x" }', None, "x .Pooling."),
        ("", None, "conv8_313. is missing"),
        (
            'layer { name: "x" convolution_param { kernel_size: 3 kernel_size: 5 pad: 1 pad: 2 } }',
            None,
            "differs in height and width",
        ),
    ],
)
def test_what_is_not_the_release_is_told(
    prototxt: str | None,
    caffemodel: bytes | None,
    wrong: str,
    files: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    if prototxt is not None:
        files[0].write_text(prototxt)
    if caffemodel is not None:
        files[1].write_bytes(caffemodel)
    with pytest.raises(caffe.CaffeError, match=wrong):
        convert.convert(*files, tmp_path / "out.onnx")
    assert not (tmp_path / "out.onnx").exists()


def test_weights_of_another_length_are_told(files: tuple[Path, Path]) -> None:
    net = caffe.net_parameter()()
    blob = net.layer.add(name="bw_conv1_1").blobs.add(data=[b"1234"])
    blob.shape.dim.append(5)
    files[1].write_bytes(net.SerializeToString())
    with pytest.raises(caffe.CaffeError, match=r"1 numbers for \[5\]"):
        caffe.read_layers(*files)

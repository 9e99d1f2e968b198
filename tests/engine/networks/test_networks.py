"""The built-in network: once a process, right under threads and after a fork."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from colorize.engine import networks
from colorize.engine.networks.bins import CENTRES
from tests.conftest import ROOT
from tests.processes import run

MODELS = ROOT / "models"
L = np.random.default_rng(5).uniform(0, 100, (96, 128)).astype(np.float32)


@pytest.fixture
def models(tmp_path: Path, settings: Any) -> Path:
    """A copy of models/ that a test may harm."""
    shutil.copytree(MODELS, tmp_path / "models")
    settings.MODELS_DIR = tmp_path / "models"
    return tmp_path / "models"


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(64, 64), (96, 128), (256, 320), (64, 512)])
def test_the_prediction_keeps_the_contract(shape: tuple[int, int]) -> None:
    height, width = shape
    prediction = networks.load(MODELS, "colornet").predict(np.full(shape, 50, np.float32))
    assert prediction.ab_vivid is not None and prediction.confidence is not None
    assert prediction.ab_vivid.shape == prediction.ab_faithful.shape == (height // 4, width // 4, 2)
    assert prediction.confidence.shape == (height // 4, width // 4)
    for plane in (prediction.ab_vivid, prediction.ab_faithful, prediction.confidence):
        assert plane.dtype == np.float32 and np.isfinite(plane).all()
    assert 0 <= prediction.confidence.min() <= prediction.confidence.max() <= 1


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["opencv", "onnxruntime"])
def test_the_distribution_can_be_read_from_the_features(runtime: str) -> None:
    entry = replace(networks.read_manifest(MODELS)["colornet"], runtime=runtime)
    prediction = networks.run(entry).predict(L)
    features, readout = prediction.features, prediction.readout
    assert features is not None and readout is not None and prediction.variance is not None
    assert features.dtype == readout.dtype == prediction.variance.dtype == np.float32
    chances = np.exp(features @ readout[:, :-1].T + readout[:, -1])
    chances /= chances.sum(2, keepdims=True)
    assert np.allclose(chances @ CENTRES, prediction.ab_faithful, atol=1e-3)
    squares = chances @ (CENTRES**2).sum(1)
    variance = squares - (prediction.ab_faithful**2).sum(2)
    assert np.allclose(variance, prediction.variance, atol=0.05)


@pytest.mark.slow
def test_a_process_loads_it_once() -> None:
    assert networks.load(MODELS, "colornet") is networks.load(MODELS, "colornet")


@pytest.mark.slow
def test_threads_with_different_photos_get_their_own_answers(rng: np.random.Generator) -> None:
    network = networks.load(MODELS, "colornet")
    photos = [rng.uniform(0, 100, (64, 64 + 32 * n)).astype(np.float32) for n in range(4)]
    alone = [network.predict(photo).ab_faithful for photo in photos]
    wrong: list[int] = []

    def work(n: int) -> None:
        for _ in range(5):
            if not np.allclose(network.predict(photos[n]).ab_faithful, alone[n], atol=1e-3):
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def in_a_child(work: Callable[[], bool]) -> bool:
    """Whether `work` is true in a forked process, within 30 seconds."""
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        os._exit(0 if work() else 1)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.slow
def test_a_child_forked_from_a_process_that_used_it_is_right() -> None:
    expected = networks.load(MODELS, "colornet").predict(L).ab_faithful

    def work() -> bool:
        found = networks.load(MODELS, "colornet").predict(L).ab_faithful
        return bool(np.allclose(found, expected, atol=1e-3))

    assert in_a_child(work)


@pytest.mark.slow
def test_no_idle_thread_of_opencv_is_alive_when_a_process_forks() -> None:
    """One that is caught holding a lock would leave it locked in the child for ever.

    Hooks run in reverse order, so one registered before the networks' own sees what that leaves.
    """
    script = (
        "import os\n"
        "alive = []\n"
        "count = lambda: alive.append(len(os.listdir('/proc/self/task')))\n"
        "os.register_at_fork(before=count)\n"
        "import cv2, numpy as np\n"
        "from pathlib import Path\n"
        "from colorize.engine import networks\n"
        "cv2.setNumThreads(3)\n"
        f"network = networks.load(Path({str(MODELS)!r}), 'colornet')\n"
        "network.predict(np.full((256, 256), 50, np.float32))\n"
        "count()\n"
        "child = os.fork()\n"
        "child and os.waitpid(child, 0)\n"
        "print(*alive, cv2.getNumThreads(), flush=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["3 1 3", "3 1 3"], done.stderr


@pytest.mark.slow
def test_a_child_forked_while_another_thread_is_at_work_does_not_hang() -> None:
    network = networks.load(MODELS, "colornet")
    stop = threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            network.predict(L)

    thread = threading.Thread(target=keep_busy)
    thread.start()
    try:
        results = [
            in_a_child(lambda: networks.load(MODELS, "colornet").predict(L).ab_faithful.max() < 128)
            for _ in range(3)
        ]
    finally:
        stop.set()
        thread.join()
    assert all(results)


@pytest.mark.slow
def test_commands_that_need_no_network_do_not_load_it(tmp_path: Path, template: Path) -> None:
    """Told by the real process: a network that is loaded would break on this file."""
    script = (
        "import sys, cv2; cv2.dnn.readNetFromONNX = lambda *a: sys.exit('the network was loaded');"
        "from django.core.management import execute_from_command_line as run;"
        "[run(['manage.py', *command.split()])"
        " for command in ('prepare', 'migrate --check', 'check', 'showmigrations')]"
    )
    shutil.copytree(template / "var", tmp_path / "var")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "colorizer_site.settings",
        "DATA_DIR": str(tmp_path / "var"),
        "STATIC_ROOT": str(template / "static"),
    }
    done = run("-c", script, environment=environment)
    assert "the network was loaded" not in done.stderr
    assert "Traceback" not in done.stderr


def problems() -> str:
    try:
        call_command("check", tags=["networks"])
    except SystemCheckError as found:
        return str(found)
    return ""


def test_check_is_content_with_the_repository() -> None:
    assert problems() == ""


def test_check_tells_of_a_missing_file(models: Path) -> None:
    (models / "colornet.onnx").unlink()
    assert "colorize.E001" in problems()
    assert "is missing" in problems() and "git checkout -- models" in problems()


def test_check_tells_of_an_altered_file(models: Path) -> None:
    with (models / "colornet.onnx").open("r+b") as file:
        file.seek(5000)
        file.write(b"altered")
    assert "colorize.E002" in problems()
    assert "git checkout -- models" in problems()
    with pytest.raises(networks.NetworkError, match="not the file that the manifest describes"):
        networks.load(models, "colornet")


@pytest.mark.parametrize("content", [None, "", "{}", '{"networks": [{}]}', '{"networks": 3}'])
def test_check_tells_of_a_manifest_that_cannot_be_read(content: str | None, models: Path) -> None:
    (models / "manifest.json").unlink()
    if content is not None:
        (models / "manifest.json").write_text(content)
    assert "colorize.E003" in problems()


def test_check_tells_of_a_network_that_nobody_knows(models: Path, settings: Any) -> None:
    settings.NETWORK = "nobody"
    assert "colorize.E004" in problems() and "NETWORK" in problems()


def test_a_file_that_opencv_cannot_run_is_told(models: Path) -> None:
    manifest = json.loads((models / "manifest.json").read_text())
    (models / "colornet.onnx").write_bytes(b"")
    manifest["networks"][0]["sha256"] = hashlib.sha256(b"").hexdigest()
    (models / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(networks.NetworkError, match="cannot run"):
        networks.load(models, "colornet")


def test_the_manifest_tells_the_truth() -> None:
    for entry in networks.read_manifest(MODELS).values():
        if entry.present:
            entry.verify()
            assert entry.path.stat().st_size == entry.size

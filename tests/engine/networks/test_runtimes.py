"""Networks of others through OpenCV and, where that cannot, through onnxruntime."""

import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.checks import CheckMessage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from colorize import service
from colorize.checks import check_networks
from colorize.engine import networks, render
from colorize.engine.networks import runtimes
from colorize.engine.networks.base import Session
from colorize.engine.photo import read_photo
from colorize.engine.planes import Plane
from tests.conftest import ROOT
from tests.engine.networks.made_up import (
    ab_of_grey,
    write_ddcolor,
    write_deoldify,
    write_native,
    write_qdq,
    write_qlinear,
)
from tests.engine.networks.test_generic_networks import ab_of_tint, about, grey, write_entries
from tests.engine.networks.test_networks import in_a_child
from tests.photos import lightness_of, photo

# Dark on the left, bright on the right, and twice as wide as high.
L = np.tile(np.linspace(20, 90, 128, dtype=np.float32), (64, 1))
TINT = (1, 0.8, 0.6)
GREY_TO_AB = {"colour": "rgb-grey", "side": 64, "answer": "ab"}
BYTES = {"std": [1 / 255], "answer": "rgb", "answer_std": [1 / 255]}
GREY_TO_RGB = {"colour": "rgb-grey", "side": 64, **BYTES}
Answer = Callable[[Plane], Plane]
KINDS: dict[str, tuple[Callable[[Path], None], dict[str, Any], Answer]] = {
    "dynamic": (lambda path: write_ddcolor(path, 64), GREY_TO_AB, lambda L: ab_of_grey(grey(L))),
    "spectral": (lambda path: write_deoldify(path, TINT, 64), GREY_TO_RGB, ab_of_tint),
    "qdq": (write_qdq, GREY_TO_AB, lambda L: ab_of_grey(grey(L))),
    "qlinear": (write_qlinear, GREY_TO_AB, lambda L: ab_of_grey(grey(L))),
}
ONLY_ONNXRUNTIME = ["dynamic", "spectral"]
BOTH = ["qdq", "qlinear"]


def put(folder: Path, kind: str, runtime: str, name: str = "made-up") -> dict[str, Any]:
    """Writes the file, and returns its entry."""
    write, preprocess, _ = KINDS[kind]
    write(folder / f"{name}.onnx")
    entry = about(folder / f"{name}.onnx")
    return entry | {"kind": "generic-onnx", "runtime": runtime, "preprocess": preprocess}


@pytest.mark.parametrize(
    ("kind", "runtime"),
    [
        *((kind, "onnxruntime") for kind in KINDS),
        *((kind, "opencv") for kind in BOTH),
    ],
)
def test_a_network_of_fixed_size_answers_for_the_whole_photo(
    kind: str, runtime: str, tmp_path: Path
) -> None:
    """Squeezed into the network's square and out of it again, each colour is in its place."""
    write_entries(tmp_path, put(tmp_path, kind, runtime))
    prediction = networks.load(tmp_path, "made-up").predict(L)
    wanted = cv2.resize(KINDS[kind][2](L), (32, 16), interpolation=cv2.INTER_AREA)
    assert prediction.ab_faithful.shape == (16, 32, 2)
    assert prediction.ab_faithful.dtype == np.float32
    assert np.abs(prediction.ab_faithful - wanted)[:, 1:-1].max() < 1
    assert prediction.ab_vivid is None and prediction.confidence is None


@pytest.mark.parametrize("kind", ONLY_ONNXRUNTIME)
def test_what_opencv_cannot_run_is_told(kind: str, tmp_path: Path) -> None:
    write_entries(tmp_path, put(tmp_path, kind, "opencv"))
    with pytest.raises(networks.NetworkError, match="“made-up” cannot be used: OpenCV cannot run"):
        networks.load(tmp_path, "made-up")


@pytest.mark.parametrize("damage", [b"", b"no network", b"\x08\x08\x12\x03abc"])
@pytest.mark.parametrize(("runtime", "who"), [("opencv", "OpenCV"), ("onnxruntime",) * 2])
def test_what_is_no_network_is_told(damage: bytes, runtime: str, who: str, tmp_path: Path) -> None:
    (tmp_path / "made-up.onnx").write_bytes(damage)
    write_entries(tmp_path, about(tmp_path / "made-up.onnx") | {"runtime": runtime})
    with pytest.raises(networks.NetworkError, match=f"{who} cannot run it"):
        networks.load(tmp_path, "made-up")


def test_a_network_of_another_size_than_its_entry_says_is_told(tmp_path: Path) -> None:
    write_entries(tmp_path, put(tmp_path, "dynamic", "onnxruntime") | {"preprocess": {}})
    with pytest.raises(networks.NetworkError, match="onnxruntime cannot run it"):
        networks.load(tmp_path, "made-up")


@pytest.mark.parametrize("runtime", ["opencv", "onnxruntime"])
@pytest.mark.parametrize("vivid", [{}, {"ab_vivid": 2}])
@pytest.mark.parametrize("confidence", [{}, {"confidence": 1}])
@pytest.mark.parametrize("hints", [{}, {"features": 8, "unknown": 3, "variance": 1}])
def test_the_outputs_of_a_file_declare_what_it_can_say(
    vivid: dict[str, int],
    confidence: dict[str, int],
    hints: dict[str, int],
    runtime: str,
    tmp_path: Path,
) -> None:
    write_native(tmp_path / "made-up.onnx", hints | vivid | {"ab_faithful": 2} | confidence)
    write_entries(tmp_path, about(tmp_path / "made-up.onnx") | {"runtime": runtime})
    prediction = networks.load(tmp_path, "made-up").predict(L)
    assert prediction.ab_faithful.shape == (16, 32, 2)
    # Here all outputs are alike; how many there are is told by the file alone.
    assert (prediction.ab_vivid is not None) == bool(vivid)
    assert (prediction.confidence is not None) == bool(confidence)
    assert (prediction.features is not None) == (prediction.variance is not None) == bool(hints)
    if prediction.features is not None and prediction.variance is not None:
        assert prediction.features.shape == (16, 32, 8) and prediction.variance.shape == (16, 32)
    assert prediction.confidence is None or prediction.confidence.shape == (16, 32)


def test_a_file_without_the_faithful_colours_is_told(tmp_path: Path) -> None:
    write_native(tmp_path / "made-up.onnx", {"ab_vivid": 2})
    write_entries(tmp_path, about(tmp_path / "made-up.onnx"))
    with pytest.raises(networks.NetworkError, match="no output “ab_faithful”"):
        networks.load(tmp_path, "made-up")


@pytest.mark.slow
def test_the_embedded_network_answers_alike_through_both(tmp_path: Path) -> None:
    shutil.copy(ROOT / "models" / "colornet.onnx", tmp_path)
    answers = []
    for runtime in ("opencv", "onnxruntime"):
        write_entries(tmp_path, about(tmp_path / "colornet.onnx") | {"runtime": runtime})
        answers.append(networks.read(tmp_path, "colornet").predict(L))
    opencv, other = answers
    assert opencv.ab_vivid is not None and other.ab_vivid is not None
    assert np.abs(opencv.ab_vivid - other.ab_vivid).max() < 0.05
    assert np.abs(opencv.ab_faithful - other.ab_faithful).max() < 0.05


def test_for_films_the_quickest_runtime_that_is_installed_is_taken(
    tmp_path: Path, monkeypatch: Any
) -> None:
    taken: list[str] = []

    def noting(name: str, session: Callable[[Path], Session]) -> Callable[[Path], Session]:
        def made(path: Path) -> Session:
            taken.append(name)
            return session(path)

        return made

    for name, session in list(runtimes.RUNTIMES.items()):
        monkeypatch.setitem(runtimes.RUNTIMES, name, noting(name, session))
    write_entries(tmp_path, put(tmp_path, "qdq", "opencv", "fits"))
    networks.read(tmp_path, "fits", quick=True)
    monkeypatch.setattr(networks, "is_installed", lambda runtime: False)
    networks.read(tmp_path, "fits", quick=True)
    assert taken == ["onnxruntime", "opencv"]


@pytest.fixture
def models(tmp_path: Path, settings: Any) -> Path:
    """ColorNet, and a network that needs onnxruntime."""
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(ROOT / "models" / "colornet.onnx", folder)
    write_entries(
        folder, about(folder / "colornet.onnx"), put(folder, "dynamic", "onnxruntime", "dynamic")
    )
    settings.MODELS_DIR = folder
    return folder


@pytest.mark.parametrize("size", [(64, 200), (200, 64), (90, 90)])
def test_the_lightness_stays_the_photos_own(size: tuple[int, int], models: Path) -> None:
    width, height = size
    ramp = np.tile(np.linspace(60, 160, width), (height, 1)).astype(np.uint8)
    data = photo(pixels=np.repeat(ramp[..., None], 3, axis=2))
    own = read_photo(data).L
    result = service.colorize(data, service.Options(network="dynamic"))
    assert (result.width, result.height) == size
    assert np.abs(lightness_of(render.recombine(own.copy(), result.ab)[..., :3]) - own).mean() < 0.5
    assert result.ab_step is None and result.confidence is None
    assert np.abs(result.ab).max() > 5


# Without onnxruntime.


@pytest.fixture
def without(models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runtimes, "find_spec", lambda name: None)
    monkeypatch.setattr(runtimes, "import_onnxruntime", pytest.fail)
    return models


SENTENCE = (
    "the network “dynamic” needs onnxruntime, which is not installed here. "
    "`pip install -r requirements-onnxruntime.txt` installs it; then start the site again."
)


def only(problems: list[CheckMessage]) -> CheckMessage:
    (problem,) = problems
    return problem


def test_the_check_says_what_to_install(without: Path, settings: Any) -> None:
    assert (only(check_networks()).id, only(check_networks()).msg) == ("colorize.W001", SENTENCE)
    settings.NETWORK = "dynamic"
    assert (only(check_networks()).id, only(check_networks()).msg) == ("colorize.E005", SENTENCE)


@pytest.mark.django_db
def test_the_page_and_the_endpoint_say_what_to_install(without: Path, client: Client) -> None:
    assert 'value="dynamic"' not in client.get("/").content.decode()

    def fields() -> dict[str, Any]:
        return {"image": SimpleUploadedFile("old.jpg", photo()), "network": "dynamic"}

    page = client.post("/", fields())
    assert page.status_code == 503 and SENTENCE in page.content.decode()
    answer = client.post("/colorize", fields())
    assert answer.status_code == 503
    assert answer.json()["error"] == "network_unavailable" and SENTENCE in answer.json()["message"]


@pytest.mark.django_db
def test_the_health_says_so_where_it_is_the_default(
    without: Path, client: Client, settings: Any
) -> None:
    assert client.get("/healthz").status_code == 200
    settings.NETWORK = "dynamic"
    answer = client.get("/healthz")
    assert answer.status_code == 503 and SENTENCE in answer.json()["network"]


def test_the_commands_say_what_to_install(without: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "old.jpg").write_bytes(photo())
    folder = str(tmp_path / "photos")
    for command in ("colorize", "evaluate"):
        with pytest.raises(CommandError, match=r"pip install -r requirements-onnxruntime\.txt"):
            call_command(command, folder, "--network", "dynamic")
    out, err = io.StringIO(), io.StringIO()
    call_command("evaluate", folder, stdout=out, stderr=err)
    assert "| colornet, vividness 0 |" in out.getvalue() and "dynamic" not in out.getvalue()
    assert err.getvalue() == f"Left out: {SENTENCE}\n"


# Threads and processes.


@pytest.fixture
def network(models: Path) -> networks.Network:
    return networks.load(models, "dynamic")


def test_threads_get_their_own_answers(network: networks.Network) -> None:
    photos = [np.full((64, 64 + 32 * n), 20 + 20 * n, np.float32) for n in range(4)]
    alone = [network.predict(each).ab_faithful for each in photos]
    wrong: list[int] = []

    def work(n: int) -> None:
        for _ in range(20):
            if not np.array_equal(network.predict(photos[n]).ab_faithful, alone[n]):
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.slow
def test_a_forked_child_is_right_and_ends(network: networks.Network, models: Path) -> None:
    """Also while another thread of the parent is at work."""
    expected = network.predict(L).ab_faithful
    stop = threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            network.predict(L)

    def work() -> bool:
        found = networks.load(models, "dynamic").predict(L).ab_faithful
        return np.array_equal(found, expected)

    thread = threading.Thread(target=keep_busy)
    thread.start()
    try:
        assert all(in_a_child(work) for _ in range(5))
    finally:
        stop.set()
        thread.join()


def in_a_fresh_process(script: str, models: Path, home: Path) -> list[str]:
    """What it prints, word by word. Without what tells onnxruntime to keep quiet."""
    environment = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "colorizer_site.settings",
        "DATA_DIR": str(home),
        "HOME": str(home),
        "MODELS_DIR": str(models),
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.slow
def test_it_takes_as_many_threads_as_opencv_and_a_child_that_exits_does_not_hang(
    models: Path, tmp_path: Path
) -> None:
    """A session that ended in the child would wait there for threads that only the parent has."""
    script = (
        "import os, signal, sys, cv2, numpy as np\n"
        "from pathlib import Path\n"
        "from colorize.engine import networks\n"
        "cv2.setNumThreads(3)\n"
        f"network = networks.load(Path({str(models)!r}), 'dynamic')\n"
        "network.predict(np.full((64, 64), 50, np.float32))\n"
        "print(len(os.listdir('/proc/self/task')), flush=True)\n"
        "child = os.fork()\n"
        "child or (signal.alarm(20), sys.exit(0))\n"
        "print(os.waitpid(child, 0)[1])\n"
    )
    assert in_a_fresh_process(script, models, tmp_path / "home") == ["3", "0"]


@pytest.mark.slow
def test_it_reports_to_nobody(models: Path, tmp_path: Path) -> None:
    """It would keep the number that it goes by at its maker's in the person's cache folder."""
    home = tmp_path / "home"
    home.mkdir()
    script = (
        "from pathlib import Path\n"
        "from colorize.engine import networks\n"
        f"networks.load(Path({str(models)!r}), 'dynamic')\n"
        "import sys; print('onnxruntime' in sys.modules)\n"
    )
    assert in_a_fresh_process(script, models, home) == ["True"]
    assert list(home.rglob("*")) == []


@pytest.mark.slow
def test_a_site_that_starts_does_not_import_it(models: Path, tmp_path: Path) -> None:
    script = (
        "import sys, colorizer_site.wsgi\n"
        "from django.core.management import call_command\n"
        "from colorize.service import available_networks\n"
        "call_command('check', tags=['networks'])\n"
        "print(len(available_networks()), 'onnxruntime' in sys.modules)\n"
    )
    assert in_a_fresh_process(script, models, tmp_path / "home")[-2:] == ["2", "False"]

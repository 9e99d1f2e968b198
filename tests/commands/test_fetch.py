"""manage.py fetch_network, the whole way: a local mirror, made-up releases, and their use."""

import errno
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from colorize import service
from colorize.checks import check_networks
from colorize.engine import networks
from colorize.engine.networks import runtimes
from colorize.engine.networks.manifest import read_manifest
from colorize.management.commands import fetch_network
from tests.conftest import ROOT
from tests.engine.networks.caffe_release import Release
from tests.engine.networks.made_up import write_ddcolor, write_deoldify
from tests.engine.networks.mirror import Mirror, running
from tests.engine.networks.test_conversion import assert_right
from tests.engine.networks.test_generic_networks import write_network
from tests.photos import photo

CAFFE = ("colorization_deploy_v2.prototxt", "colorization_release_v2.caffemodel")
ECCV, SIGGRAPH = "colorization-eccv-16.onnx", "colorization-siggraph-17.onnx"
DDCOLOR, ARTISTIC, STABLE = (
    "ddcolor_tiny_512_int8.onnx",
    "deoldify-art.onnx",
    "deoldify_stable.onnx",
)
FIRST_FORMS = ["zhang2016", "siggraph17", "ddcolor-tiny", "deoldify-artistic", "deoldify-stable"]


@pytest.fixture(scope="module")
def release() -> Release:
    return Release(divisor=16)


@pytest.fixture(scope="module")
def published(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that is published: the paper's layers, narrow, and tiny ONNX files."""
    folder = tmp_path_factory.mktemp("published")
    release.write(folder)
    write_network(folder / ECCV, [[0.2], [0.3]], [0, 0], [256, 256])
    write_network(folder / SIGGRAPH, [[0.1], [0.4]], [0, 0], [256, 256])
    write_ddcolor(folder / DDCOLOR)
    write_deoldify(folder / ARTISTIC, (1, 0.8, 0.6))
    write_deoldify(folder / STABLE, (1, 0.9, 0.8))
    return folder


@pytest.fixture
def mirror(published: Path) -> Iterator[Mirror]:
    with running() as mirror:
        mirror.files = {path.name: path.read_bytes() for path in published.iterdir()}
        yield mirror


@pytest.fixture
def models(published: Path, mirror: Mirror, tmp_path: Path, settings: Any) -> Path:
    """models/, whose manifest names the local mirror and the hashes of what it has."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    shutil.copy(ROOT / "models" / "colornet.onnx", settings.MODELS_DIR)
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text())
    for entry in manifest["networks"]:
        for item in entry.get("downloads", []):
            how = "sha256" if "sha256" in item else "sha1"
            item[how] = hashlib.new(how, (published / item["file"]).read_bytes()).hexdigest()
            item["mirrors"] = [mirror.url("gone/" + item["file"]), mirror.url(item["file"])]
    (settings.MODELS_DIR / "manifest.json").write_text(json.dumps(manifest))
    return Path(settings.MODELS_DIR)


def fetch(*arguments: str) -> str:
    """What the command says. Raises CommandError."""
    said = io.StringIO()
    try:
        call_command("fetch_network", *arguments, stdout=said, stderr=said)
    except CommandError as problem:
        raise CommandError(f"{said.getvalue()}{problem}") from problem
    return said.getvalue()


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"manifest.json", "colornet.onnx"}


def test_the_papers_release_is_fetched_and_converted(release: Release, models: Path) -> None:
    assert "zhang2016 is there: models/zhang2016.onnx." in fetch("zhang2016")
    assert names_in(models) == {"zhang2016.onnx", "zhang2016.onnx.sha256"}
    assert_right(release, models / "zhang2016.onnx")
    entry = read_manifest(models)["zhang2016"]
    assert entry.size == (models / "zhang2016.onnx").stat().st_size
    assert check_networks() == []
    assert "is already there" in fetch("zhang2016")


def test_a_broken_download_goes_on_at_the_next_call(models: Path, mirror: Mirror) -> None:
    mirror.breaks_after[CAFFE[1]] = 100_000
    with pytest.raises(CommandError, match=r"broke after 100000 (.|\n)*Not fetched: zhang2016"):
        fetch("zhang2016")
    assert names_in(models) == {CAFFE[0], CAFFE[1] + ".part"}
    mirror.asked.clear()
    fetch("zhang2016")
    assert (CAFFE[1], "bytes=100000-") in mirror.asked
    assert CAFFE[0] not in [name for name, _ in mirror.asked]
    assert names_in(models) == {"zhang2016.onnx", "zhang2016.onnx.sha256"}


def test_all_is_each_network_in_its_first_form(models: Path) -> None:
    fetch("--all")
    present = [entry.name for entry in networks.present(models)]
    assert present == ["colornet", *FIRST_FORMS]


def test_one_that_fails_does_not_keep_back_the_others(models: Path, mirror: Mirror) -> None:
    del mirror.files[CAFFE[1]]
    with pytest.raises(CommandError, match=r"404(.|\n)*Not fetched: zhang2016\.") as told:
        fetch("--all")
    assert "siggraph17 is there" in str(told.value)


def test_files_that_are_here_need_no_mirror(models: Path, published: Path, mirror: Mirror) -> None:
    fetch("zhang2016", "--from", *(str(published / name) for name in CAFFE))
    fetch("zhang2016-onnx", "--from", str(published / ECCV))
    assert mirror.asked == []
    assert all((published / name).exists() for name in (*CAFFE, ECCV))
    service.load_network("zhang2016")
    service.load_network("zhang2016-onnx")


def test_what_is_not_given_is_downloaded(models: Path, published: Path, mirror: Mirror) -> None:
    fetch("zhang2016", "--from", str(published / CAFFE[1]))
    assert {name for name, _ in mirror.asked} == {CAFFE[0], "gone/" + CAFFE[0]}


def test_a_wrong_file_is_refused(models: Path, published: Path) -> None:
    with pytest.raises(CommandError, match=r"is not what zhang2016 needs .*other hash"):
        fetch("zhang2016", "--from", str(published / ECCV))
    with pytest.raises(CommandError, match="No such file"):
        fetch("zhang2016", "--from", str(published / "missing"))
    assert names_in(models) == set()


def test_wrong_bytes_from_every_mirror_leave_nothing(models: Path, mirror: Mirror) -> None:
    mirror.files[SIGGRAPH] = b"<html>Please sign in</html>"
    with pytest.raises(CommandError, match="hash is wrong"):
        fetch("siggraph17")
    assert names_in(models) == set()


def test_a_network_that_cannot_run_is_removed_again(
    models: Path, mirror: Mirror, published: Path
) -> None:
    manifest = json.loads((models / "manifest.json").read_text())
    mirror.files[SIGGRAPH] = b"no network"
    digest = hashlib.sha256(b"no network").hexdigest()
    manifest["networks"][3]["downloads"][0]["sha256"] = digest
    (models / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match=r"OpenCV cannot run it\. .* was deleted again"):
        fetch("siggraph17")
    assert names_in(models) == set()


def test_an_altered_network_is_told_and_fetched_again(models: Path) -> None:
    fetch("zhang2016")
    with (models / "zhang2016.onnx").open("ab") as file:
        file.write(b"altered")
    (problem,) = check_networks()
    assert problem.id == "colorize.E002" and "fetch_network zhang2016" in str(problem.hint)
    with pytest.raises(networks.NetworkError, match="not the file"):
        networks.load(models, "zhang2016")
    fetch("zhang2016")
    assert check_networks() == []


def test_nothing_is_downloaded_that_could_not_run(
    models: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "find_spec", lambda name: None)
    with pytest.raises(
        CommandError,
        match=r"“ddcolor-tiny” needs onnxruntime, which is not installed here\. "
        r"`pip install -r requirements-onnxruntime\.txt` (.|\n)*Not fetched: ddcolor-tiny\.",
    ):
        fetch("ddcolor-tiny")
    assert mirror.asked == [] and names_in(models) == set()


@pytest.mark.slow
def test_all_that_was_fetched_is_compared_in_one_table_and_one_gallery(
    models: Path, tmp_path: Path, settings: Any
) -> None:
    settings.VIVIDNESS = 0.6
    fetch("--all")
    (tmp_path / "photos").mkdir()
    for name, kind in (("a.jpg", "JPEG"), ("b.png", "PNG")):
        (tmp_path / "photos" / name).write_bytes(photo(kind))
    said, page = io.StringIO(), tmp_path / "out.html"
    call_command("evaluate", str(tmp_path / "photos"), "--gallery", str(page), stdout=said)
    (table,) = [part for part in said.getvalue().split("\n\n") if "| Ground truth | 100.0" in part]
    rows = [line.split("|") for line in table.splitlines()[2:]]
    assert [cells[1].strip().partition(",")[0] for cells in rows] == [
        *["colornet"] * 3,
        *["zhang2016"] * 3,
        *FIRST_FORMS[1:],
        *("Gray", "Random", "Ground truth"),
    ]
    assert all(cells[2:] != rows[-3][2:] for cells in rows[:-3])
    for name in FIRST_FORMS:
        assert page.read_text().count(f"<br>{name}") == 2


def test_a_full_disk_is_told(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetch_network, "fetch", fill)
    with pytest.raises(CommandError, match=r"siggraph-17\.onnx: No space left on device"):
        fetch("siggraph17")


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ([], "Choose from: zhang2016, zhang2016-onnx, siggraph17"),
        (["zhang2016", "--all"], "Name a network or use --all"),
        (["colornet"], "no network “colornet” to fetch"),
        (["nobody"], "no network “nobody” to fetch"),
        (["--all", "--from", "x"], "--from goes with one network"),
    ],
)
def test_a_command_that_is_not_right_is_told(
    arguments: list[str], wrong: str, models: Path
) -> None:
    with pytest.raises(CommandError, match=wrong):
        fetch(*arguments)


def test_a_missing_manifest_is_told(models: Path) -> None:
    (models / "manifest.json").unlink()
    with pytest.raises(CommandError, match=r"manifest\.json cannot be read"):
        fetch("--all")


@pytest.mark.django_db
def test_the_form_keeps_the_network_that_was_chosen(models: Path, client: Client) -> None:
    fetch("siggraph17")
    chosen = re.compile(r'<select name="network".*?value="([\w-]+)"[^>]*\sselected', re.DOTALL)
    assert chosen.findall(client.get("/").content.decode()) == ["colornet"]
    letter = SimpleUploadedFile("letter.txt", b"Dear Sir")
    page = client.post("/", {"image": letter, "network": "siggraph17"}).content.decode()
    assert chosen.findall(page) == ["siggraph17"]


@pytest.mark.django_db
def test_fetched_networks_can_be_chosen_everywhere(
    models: Path, client: Client, tmp_path: Path
) -> None:
    fetch("--all")
    page = client.get("/").content.decode()
    about = client.get("/about").content.decode()
    for entry in networks.present(models):
        assert f'value="{entry.name}"' in page
        assert entry.description in page and entry.description in about
    for name in FIRST_FORMS:
        sure = name == "zhang2016"
        upload = SimpleUploadedFile("old.jpg", photo())
        fields = {"image": upload, "network": name, "layers": "true"}
        body = client.post("/colorize", fields).json()
        assert body["network"] == name
        for field in ("confidence", "confidence_map", "ab_step"):
            assert (body[field] is not None) == sure
        (tmp_path / "old.jpg").write_bytes(photo())
        call_command(
            "colorize", str(tmp_path / "old.jpg"), "--network", name, "--overwrite", verbosity=0
        )
        assert name.encode() in (tmp_path / "old-colorized.jpg").read_bytes()

"""What docs/api.md shows works as it stands there."""

import re
import shutil
import subprocess
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gallery.models import Picture
from jobs.models import Job, JobState
from tests.cast import PASSWORD, grey, person
from tests.conftest import ROOT
from tests.fakes import FakeNetwork
from tests.jobs import reels
from tests.jobs.receiver import Receiver, receiving
from tests.photos import opened, photo

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("network"),
]
DOCUMENT = (ROOT / "docs/api.md").read_text()
TOOLS = ("bash", "curl", "jq")
needs_curl = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="bash, curl or jq is not installed"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    person("anna")
    (tmp_path / "grandma.jpg").write_bytes(photo())
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "one.png").write_bytes(grey(10))
    (tmp_path / "scans" / "two.jpg").write_bytes(photo()[:300])
    with zipfile.ZipFile(tmp_path / "attic.zip", "w") as attic:
        attic.writestr("three.png", grey(60))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(start: str, address: str) -> str:
    """The example that starts so, for anna at this address."""
    found = re.search(rf"^    {start}.*?(?=^\S)", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert found
    text = textwrap.dedent(found.group()).replace("…", PASSWORD)
    return text.replace("http://127.0.0.1:8000", address)


def run(script: str) -> list[str]:
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_python_goes_the_whole_way(
    live_server: Any, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(shown("import requests\n", live_server.url), {})
    assert opened((folder / "grandma-colorized.jpg").read_bytes()).size == (96, 64)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Grandma" and "/s/" in told[1]


@needs_curl
def test_curl_goes_the_whole_way(live_server: Any, folder: Path, hintable: FakeNetwork) -> None:
    title, vividness, colour, link = run(shown("site=", live_server.url))
    assert (title, vividness, colour) == ("Grandma", "0.9", "#446622") and "/s/" in link
    assert opened((folder / "grandma-colorized.jpg").read_bytes()).size == (96, 64)
    assert Picture.objects.binned().get().versions.count() == 3


@needs_curl
def test_curl_colours_one_photo(live_server: Any, folder: Path) -> None:
    run(shown("curl -F image", live_server.url))
    assert opened((folder / "grandma-colorized.jpg").read_bytes()).size == (96, 64)
    assert not Picture.objects.exists()


def test_the_python_colours_many(
    live_server: Any, folder: Path, hands: None, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(shown("import requests\n", live_server.url) + shown("import time\n", ""), {})
    *_, counts, one, two = capsys.readouterr().out.splitlines()
    assert counts == "1 of 2"
    assert one.startswith("one.png http") and two.startswith("two.jpg The photo is damaged")


@needs_curl
def test_curl_colours_many(live_server: Any, folder: Path, hands: None) -> None:
    start = shown("site=", live_server.url).partition("# Colour and save")[0]
    told = run(start + shown("# The job starts at once", ""))
    assert told[:-1] == ["grandma.jpg: done ", "attic.zip: done ", "three.png: done "]
    with zipfile.ZipFile(folder / "attic-colorized.zip") as results:
        assert len(results.namelist()) == 2
    second = Job.objects.get(title="Scans")
    assert second.state != JobState.OPEN and second.items.get().name == "two.jpg"


@pytest.fixture
def reel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reels.use(monkeypatch.setattr)
    (folder / "wedding.mp4").write_bytes(reels.film(2, padding=6_000_000))


def test_the_python_colours_a_film(live_server: Any, folder: Path, reel: None, hands: None) -> None:
    begin = shown("import requests\n", live_server.url) + "import time\nfrom pathlib import Path\n"
    exec(begin + shown('wanted = {"name"', ""), {})
    assert (folder / "wedding-colorized.mp4").read_bytes() == b"film of <0><1>"


@needs_curl
def test_curl_colours_a_film(live_server: Any, folder: Path, reel: None, hands: None) -> None:
    start = shown("site=", live_server.url).partition("# Colour and save")[0]
    assert run(start + shown("# The whole film", "")) == ["done: 40 seconds"]


def test_the_python_is_told_by_a_webhook(
    live_server: Any,
    folder: Path,
    hands: None,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    names: dict[str, Any] = {}
    with receiving(Receiver()) as receiver:
        asked = shown("secret = api", "").replace("https://photos.example.org/done", receiver.url())
        exec(shown("import requests\n", live_server.url) + asked, names)
        names["api"].post(f"{names['job']['url']}/start").raise_for_status()
        assert receiver.has_come.wait(30)
    _, headers, body = receiver.seen[0]
    exec(shown("from standardwebhooks", ""), names)
    names["receive"](body, headers)
    assert capsys.readouterr().out.splitlines()[-1] == "job.finished Scans done"

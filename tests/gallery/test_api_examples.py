"""What docs/api.md shows works as it stands there."""

import re
import shutil
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest

from gallery.models import Picture
from tests.cast import PASSWORD, person
from tests.conftest import ROOT
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
def test_curl_goes_the_whole_way(live_server: Any, folder: Path) -> None:
    title, vividness, link = run(shown("site=", live_server.url))
    assert (title, vividness) == ("Grandma", "0.9") and "/s/" in link
    assert opened((folder / "grandma-colorized.jpg").read_bytes()).size == (96, 64)
    assert Picture.objects.binned().get().versions.count() == 2


@needs_curl
def test_curl_colours_one_photo(live_server: Any, folder: Path) -> None:
    run(shown("curl -F image", live_server.url))
    assert opened((folder / "grandma-colorized.jpg").read_bytes()).size == (96, 64)
    assert not Picture.objects.exists()

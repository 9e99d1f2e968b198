"""What the README shows of the API works as it stands there."""

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.cast import PASSWORD, person
from tests.conftest import ROOT
from tests.photos import opened, photo


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("network")
def test_the_readmes_python_goes_the_whole_way(
    live_server: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    person("anna")
    (tmp_path / "grandma.jpg").write_bytes(photo())
    monkeypatch.chdir(tmp_path)
    readme = (ROOT / "README.md").read_text()
    shown = re.search(r"^    import requests\n.*?(?=^\S)", readme, re.DOTALL | re.MULTILINE)
    assert shown
    program = textwrap.dedent(shown.group()).replace("…", PASSWORD)
    exec(program.replace("http://127.0.0.1:8000", live_server.url), {})
    assert opened(Path("grandma-colorized.jpg").read_bytes()).size == (96, 64)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Grandma" and "/s/" in told[1]

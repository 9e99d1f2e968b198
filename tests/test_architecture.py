"""The shape of the code and of its documents, held."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from colorize.engine import errors
from colorize.engine.errors import UserError
from gallery.errors import NotFound
from tests.conftest import ROOT


def kinds_of(error: type[UserError]) -> list[type[UserError]]:
    return [kind for below in error.__subclasses__() for kind in (below, *kinds_of(below))]


# The gallery's, too, which are in the same contract.
CODES = sorted({kind.code for kind in kinds_of(UserError)})
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
MODULES = (ROOT / "docs/modules.md").read_text()
SITE = ("colorizer_site/", "real_or_fake/", "jobs/", "gallery/", "accounts/", "colorize/")


def test_the_import_rule() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_models_holds_no_python() -> None:
    assert not list((ROOT / "models").rglob("*.py"))


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_every_error_has_its_answer_in_the_faq(code: str, client: Client) -> None:
    assert f'id="{code}"' in client.get("/faq").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_the_faq_quotes_errors_in_their_own_words(code: str, client: Client) -> None:
    """Those that begin with words of their own."""
    page = unescape(client.get("/faq").content.decode())
    templates = [kind.template for kind in kinds_of(UserError) if kind.code == code]
    if all(re.match(r"(This is )?\{", template) for template in templates):
        return
    summary = re.findall(rf'<summary>([^<]*)</summary>\s*<div class="answer" id="{code}"', page)[0]
    quotes = re.findall("“(.*?)”", summary)
    said = " ".join(templates).lower()
    pieces = [piece.strip().lower() for quote in quotes for piece in quote.split("…")]
    assert quotes and all(piece in said for piece in pieces), summary


def test_every_error_says_what_to_do_next() -> None:
    """Two sentences at least: what is wrong, and what helps; the ones with a reason carry it."""
    for kind in kinds_of(UserError):
        advice = kind.template.count(".") + kind.template.count(":")
        assert advice >= 2 or "{reason}" in kind.template, kind
        assert kind.status in (
            *(400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429, 500, 503, 507),
        )
    assert errors.Busy.status == 503 and NotFound.code in CODES


def test_the_tests_that_the_makefile_names_exist() -> None:
    """pytest says nothing of one that it shall leave out and that has another name by now."""
    named = re.findall(r"tests/[\w/.]+", (ROOT / "Makefile").read_text())
    assert named and not [name for name in named if not (ROOT / name).exists()]


def test_no_page_has_inline_script_or_style() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template


def test_requirements_are_pinned_and_explained() -> None:
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+(\.post\d)? +# \S.*", line), line


def listed_files(document: str) -> list[str]:
    """The rooms and modules in a document, folders with a slash at the end."""
    above: list[str] = []
    found = []
    for indent, name in re.findall(r"^    ( *)([\w./]+)  +\S", document, re.MULTILINE):
        del above[len(indent) // 4 :]
        found.append("".join(above) + name)
        above.append(name)
    return found


@pytest.mark.parametrize("document", [ARCHITECTURE, MODULES], ids=["architecture", "modules"])
def test_the_rooms_in_the_documents_are_those_of_the_code(document: str) -> None:
    """What is listed exists, and once; a folder lists all of its modules and folders, or none of
    them."""
    listed = set(listed_files(document))
    assert len(listed) == len(listed_files(document))
    assert all((ROOT / name).exists() for name in listed), listed
    assert set(SITE) <= listed
    for folder in sorted(name for name in listed if name.endswith("/")):
        inside = set(modules_in(folder))
        assert inside <= listed or not inside & listed, inside - listed


def modules_in(folder: str) -> Iterator[str]:
    for path in (ROOT / folder).iterdir():
        name = f"{folder}{path.name}"
        if path.is_dir() and path.name not in ("__pycache__", "migrations"):
            yield f"{name}/"
        elif path.suffix == ".py" and path.name != "__init__.py":
            yield name


def test_the_layers_in_the_documents_are_those_of_the_linter() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = rules["contracts"][0]["layers"]
    assert f"    {' > '.join(layers)}\n" in ARCHITECTURE

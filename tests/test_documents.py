"""What the documents say is so: links lead somewhere, files, commands and settings exist, and the
examples run."""

import re
import textwrap
from pathlib import Path

import pytest
from django.core.management import get_commands

from colorizer_site import __version__, env
from tests.conftest import ROOT
from tests.photos import photo

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
)
# These are about training, with files and variables that are not the site's.
OF_TRAINING = ("docs/network.md", "docs/network-runs.md")
OF_THE_SITE = [name for name in DOCUMENTS if name not in OF_TRAINING]
ROOMS = (
    "accounts",
    "colorize",
    "colorizer_site",
    "gallery",
    "jobs",
    "real_or_fake",
    "static",
    "templates",
    "tests",
)
FILES = [path for room in ROOMS for path in (ROOT / room).rglob("*.*")]
FILE = re.compile(r"`([\w./-]+\.(?:py|html|js|css|toml))`")


def read(name: str) -> str:
    return (ROOT / name).read_text()


def headings(document: Path) -> set[str]:
    """Of a document, as links name them."""
    lines = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", read(name)):
        if not link.startswith(("http:", "https:")):
            file, _, heading = link.partition("#")
            target = (ROOT / name).parent / file if file else ROOT / name
            assert target.exists(), link
            assert not heading or heading in headings(target), link


@pytest.mark.parametrize("name", OF_THE_SITE)
def test_files_that_are_named_exist(name: str) -> None:
    """By their path, or by the end of it where it is clear which room they are in."""
    for file in FILE.findall(read(name)):
        found = (ROOT / file).exists() or any(path.match(file) for path in FILES)
        assert found, file


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_that_are_named_exist(name: str) -> None:
    named = re.findall(r"manage\.py ([a-z_]+)", read(name))
    assert set(named) <= set(get_commands())
    words = re.findall(r"(?:`|^    )make ([a-z-]+)", read(name), re.MULTILINE)
    assert set(words) <= make_words()


def make_words() -> set[str]:
    declared = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert declared
    return set(declared[1].split())


def test_every_word_of_make_is_explained() -> None:
    explained = re.findall(r"^\| `make ([a-z-]+)` \|", read("CONTRIBUTING.md"), re.MULTILINE)
    assert set(explained) == make_words()


@pytest.mark.parametrize("name", OF_THE_SITE)
def test_settings_that_are_named_exist(name: str) -> None:
    """Those that are set to a value."""
    named = set(re.findall(r"(?:`|^    )([A-Z][A-Z_]{3,})=", read(name), re.MULTILINE))
    assert named <= set(env.from_file(ROOT / ".env.example"))


@pytest.mark.usefixtures("network")
def test_the_steps_of_looking_into_a_photo_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "grandma.jpg").write_bytes(photo())
    monkeypatch.chdir(tmp_path)
    shown = re.search(r"^    from pathlib.*?(?=^\S)", read("CONTRIBUTING.md"), re.DOTALL | re.M)
    assert shown
    exec(textwrap.dedent(shown.group()), {})
    made = {path.name for path in tmp_path.iterdir()} - {"grandma.jpg"}
    assert made == {"lightness.png", "faithful.jpg", "confidence.png"}


def test_the_changelog_ends_with_this_version() -> None:
    released = re.findall(
        r"^## \[(\d[^]]*)\] - \d{4}-\d\d-\d\d$", read("CHANGELOG.md"), re.MULTILINE
    )
    assert released[0] == __version__

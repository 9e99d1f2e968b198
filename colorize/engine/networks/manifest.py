"""The networks on disk: models/manifest.json and the files it lists. Knows no Django."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colorize.engine.doubt import NO_DOUBT, Doubt
from colorize.engine.networks.generic import Preprocess
from colorize.engine.networks.runtimes import OPTIONAL, RUNTIMES, is_installed

KINDS = ("native", "generic-onnx")


class ManifestError(Exception):
    """The manifest is missing or invalid."""


class WeightsMissingError(Exception):
    """The network's file is missing."""


class WeightsAlteredError(Exception):
    """The network's file does not match the manifest."""


class RuntimeMissingError(Exception):
    """The package that runs the network is not installed; the message says how to install it."""


@dataclass(frozen=True)
class Download:
    """A published file, the same at all `mirrors`, identified by its `sha256`, else its `sha1`."""

    file: str
    mirrors: tuple[str, ...]
    sha256: str = ""
    sha1: str = ""

    def matches(self, path: Path) -> bool:
        """Whether `path` is that file. Raises OSError."""
        if self.sha256:
            return digest(path) == self.sha256
        return digest(path, "sha1") == self.sha1


@dataclass(frozen=True)
class Entry:
    """One network. `input_side` in pixels, `size` in bytes (0 if the file is missing).

    `kind`: "native" keeps the contract itself, "generic-onnx" through `preprocess`. `runtime`:
    "opencv", or the optional "onnxruntime" if OpenCV cannot run it or is slower. `doubt`: how much
    the confidence of a native one is lowered on faded and dark photos. `hints`: it takes colour
    hints. `downloads`: what
    manage.py fetch_network downloads; `convert` ("caffe") converts them to the network's file, and
    the file's sha256 is then recorded next to it. `alternative_to`: the network that this is
    another format of.
    """

    name: str
    file: str
    licence: str
    input_side: int
    source: str
    title: str
    path: Path
    sha256: str = ""
    size: int = 0
    description: str = ""
    kind: str = "native"
    runtime: str = "opencv"
    preprocess: Preprocess | None = None
    doubt: Doubt = NO_DOUBT
    hints: bool = False
    downloads: tuple[Download, ...] = ()
    convert: str = ""
    alternative_to: str = ""

    @property
    def label(self) -> str:
        """The file name for people, without the path on the server."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def present(self) -> bool:
        return self.path.is_file()

    @property
    def record(self) -> Path:
        """The file with the sha256 of a converted file, in the format of sha256sum."""
        return self.path.with_name(self.path.name + ".sha256")

    @property
    def runs_here(self) -> bool:
        return is_installed(self.runtime)

    def require_runtime(self) -> None:
        """Raises RuntimeMissingError."""
        if not self.runs_here:
            raise RuntimeMissingError(
                f"the network “{self.name}” needs {self.runtime}, which is not installed here. "
                f"`pip install -r {OPTIONAL[self.runtime]}` installs it; then start the site again."
            )

    def verify(self) -> None:
        """Raises WeightsMissingError or WeightsAlteredError."""
        if not self.present:
            raise WeightsMissingError(f"{self.label} is missing.")
        if digest(self.path) != (self.sha256 or self.recorded()):
            raise WeightsAlteredError(f"{self.label} is not the file that the manifest describes.")

    def recorded(self) -> str:
        try:
            return self.record.read_text("ascii").partition(" ")[0]
        except (OSError, UnicodeDecodeError):
            return ""


def digest(path: Path, how: str = "sha256") -> str:
    """Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, how).hexdigest()


def read_manifest(folder: Path) -> dict[str, Entry]:
    """Entries by name, in the order of the manifest. Raises ManifestError."""
    try:
        raw = json.loads((folder / "manifest.json").read_text("utf-8"))
        return {entry["name"]: make_entry(folder, entry) for entry in raw["networks"]}
    except OSError as problem:
        raise ManifestError(f"manifest.json cannot be read: {problem.strerror}.") from problem
    except (AttributeError, ValueError, KeyError, TypeError) as problem:
        raise ManifestError(f"manifest.json is not a manifest: {problem}.") from problem


def make_entry(folder: Path, raw: dict[str, Any]) -> Entry:
    """Raises ValueError, KeyError, TypeError or AttributeError for an invalid entry."""
    path = folder / raw["file"]
    downloads = tuple(Download(**tuples(each)) for each in raw.get("downloads", []))
    nested = {
        "preprocess": Preprocess(**tuples(raw["preprocess"])) if "preprocess" in raw else None,
        "doubt": Doubt(**raw.get("doubt", {})),
        "downloads": downloads,
        "sha256": raw.get("sha256") or (downloads[0].sha256 if downloads else ""),
        "size": raw.get("size") or (path.stat().st_size if path.is_file() else 0),
    }
    entry = Entry(path=path, **(raw | nested))
    check(entry)
    return entry


def check(entry: Entry) -> None:
    """Raises ValueError."""
    if entry.kind not in KINDS or (entry.kind == "native") != (entry.preprocess is None):
        raise ValueError(f"{entry.name}: a generic-onnx network, and no other, has a preprocess")
    if entry.runtime not in RUNTIMES:
        raise ValueError(f"{entry.name}: the runtime is one of {', '.join(RUNTIMES)}")
    if bool(entry.sha256) == bool(entry.convert):
        raise ValueError(f"{entry.name} needs a sha256, or convert")


def tuples(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(each) if isinstance(each, list) else each for name, each in raw.items()}

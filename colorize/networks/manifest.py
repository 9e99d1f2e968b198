"""The networks on disk: models/manifest.json and the files that it names. Knows no Django."""

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


class ManifestError(Exception):
    """The manifest is missing or not to be understood."""


class WeightsMissingError(Exception):
    """The network's file is not there."""


class WeightsAlteredError(Exception):
    """The network's file is not the one that the manifest describes."""


@dataclass(frozen=True)
class Entry:
    """One network. `size` in bytes, `input_side` in pixels."""

    name: str
    file: str
    sha256: str
    size: int
    licence: str
    input_side: int
    source: str
    title: str
    path: Path

    @property
    def label(self) -> str:
        """The file for people; where it lies on the server is nobody's business."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def present(self) -> bool:
        return self.path.is_file()

    def verify(self) -> None:
        """Raises WeightsMissingError or WeightsAlteredError."""
        if not self.present:
            raise WeightsMissingError(f"{self.label} is missing.")
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != self.sha256:
            raise WeightsAlteredError(f"{self.label} is not the file that the manifest describes.")


def read_manifest(folder: Path) -> dict[str, Entry]:
    """Name -> entry, in the manifest's order. Raises ManifestError."""
    try:
        raw = json.loads((folder / "manifest.json").read_text("utf-8"))
        return {entry["name"]: make_entry(folder, entry) for entry in raw["networks"]}
    except OSError as problem:
        raise ManifestError(f"manifest.json cannot be read: {problem.strerror}.") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise ManifestError("manifest.json cannot be read: it is not a manifest.") from problem


def make_entry(folder: Path, raw: dict[str, Any]) -> Entry:
    known = {field.name for field in fields(Entry)} - {"path"}
    return Entry(path=folder / raw["file"], **{name: raw[name] for name in known})

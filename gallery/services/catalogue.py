"""The table of pictures in the export of a person's data, in columns of Dublin Core.

Source of the columns: https://www.dublincore.org/specifications/dublin-core/dcmi-terms/
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from colorize.engine.marks import made_by

Entry = Mapping[str, Any]

# Between values of which a column holds several.
BETWEEN = "; "
# Spreadsheet programs take a cell that begins like this for a formula, and run it.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def said(field: str) -> Callable[[Entry], str]:
    """A column with a field of the photo's metadata."""
    return lambda entry: str(entry["metadata"].get(field, ""))


def keywords(entry: Entry) -> str:
    return BETWEEN.join(entry["metadata"].get("keywords", ()))


def shown_first(entry: Entry) -> list[Entry]:
    """The versions, the current one first."""
    return sorted(entry["versions"], key=lambda version: not version["shown"])


def results(entry: Entry) -> str:
    return BETWEEN.join(version["result"] for version in shown_first(entry))


def provenance(entry: Entry) -> str:
    """Said of each result, as in the files themselves."""
    return BETWEEN.join(
        f"{version['result']}: {made_by(version['network'], len(version.get('hints', ())))}"
        for version in shown_first(entry)
    )


# Each column, from an entry of data.json.
COLUMNS: dict[str, Callable[[Entry], str]] = {
    "id": lambda entry: entry["id"],
    "dc:identifier": said("identifier"),
    "dc:title": lambda entry: entry["title"],
    "dc:description": lambda entry: entry["note"] or entry["metadata"].get("caption", ""),
    "dc:creator": said("artist"),
    "dc:date": said("date"),
    "dc:rights": said("copyright"),
    "dc:subject": keywords,
    "dc:type": lambda entry: "StillImage" if entry["seconds"] is None else "MovingImage",
    "dc:format": lambda entry: entry["original_type"],
    "dc:source": lambda entry: entry["original"],
    "dc:relation": results,
    "dcterms:isPartOf": lambda entry: entry["album"] or "",
    "dcterms:provenance": provenance,
    "dcterms:dateSubmitted": lambda entry: entry["created_at"].isoformat(),
    "dcterms:modified": lambda entry: entry["updated_at"].isoformat(),
}


def heading() -> bytes:
    """With a byte order mark, without which Excel does not read UTF-8."""
    return "\ufeff".encode() + line(COLUMNS)


def row(entry: Entry) -> bytes:
    """`entry`: of a picture in data.json, with the names of its files."""
    return line(harmless(column(entry)) for column in COLUMNS.values())


def harmless(text: str) -> str:
    """An apostrophe in front keeps a text from being a formula."""
    return f"'{text}" if text.startswith(FORMULAS) else text


def line(cells: Iterable[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()

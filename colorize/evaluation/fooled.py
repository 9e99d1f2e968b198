"""How often people took a network's colours for the real ones: the last column of the paper's Table
1, read from a file, because only people can tell."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


class NoResults(Exception):
    """The file has no such results; the message says why."""


@dataclass(frozen=True)
class Fooled:
    """In percent: the share of fakes that were taken for the photo, and its 95 % interval, None
    where there were too few answers for one."""

    network: str
    vividness: float
    percent: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """Such as “32.3 (28.1 to 36.5)”."""
        if self.low is None or self.high is None:
            return f"{self.percent:.1f}"
        return f"{self.percent:.1f} ({self.low:.1f} to {self.high:.1f})"

    @property
    def row(self) -> str:
        return f"{self.network}, vividness {self.vividness:g}"


def read(path: Path) -> list[Fooled]:
    """What `manage.py real_or_fake_results --json` prints. Raises NoResults."""
    try:
        rows = json.loads(path.read_text("utf-8"))["fooled"]
        return [of(row) for row in rows]
    except OSError as problem:
        raise NoResults(f"{path} cannot be read ({problem.strerror or problem}).") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise NoResults(
            f"{path} is not what manage.py real_or_fake_results --json prints."
        ) from problem


def of(row: Mapping[str, str | float | None]) -> Fooled:
    """Raises KeyError, TypeError, ValueError."""
    low, high = (None if row[end] is None else float(row[end] or 0) for end in ("low", "high"))
    vividness, percent = float(row["vividness"] or 0), float(row["fooled"] or 0)
    return Fooled(str(row["network"]), vividness, percent, low, high)


def by_row(found: Iterable[Fooled], names: Iterable[str]) -> dict[str, Fooled]:
    """Those of the table's rows; a network without vividness has one row, under its name alone."""
    there = set(names)
    rows = {each.row if each.row in there else each.network: each for each in found}
    return {name: each for name, each in rows.items() if name in there}

"""The colour options, declared once. Forms, the API and its schema, the command's arguments and the
stored options of a version derive from these."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

Value = float | str | bool


@dataclass(frozen=True)
class Option:
    """`label` and `help`: for people; `least` and `most`: limits of a number; `longest`: of a text,
    in characters; `yes` and `no`: the two choices of a flag."""

    name: str
    default: Value
    label: str
    help: str
    least: float = 0
    most: float = 1
    longest: int = 100
    yes: str = "Yes"
    no: str = "No"


def option(default: Value, **words: Any) -> Any:
    return field(default=default, metadata=words)


@dataclass(frozen=True)
class Options:
    """`network`: a name from the manifest; empty for the default. The default vividness is what
    `manage.py evaluate` advises on photos of sources that the network never saw."""

    vividness: float = option(
        1.0, label="Vividness (from faithful to vivid)", help="0 is faithful, 1 is vivid."
    )
    network: str = option("", label="Network", help="The name of a network that is installed.")
    keep_metadata: bool = option(
        True,
        label="Date, artist and copyright",
        help="Keep the original’s date, artist and copyright in the result.",
        yes="Keep in the result",
        no="Leave out",
    )

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """Options from a stored `as_dict`. New options get their default; old ones are ignored."""
        return cls(**{each.name: values.get(each.name, each.default) for each in OPTIONS})

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


OPTIONS = tuple(
    Option(name=each.name, **{"default": each.default, **each.metadata}) for each in fields(Options)
)

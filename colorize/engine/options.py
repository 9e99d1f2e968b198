"""The colour options, declared once. Forms, the API and its schema, the command's arguments and the
stored options of a version derive from these."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from colorize.engine.crop import read_crop
from colorize.engine.hints import LONGEST, read_hints

Value = float | str | bool


@dataclass(frozen=True)
class Option:
    """`label` and `help`: for people; `least`, `most` and `step`: of a number and its slider;
    `choices`: the only values of a number, with their labels; `longest`: of a text, in characters;
    `read`: turns a text into the one that is used, and raises ValueError with a sentence if it
    makes no sense; `yes` and `no`: the two choices of a flag."""

    name: str
    default: Value
    label: str
    help: str
    least: float = 0
    most: float = 1
    step: float = 0.05
    choices: tuple[tuple[int, str], ...] = ()
    longest: int = 100
    read: Callable[[str], str] = str
    yes: str = "Yes"
    no: str = "No"


def option(default: Value, **words: Any) -> Any:
    return field(default=default, metadata=words)


@dataclass(frozen=True)
class Options:
    """`network`: a name from the manifest; empty for the default. The default vividness misses the
    least red; see docs/network.md."""

    vividness: float = option(
        1.0, label="Vividness (from faithful to vivid)", help="0 is faithful, 1 is vivid."
    )
    network: str = option("", label="Network", help="The name of a network that is installed.")
    turn: int = option(
        0,
        label="Turn",
        help="Degrees clockwise, before colouring.",
        choices=((0, "As it is"), (90, "90° right"), (180, "Upside down"), (270, "90° left")),
    )
    straighten: float = option(
        0,
        label="Straighten (degrees clockwise)",
        help="Degrees clockwise, to level a tilted photo. The empty corners are cut off.",
        least=-15,
        most=15,
        step=0.1,
    )
    crop: str = option(
        "",
        label="Crop (in percent)",
        help="The part to keep: left, top, right and bottom edge in percent of the turned and "
        "straightened photo, such as “5 5 95 90”. Empty for the whole photo.",
        longest=60,
        read=read_crop,
    )
    negative: bool = option(
        False,
        label="Negative",
        help="The photo is a negative: invert it before colouring it.",
        yes="Yes, invert it",
        no="No",
    )
    borders: bool = option(
        True,
        label="Border or mount",
        help="Look for a border around the picture, and leave it without colour.",
        yes="Leave it without colour",
        no="Colour it too",
    )
    restore_contrast: bool = option(
        False,
        label="Contrast",
        help="Give the result the contrast that a faded or dark photo lacks.",
        yes="Restore it",
        no="Keep the photo’s own",
    )
    hints: str = option(
        "",
        label="Colour hints",
        help="Colours that you know, each as x,y,colour: the place in the result from 0 to 1, from "
        "the top left, and #rrggbb, grey, or keep for what the network says there; such as "
        "“0.3,0.5,#446622 0.7,0.2,grey”.",
        longest=LONGEST,
        read=read_hints,
    )
    keep_metadata: bool = option(
        True,
        label="Caption, names, rights and dates",
        help="Keep the original’s caption, names, rights, dates and keywords in the result.",
        yes="Keep in the result",
        no="Leave out",
    )
    keep_place: bool = option(
        False,
        label="Place (GPS, city, country)",
        help="Keep the place of the original (GPS, city, country) in the result.",
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

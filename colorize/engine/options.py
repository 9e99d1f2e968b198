"""The colour options, declared once. Forms, the API and its schema, the command's arguments and the
stored options of a version derive from these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from colorize.engine.crop import read_crop
from colorize.engine.hints import EXAMPLE, LONGEST, Hint, Hints, hints_of, stored_hints

Value = float | str | bool | Hints


@dataclass(frozen=True)
class Option:
    """`label` and `help`: for people; `least`, `most` and `step`: of a number and its slider;
    `choices`: the only values of a number, with their labels; `longest`: of a text, in characters;
    `read`: turns a text into the value that is used, and raises ValueError with a sentence if it
    makes no sense; `yes` and `no`: the two choices of a flag; `one`: the name of each of several,
    such as of hints; `of_one_photo`: makes no sense for several photos together."""

    name: str
    default: Value
    label: str
    help: str
    least: float = 0
    most: float = 1
    step: float = 0.05
    choices: tuple[tuple[int, str], ...] = ()
    longest: int = 100
    read: Callable[[str], Any] = str
    yes: str = "Yes"
    no: str = "No"
    one: str = ""
    of_one_photo: bool = False

    def stored(self, values: Mapping[str, Any]) -> Any:
        """Its value among those stored as JSON, or the default."""
        value = values.get(self.name, self.default)
        return stored_hints(value) if isinstance(self.default, tuple) else value


def plain(value: Value) -> Any:
    """As JSON has it."""
    return [each.as_dict() for each in value] if isinstance(value, tuple) else value


def written(value: Value) -> str:
    """As forms have it, and people write it."""
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return " ".join(map(str, value))
        case _:
            return str(value)


def option(default: Value, **words: Any) -> Any:
    return field(default=default, metadata=words)


@dataclass(frozen=True)
class Options:
    """`network`: a name from the manifest; empty for the default. The default vividness is the
    nearest to the truth that is lively enough; see docs/network.md."""

    vividness: float = option(
        0.8, label="Vividness (from faithful to vivid)", help="0 is faithful, 1 is vivid."
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
    hints: tuple[Hint, ...] = option(
        (),
        label="Colour hints",
        help=f"Colours that you know, each as x,y,colour, such as “{EXAMPLE}”: the place in the "
        "result from 0 to 1, from the top left, and #rrggbb, grey, or keep for what the network "
        "says there. Several have spaces between them. x,y,x,y,colour and so on is a line of one "
        "colour.",
        longest=LONGEST,
        read=hints_of,
        one="hint",
        of_one_photo=True,
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
        return cls(**{each.name: each.stored(values) for each in OPTIONS})

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {name: plain(value) for name, value in vars(self).items()}


OPTIONS = tuple(
    Option(name=each.name, **{"default": each.default, **each.metadata}) for each in fields(Options)
)
# Those that make sense for many photos at once.
OF_MANY = tuple(each for each in OPTIONS if not each.of_one_photo)

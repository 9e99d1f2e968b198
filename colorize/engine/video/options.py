"""The options of a film, declared once like those of photos (`colorize.engine.options`)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from colorize.engine.options import OPTIONS, Option, option

OF_PHOTOS = {each.name: each for each in OPTIONS}
# The longest film that any setting allows, in seconds.
LONGEST = 86_400


def same(name: str) -> Any:
    """The same option as for photos."""
    kept = OF_PHOTOS[name]
    return option(kept.default, label=kept.label, help=kept.help)


@dataclass(frozen=True)
class FilmOptions:
    """`start`, `end`: the part to colour, in seconds; 0 for an end stands for the film's."""

    vividness: float = same("vividness")
    network: str = same("network")
    best: bool = option(
        False,
        label="Quality",
        help="Look at every frame instead of every fourth: steadier, and about twice as slow.",
        yes="Best, takes about twice as long",
        no="Usual",
    )
    start: float = option(
        0.0, label="From (seconds)", help="Where to start, in seconds.", most=LONGEST, step=0.1
    )
    end: float = option(
        0.0,
        label="To (seconds)",
        help="Where to end, in seconds. 0 for the end of the film.",
        most=LONGEST,
        step=0.1,
    )
    incomplete: bool = option(
        False,
        label="Damaged film",
        help="If part of the film cannot be read, colour the rest.",
        yes="Colour what can be read",
        no="Ask me first",
    )

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """Options from a stored `as_dict`. New options get their default; old ones are ignored."""
        return cls(**{each.name: values.get(each.name, each.default) for each in FILM_OPTIONS})

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


FILM_OPTIONS = tuple(
    Option(name=each.name, **{"default": each.default, **each.metadata})
    for each in fields(FilmOptions)
)

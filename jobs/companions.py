"""Files of a batch that are not photos, but come with them: each kind is declared here alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Companion:
    """`ending`: of its name, in lower case, without the dot; `counts_until_done`: whether it counts
    among the photos until it is done, as what it will become."""

    ending: str
    counts_until_done: bool = False


XMP = Companion("xmp")
ZIP = Companion("zip", counts_until_done=True)
COMPANIONS = (XMP, ZIP)


def ending(name: str) -> str:
    """In lower case, without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def companion_of(name: str) -> Companion | None:
    """What a file is by its name; None for a photo."""
    return next((each for each in COMPANIONS if each.ending == ending(name)), None)

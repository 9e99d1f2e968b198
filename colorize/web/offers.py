"""What the site tells people about a photo (faded, framed, on its side ...), and what it offers."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from colorize.engine.crop import turned_crop
from colorize.engine.hint_places import carried
from colorize.engine.noticed import Noticed
from colorize.engine.options import Options
from colorize.web.forms import form_values

# Shares of the sides turn by quarters in the same way whatever the sides.
ANY_SIZE = (1, 1)


@dataclass(frozen=True)
class Offer:
    """`sentence`: what was noticed; `label`: of the button that colours the photo again with
    `changes` of its options, empty if there is nothing to offer."""

    sentence: str
    label: str
    changes: dict[str, Any]


def paged(noticed: Noticed, options: Options) -> Offer | None:
    if noticed.pages == 1:
        return None
    return Offer(f"This file has {noticed.pages} pages; this is page {noticed.page}.", "", {})


def inverted(noticed: Noticed, options: Options) -> Offer | None:
    if not noticed.negative or options.negative:
        return None
    return Offer("This photo seems to be a negative.", "Invert it", {"negative": True})


def turned(noticed: Noticed, options: Options) -> Offer | None:
    if not noticed.turn or options.turn:
        return None
    how = "be upside down" if noticed.turn == 180 else "lie on its side"
    changes: dict[str, Any] = {"turn": noticed.turn}
    if options.crop:
        changes["crop"] = turned_crop(options.crop, noticed.turn)
    if options.hints:
        changes["hints"] = carried(options, replace(options, **changes), ANY_SIZE)
    return Offer(f"This photo seems to {how}.", "Turn it", changes)


def contrast(noticed: Noticed, options: Options) -> Offer | None:
    if not (noticed.faded or noticed.dark):
        return None
    what = "very dark" if noticed.dark else "faded"
    if options.restore_contrast:
        sentence = f"This photo is {what}, and its contrast was restored."
        return Offer(sentence, "Keep the photo’s own contrast", {"restore_contrast": False})
    return Offer(f"This photo is {what}.", "Restore contrast", {"restore_contrast": True})


def border(noticed: Noticed, options: Options) -> Offer | None:
    if noticed.border is None or not options.borders:
        return None
    return Offer("Border found and left without colour.", "Colour it too", {"borders": False})


# For each thing that can be noticed: the offer, or None if there is nothing to say. In the order
# in which they are shown.
RULES: tuple[Callable[[Noticed, Options], Offer | None], ...] = (
    paged,
    inverted,
    turned,
    border,
    contrast,
)


def offers(noticed: Noticed, options: Options) -> list[Offer]:
    """The offers for a photo that was coloured with these options."""
    made = (rule(noticed, options) for rule in RULES)
    return [offer for offer in made if offer]


def with_forms(noticed: Noticed, options: Options) -> list[tuple[Offer, dict[str, str]]]:
    """Each offer with the form values that colour the photo again."""
    return [
        (offer, form_values(replace(options, **offer.changes)))
        for offer in offers(noticed, options)
    ]


def as_json(noticed: Noticed, options: Options) -> list[dict[str, Any]]:
    return [asdict(offer) for offer in offers(noticed, options)]

"""Other colours that a picture may well have."""

from colorize import service as colorizer
from colorize.engine.errors import BadOption
from colorize.service import Proposal
from gallery.models import Picture
from gallery.services.versions import check_is_photo, original_of


def proposed(picture: Picture, seed: int = 0) -> list[Proposal]:
    """The version that is shown, and then others; `seed`: others for another one. None where all
    that is likely looks alike.

    Raises NotForFilms, OriginalLost, BadOption if its network makes no proposals, or like the
    colorizer.
    """
    check_is_photo(picture)
    made_with = picture.shown.made_with
    if not colorizer.takes_hints(made_with.network):
        raise BadOption(name="network", reason="this one makes no proposals.")
    return colorizer.propose(original_of(picture), made_with, picture.original_name, seed)

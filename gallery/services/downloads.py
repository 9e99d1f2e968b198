"""Results as other kinds of file than the JPEGs that are stored: made again when asked for."""

from dataclasses import replace

from colorize import service as colorizer
from colorize.engine.errors import BadOption
from colorize.engine.filenames import title_name
from colorize.engine.outputs import Output
from gallery.errors import NetworkGone, OtherKindOfFilm
from gallery.models import Picture, Version
from gallery.services.versions import coloured


def made_again(picture: Picture, version: Version, output: Output) -> colorizer.ColourPhoto:
    """A version as this kind of file, from the original and the version's options.

    Raises OtherKindOfFilm, OriginalLost, NetworkGone, or like the colorizer.
    """
    if picture.is_film:
        raise OtherKindOfFilm()
    options = version.made_with
    check_network(options.network)
    result = coloured(picture, options, output)
    return replace(result, filename=f"{title_name(picture.title)}{output.suffix}")


def check_network(name: str) -> None:
    """Raises NetworkGone or NetworkUnavailable."""
    try:
        colorizer.load_network(name)
    except BadOption as problem:
        raise NetworkGone(network=name) from problem

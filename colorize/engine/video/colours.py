"""Luma of frame after frame -> steady chroma."""

from collections.abc import Iterable, Iterator

from colorize.engine.networks import Network
from colorize.engine.video.film import Bytes, Chroma, Film
from colorize.engine.video.options import FilmOptions


class FilmColours:
    """Colours one piece of a film. `confidence`: 0..1, the mean so far, None for networks without
    it."""

    def __init__(self, network: Network, options: FilmOptions, film: Film) -> None:
        self.network, self.options, self.film = network, options, film
        self.confidence: float | None = None

    def run(self, lumas: Iterable[Bytes], *, first_is_cut: bool = True) -> Iterator[Chroma]:
        """One chroma for each luma plane, (h, w) uint8 as the film stores it, in order. Reads ahead
        as far as it needs to, at most 16 frames. `first_is_cut`: nothing is carried over from
        before."""
        raise NotImplementedError

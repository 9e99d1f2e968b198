"""Small pictures of a film in colour: one frame before and after, and a strip of eight. Knows no
Django."""

from collections.abc import Sequence
from typing import IO

from PIL import Image

from colorize.engine.planes import Pixels
from colorize.engine.small_jpegs import jpeg, small_jpeg
from colorize.engine.video.bounds import Bounds
from colorize.engine.video.film import Film, Stills
from colorize.engine.video.frames import Frames, Shown
from colorize.engine.video.opening import opened, pictures
from colorize.engine.video.writing import place_of

# Where to look for a frame that shows something, as shares of the film's length.
PLACES = (1 / 3, 0.42, 0.25, 0.55, 0.7, 0.15, 0.85, 0.02)
# Shades that a frame has at least, as their standard deviation.
LEAST_CONTRAST = 16
# Of the strip; a frame that would be wider than this is made lower, because JPEGs end at 65,500.
FRAMES, STRIP_HEIGHT, STRIP_WIDTH = 8, 120, 2000


def stills_of(
    pieces: Sequence[IO[bytes]], film: Film, sides: Sequence[int], bounds: Bounds
) -> Stills:
    """`sides`: longest sides, medium and small."""
    album = Album(pieces, film, bounds)
    shown = best(album)
    after, before = upright(shown, film), upright(shown, film, grey=True)
    before_medium, before_small = (small_jpeg(before, side) for side in sides)
    result_medium, result_small = (small_jpeg(after, side) for side in sides)
    return Stills(before_medium, before_small, result_medium, result_small, strip(album))


class Album:
    """Frames of coloured pieces."""

    def __init__(self, pieces: Sequence[IO[bytes]], film: Film, bounds: Bounds) -> None:
        self.pieces, self.film, self.bounds = pieces, film, bounds
        self.starts = [self.start_of(piece) for piece in pieces]

    def start_of(self, piece: IO[bytes]) -> float:
        with opened(piece, self.bounds) as container:
            at, tick = place_of(container)
        return float(at * tick) - self.film.start

    def at(self, time: float) -> Shown:
        """The first frame from there on, in seconds of the part, or the last one."""
        number = max((n for n, start in enumerate(self.starts) if start <= time), default=0)
        with opened(self.pieces[number], self.bounds) as container:
            stream = pictures(container, self.bounds)
            frames = Frames(container, stream, self.film, in_colour=True)
            last = None
            for last in frames.between(time - self.starts[number], float("inf")):
                return last
            return list(frames.between(0, float("inf")))[-1]


def best(album: Album) -> Shown:
    """A frame that is not just black or white, near a third of the film."""
    flattest: list[tuple[float, Shown]] = []
    for place in PLACES:
        shown = album.at(place * album.film.seconds)
        contrast = float(shown.luma.std())
        if contrast >= LEAST_CONTRAST:
            return shown
        flattest.append((contrast, shown))
    return max(flattest, key=lambda each: each[0])[1]


def upright(shown: Shown, film: Film, *, grey: bool = False) -> Image.Image:
    """With square pixels, and without the padding of odd sides."""
    if grey:
        for number in (1, 2):
            shown.picture.planes[number].update(b"\x80" * shown.picture.planes[number].buffer_size)
    rgb: Pixels = shown.rgb()
    image = Image.fromarray(rgb[: film.height, : film.width])
    width = max(1, round(film.width * film.pixel_shape))
    return image.resize((width, film.height)).rotate(-film.turn, expand=True)


def strip(album: Album) -> bytes:
    """Eight frames side by side, evenly from the film's beginning to its end."""
    tiles = []
    for number in range(FRAMES):
        image = upright(album.at((number + 0.5) / FRAMES * album.film.seconds), album.film)
        scale = min(STRIP_HEIGHT / image.height, STRIP_WIDTH / image.width)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        tiles.append(image.resize(size, Image.Resampling.BOX))
    long = Image.new("RGB", (sum(tile.width for tile in tiles), tiles[0].height))
    at = 0
    for tile in tiles:
        long.paste(tile, (at, 0))
        at += tile.width
    return jpeg(long)

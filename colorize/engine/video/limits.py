"""How much memory, time and room each step of a film may take. Knows no Django."""

from math import ceil

from colorize.engine.video.film import Film, Piece
from colorize.engine.video.parent import Limits

MB = 1_000_000
# Addresses, not memory in use: libraries reserve far more than they touch.
MEMORY = 3000 * MB
# For each pixel of a frame: what decoder and encoder hold of frames around it.
BYTES_A_PIXEL = 300
# Of a processor: to start, for each frame and for each megapixel of it. Ten times what is usual.
START, FRAME, MEGAPIXEL = 60, 0.5, 1.0
# A film is read at least so fast, in bytes a second of a processor.
SPEED = 2 * MB


def memory(film: Film) -> int:
    return MEMORY + BYTES_A_PIXEL * film.width * film.height


def of_look(size: int, pixels: int) -> Limits:
    """`size`: of the file, in bytes; `pixels`: that a frame may have."""
    return Limits(MEMORY + BYTES_A_PIXEL * pixels, START + size // SPEED, 0)


def of_piece(film: Film, piece: Piece) -> Limits:
    pixels, seconds = film.width * film.height, piece.end - piece.start
    frames = ceil(seconds * film.rate) + 150
    # What has to be decoded before the piece counts, too.
    each = FRAME + MEGAPIXEL * pixels / 1e6
    return Limits(memory(film), START + ceil(frames * each), 10 * MB + frames * pixels * 2)


def of_join(size: int, film: Film) -> Limits:
    """`size`: of the film and its pieces, in bytes."""
    return Limits(memory(film), START + size // SPEED, 10 * MB + 2 * size)

"""What people are told about a film: what is lost or left out. Knows no Django."""

from av.video.frame import VideoFrame

from colorize.engine.video.film import Film


def notes_of(film: Film, frame: VideoFrame, *, missing: str, silent: bool) -> tuple[str, ...]:
    """Sentences. `missing`: where something cannot be read; `silent`: so is the sound."""
    said = {
        f"Part of the film cannot be read ({missing}); the picture freezes there.": missing,
        "The sound is in a format that cannot be read, and is left out.": silent,
        "Its transparency is left out.": any(part.is_alpha for part in frame.format.components),
        f"Its {film.bits} bits a colour become 8.": film.bits > 8,
        "Its half-pictures (interlaced) become whole ones.": film.interlaced,
        "It gets an extra row or column of pixels, because its size is odd.": (
            film.width % 2 or film.height % 2
        ),
    }
    return tuple(sentence for sentence, holds in said.items() if holds)

"""Errors with a film, with messages for people. Knows no Django."""

from colorize.engine.errors import BadOption, UserError


class FilmError(UserError):
    """`facts` fill the template: so an error gets from a child process to its parent. By itself:
    the child ran out of time or memory, or crashed."""

    code = "film_error"
    status = 422
    template = (
        "The film could not be coloured: {reason}. Try again; if it happens again, save a copy "
        "as MP4 with H.264 and choose that."
    )

    def __init__(self, **facts: object) -> None:
        super().__init__(None, **facts)
        self.facts = facts


class FilmsOff(FilmError):
    code = "films_off"
    status = 503
    template = (
        "Films are switched off on this site. If you run it, install what reads them: "
        "requirements-films.txt."
    )


class NoFilm(FilmError):
    code = "no_film"
    status = 422
    template = (
        "There are no moving pictures in this file. Check that it plays, or choose another one."
    )


class ProtectedFilm(FilmError):
    code = "protected_film"
    status = 422
    template = (
        "The film is protected against copying (DRM) and cannot be opened here. Choose a copy "
        "without protection."
    )


class UnknownCodec(FilmError):
    code = "unknown_codec"
    status = 415
    template = (
        "The film is stored in a way that is not read here ({codec}). Save a copy as MP4 with "
        "H.264 and try again."
    )


class FilmDamaged(FilmError):
    """Raised again and again unless `FilmOptions.incomplete`."""

    code = "film_damaged"
    status = 422
    template = (
        "Part of the film cannot be read ({where}). Look for a better copy, or choose to colour "
        "what can be read."
    )


class FilmUnreadable(FilmError):
    code = "film_unreadable"
    status = 422
    template = (
        "The film is damaged or incomplete, and nothing in it can be read. Copy it again from its "
        "source, or save a new copy as MP4."
    )


class FilmTooLong(FilmError):
    code = "film_too_long"
    status = 422
    template = (
        "The film is too long ({length}): the limit is {limit}. Choose a shorter part of it, from "
        "and to."
    )


class FilmTooLarge(FilmError):
    code = "film_too_large"
    status = 422
    template = (
        "The film’s pictures are too large ({size}): the limit is {limit}. Save a smaller copy "
        "and try again."
    )


class BadPart(FilmError, BadOption):
    """`start` and `end` leave nothing of the film."""


class NetworkLost(FilmError):
    code = "network_unavailable"
    status = 503
    template = "Films cannot be coloured at the moment: {reason}"


def clock(seconds: float) -> str:
    """As messages say it: 1:05 or 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"

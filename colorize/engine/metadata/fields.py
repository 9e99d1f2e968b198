"""The fields that a result repeats of its original, and what may be in them."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

from colorize.engine.metadata.coordinates import POSITION

# In characters, and keywords by number. All together fit into one segment of a JPEG (64 kB), even
# if XML needs five bytes for each character.
LONGEST_LINE, LONGEST_CAPTION, LONGEST_PLACE = 500, 4000, 100
LONGEST_KEYWORD, MOST_KEYWORDS = 64, 50
PLACE = {"location", "city", "state", "country", "position"}
# Between artists, as EXIF has it: it holds them in one text.
BETWEEN = "; "
# Persian words and some emoji need these two, which count as not printable.
JOINERS = "\u200c\u200d"
# What some cameras write where a caption belongs.
NO_CAPTIONS = {"OLYMPUS DIGITAL CAMERA", "SONY DSC", "KODAK Digital Still Camera", "default"}
# A year, then as much as is known; EXIF fills what is not known with blanks or zeros.
DATE = re.compile(
    r"([1-9]\d{3})(?!\d)(?:[-:/. ](\d\d)(?:[-:/. ](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?)?)?"
)
# How a date that is known so far is read and written.
FORMS = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True)
class Metadata:
    """What a photo says about itself; empty where it says nothing.

    `title`: a short name; `headline`: a line for readers; `caption`: may have several lines;
    `artist`: several are separated by BETWEEN; `identifier`: of the original, in its archive;
    `date`: of the photo, ISO 8601 as far as it is known (1932, 1932-05, 1932-05-01 or
    1932-05-01T12:00:00); `digitized`: when it was scanned, in the same form.

    The place: `location` in the `city`, `state`, `country`; `position`: latitude and longitude in
    degrees.
    """

    title: str = ""
    headline: str = ""
    caption: str = ""
    artist: str = ""
    credit: str = ""
    copyright: str = ""
    usage_terms: str = ""
    identifier: str = ""
    keywords: tuple[str, ...] = ()
    date: str = ""
    digitized: str = ""
    location: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    position: str = ""

    @classmethod
    def of(cls, **found: Any) -> Self:
        """From what a file says: texts, bytes, lists of them, or anything else. Unknown fields are
        ignored."""
        known = {each.name for each in fields(cls)} & found.keys()
        cleaned: dict[str, Any] = {name: CLEANED.get(name, line)(found[name]) for name in known}
        return cls(**cleaned)

    def before(self, *others: "Metadata") -> "Metadata":
        """Each field from the first that has it, this one first."""
        empty = Metadata()
        sources = (self, *others, empty)
        values = {
            each.name: next(
                (value for one in sources if (value := getattr(one, each.name))),
                getattr(empty, each.name),
            )
            for each in fields(self)
        }
        return Metadata(**values)

    def kept(self, words: bool, place: bool) -> "Metadata":
        """What a result repeats: `place`, as far as it is known, and all other `words`."""
        wanted = {True: place, False: words}
        return Metadata(
            **{
                each.name: getattr(self, each.name)
                for each in fields(self)
                if wanted[each.name in PLACE]
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """The fields that are not empty, for JSON."""
        return {name: value for name, value in asdict(self).items() if value}


def line(value: object) -> str:
    """One line; several values are joined."""
    return " ".join(BETWEEN.join(texts(value)).split())[:LONGEST_LINE].rstrip(" ;")


def caption(value: object) -> str:
    """Lines are kept, without the blanks around them."""
    lines = "\n".join(texts(value)).splitlines()
    text = "\n".join(" ".join(each.split()) for each in lines).strip()
    return "" if text in NO_CAPTIONS else text[:LONGEST_CAPTION].rstrip()


def keywords(value: object) -> tuple[str, ...]:
    """Each once, in their order."""
    words = (" ".join(text.split())[:LONGEST_KEYWORD].rstrip() for text in texts(value))
    return tuple(dict.fromkeys(filter(None, words)))[:MOST_KEYWORDS]


def date(value: object) -> str:
    """ISO 8601, without fractions of a second and time zone; empty if it is no date."""
    found = DATE.match(line(value))
    if not found:
        return ""
    year, month, day, hour, minute, second = found.groups()
    known = [year, month, day, hour and f"{hour}:{minute}:{second or '00'}"]
    told = ""
    for form, part, between in zip(FORMS, known, ("", "-", "-", "T"), strict=True):
        if part is None or not is_date(longer := f"{told}{between}{part}", form):
            break
        told = longer
    return told


def is_date(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def place(value: object) -> str:
    return line(value)[:LONGEST_PLACE].rstrip()


def position(value: object) -> str:
    """As `coordinates` makes it; else empty."""
    return text if POSITION.fullmatch(text := line(value)) else ""


def texts(value: object) -> Iterator[str]:
    """The texts in a value, printable; line breaks stay."""
    for each in value if isinstance(value, list | tuple) else [value]:
        text = decoded(each) if isinstance(each, bytes) else each
        if isinstance(text, str) and (kept := printable(text).strip()):
            yield kept


def printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c.isspace() or c in JOINERS)


def decoded(raw: bytes) -> str:
    """UTF-8, which most programs write, or else the Windows code page."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


CLEANED = {
    "caption": caption,
    "keywords": keywords,
    "date": date,
    "digitized": date,
    **dict.fromkeys(("location", "city", "state", "country"), place),
    "position": position,
}

"""File names of photos and results, in a form that every system accepts. Knows no Django."""

import os
import re
import unicodedata
from pathlib import PurePath

from colorize.engine.formats import ENDINGS, FILM_ENDINGS, JPEG

# In bytes, as file systems allow.
LONGEST = 255
# Leaves room for a number and the ending.
TITLE_BYTES = 180
# Endings that only say what kind of picture or film a file is.
KINDS = ENDINGS | FILM_ENDINGS
RESULT = f"-colorized{JPEG.ending}"
# Windows forbids these in names; slashes separate folders everywhere.
FORBIDDEN = '<>:"/\\|?*'
# Windows cannot unpack files with these names, with any ending.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def stem(name: str) -> str:
    """The name without its path, and without its ending where that only says what kind of picture
    or film it is. Anything else behind a dot, the year of a date for instance, belongs to it."""
    path = PurePath(name.replace("\\", "/"))
    return path.stem if path.suffix.lower() in KINDS else path.name


def result_name(original: str, ending: str = RESULT) -> str:
    """The name of the result for a photo with that stem, which may contain any characters."""
    return with_ending(portable(last_part(readable(original)), "").strip(), ending, "photo")


def title_name(title: str) -> str:
    """A file name for a picture with that title, of at most TITLE_BYTES, that every system can
    unpack and that cannot leave its folder."""
    name = cut(portable(unicodedata.normalize("NFC", title), "-"), TITLE_BYTES).strip(". ")
    return f"_{name}" if RESERVED.match(name) else name or "Untitled"


def with_ending(stem: str, ending: str, unnamed: str = "") -> str:
    """No longer than LONGEST."""
    return (cut(stem, LONGEST - len(ending.encode())) or unnamed) + ending


def last_part(name: str) -> str:
    """Without its path, with slashes of either kind."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[-1]


def printable(name: str) -> str:
    return "".join(c for c in name if c.isprintable())


def portable(name: str, instead: str) -> str:
    """`instead` replaces each character that some system forbids."""
    return "".join(instead if c in FORBIDDEN else c for c in printable(name))


def cut(text: str, most: int) -> str:
    """Cut to that many bytes of UTF-8, without a broken character at the end."""
    return text.encode(errors="ignore")[:most].decode(errors="ignore").rstrip()


def readable(name: str) -> str:
    """A file name as text, even if it is not UTF-8 on disk."""
    return text_of(os.fsencode(name)) if any("\udc80" <= c <= "\udcff" for c in name) else name


def text_of(raw: bytes) -> str:
    """Decode UTF-8, or else the Windows code page."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")

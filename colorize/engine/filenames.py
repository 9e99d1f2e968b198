"""Names of files: what people's photos are called, and what results are called after them."""

import os
from pathlib import PurePath

from colorize.engine.formats import ENDINGS, JPEG

# Bytes; what file systems take.
LONGEST = 255
RESULT = f"-colorized{JPEG.ending}"


def stem(name: str) -> str:
    """The name without its path, and without its ending where that only says what kind of picture
    it is. Anything else behind a dot, the year of a date for instance, belongs to the name."""
    path = PurePath(name.replace("\\", "/"))
    return path.stem if path.suffix.lower() in ENDINGS else path.name


def result_name(original: str, ending: str = RESULT) -> str:
    """What the result of a photo with that stem is called, whatever odd characters it has; no
    longer than LONGEST."""
    letters = readable(original).replace("\\", "/").rpartition("/")[-1]
    safe = "".join(c for c in letters if c.isprintable() and c not in '<>:"|?*').strip()
    return (cut(safe, LONGEST - len(ending.encode())) or "photo") + ending


def cut(text: str, most: int) -> str:
    """At most that many bytes of UTF-8, and no broken character at the end."""
    return text.encode(errors="ignore")[:most].decode(errors="ignore").rstrip()


def readable(name: str) -> str:
    """A name from the disk, where it may be no UTF-8."""
    return text_of(os.fsencode(name)) if any("\udc80" <= c <= "\udcff" for c in name) else name


def text_of(raw: bytes) -> str:
    """UTF-8, or else what Windows wrote before that."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")

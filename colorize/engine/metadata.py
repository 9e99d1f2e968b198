"""The metadata of a photo that its result repeats. Knows no Django."""

import re
from dataclasses import dataclass

from PIL import ExifTags, IptcImagePlugin
from PIL.ImageFile import ImageFile


@dataclass(frozen=True)
class Metadata:
    """The original's data that the result may repeat; empty if there is none."""

    date: str = ""
    artist: str = ""
    copyright: str = ""


def read_metadata(image: ImageFile) -> Metadata:
    """Date, artist and copyright from EXIF, else IPTC, else PNG text."""
    exif = image.getexif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    press = IptcImagePlugin.getiptcinfo(image) or {} if image.format != "PNG" else {}
    date = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    return Metadata(
        date=exif_date(date) or press_date(press.get((2, 55))),
        artist=clean(
            exif.get(ExifTags.Base.Artist) or press.get((2, 80)) or image.info.get("Author")
        ),
        copyright=clean(
            exif.get(ExifTags.Base.Copyright) or press.get((2, 116)) or image.info.get("Copyright")
        ),
    )


def clean(value: object) -> str:
    """One line of printable text, up to 500 characters."""
    if isinstance(value, list):
        value = b", ".join(value)
    text = utf8(value) if isinstance(value, str | bytes) else ""
    printable = (" " if c.isspace() else c for c in text if c.isprintable() or c.isspace())
    return "".join(printable)[:500].strip()


def utf8(value: str | bytes) -> str:
    """Decode UTF-8, which most programs write, or else Latin-1.

    Pillow decodes EXIF's bytes as Latin-1 in any case.
    """
    try:
        raw = value if isinstance(value, bytes) else value.encode("latin-1")
    except UnicodeEncodeError:
        return str(value)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def exif_date(value: object) -> str:
    """A date as `YYYY:MM:DD HH:MM:SS`; empty if it is not one."""
    text = clean(value)
    return text if re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", text) else ""


def press_date(value: object) -> str:
    """IPTC's YYYYMMDD as an EXIF date."""
    text = clean(value)
    if not re.fullmatch(r"\d{8}", text):
        return ""
    return f"{text[:4]}:{text[4:6]}:{text[6:]} 00:00:00"

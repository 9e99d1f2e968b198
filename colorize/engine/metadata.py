"""What a photo's metadata says of where it comes from. Knows no Django."""

import re
from dataclasses import dataclass

from PIL import ExifTags, IptcImagePlugin
from PIL.ImageFile import ImageFile


@dataclass(frozen=True)
class Metadata:
    """What the original says of itself and the result may repeat; empty where it says nothing."""

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
    """One line of printable text, 500 characters at most."""
    if isinstance(value, list):
        value = b", ".join(value)
    text = utf8(value) if isinstance(value, str | bytes) else ""
    printable = (" " if c.isspace() else c for c in text if c.isprintable() or c.isspace())
    return "".join(printable)[:500].strip()


def utf8(value: str | bytes) -> str:
    """Text in UTF-8 as most programs write it, in Latin-1 where it is no UTF-8.

    Pillow hands EXIF's bytes over as Latin-1 whatever they are.
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
    """`YYYY:MM:DD HH:MM:SS`, or nothing where it is not such a date."""
    text = clean(value)
    return text if re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", text) else ""


def press_date(value: object) -> str:
    """IPTC's YYYYMMDD as an EXIF date."""
    text = clean(value)
    if not re.fullmatch(r"\d{8}", text):
        return ""
    return f"{text[:4]}:{text[4:6]}:{text[6:]} 00:00:00"

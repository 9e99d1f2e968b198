"""EXIF: read and written. Source: CIPA DC-008, Exif 2.32."""

from contextlib import suppress

from PIL import ExifTags, Image

from colorize.engine.metadata.coordinates import angles, position
from colorize.engine.metadata.fields import Metadata, decoded

Base, GPS = ExifTags.Base, ExifTags.GPS
# The letter and the angle, of latitude and longitude.
GPS_TAGS = (
    (GPS.GPSLatitudeRef, GPS.GPSLatitude),
    (GPS.GPSLongitudeRef, GPS.GPSLongitude),
)
# Of EXIF in a JPEG.
PREFIX = b"Exif\0\0"
# The first eight bytes of a user comment, and what they say of the rest.
ASCII, UNICODE, UNKNOWN = b"ASCII\0\0\0", b"UNICODE\0", bytes(8)


def read(exif: Image.Exif) -> Metadata:
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    return Metadata.of(
        caption=raw(exif.get(Base.ImageDescription)) or user_comment(exif),
        artist=raw(exif.get(Base.Artist)),
        copyright=raw(exif.get(Base.Copyright)),
        date=inner.get(Base.DateTimeOriginal),
        digitized=inner.get(Base.DateTimeDigitized) or exif.get(Base.DateTime),
        position=place(exif),
    )


def place(exif: Image.Exif) -> str:
    """The position; empty if it is broken, which costs the place alone."""
    # Pillow raises many kinds of exception for broken metadata.
    with suppress(Exception):
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        return position(*((gps[tag], gps[letter].strip("\0 ")) for letter, tag in GPS_TAGS))
    return ""


def raw(value: object) -> object:
    """The bytes of a text, which Pillow decodes as Latin-1 whatever they are."""
    try:
        return value.encode("latin-1") if isinstance(value, str) else value
    except UnicodeEncodeError:
        return value


def user_comment(exif: Image.Exif) -> str:
    """The comment if it is a text in a known code, else empty."""
    comment = exif.get_ifd(ExifTags.IFD.Exif).get(Base.UserComment)
    if not isinstance(comment, bytes):
        return ""
    code, text = comment[:8], comment[8:]
    if code == UNICODE:
        order = "utf-16-le" if exif.endian == "<" else "utf-16-be"
        return text.decode(order, errors="ignore")
    return decoded(text) if code in (ASCII, UNKNOWN) else ""


def write(metadata: Metadata, software: str) -> bytes:
    """A TIFF structure, as every format but JPEG holds it."""
    tags = Image.Exif()
    tags[Base.Software] = software
    for tag, text in {
        Base.ImageDescription: metadata.caption,
        Base.Artist: metadata.artist,
        Base.Copyright: metadata.copyright,
    }.items():
        if text:
            tags[tag] = text.encode()
    inner = tags.get_ifd(ExifTags.IFD.Exif)
    # sRGB.
    inner[Base.ColorSpace] = 1
    for tag, date in {
        Base.DateTimeOriginal: metadata.date,
        Base.DateTimeDigitized: metadata.digitized,
    }.items():
        if full := full_date(date):
            inner[tag] = full
    write_place(tags, metadata)
    return tags.tobytes().removeprefix(PREFIX)


def write_place(tags: Image.Exif, metadata: Metadata) -> None:
    if not metadata.position:
        return
    gps = tags.get_ifd(ExifTags.IFD.GPSInfo)
    gps[GPS.GPSVersionID] = bytes((2, 3, 0, 0))
    for (letter, tag), (angle, side) in zip(GPS_TAGS, angles(metadata.position), strict=True):
        degrees, minutes = angle
        gps[letter] = side
        gps[tag] = (float(degrees), float(int(minutes)), round(minutes % 1 * 60, 3))


def full_date(date: str) -> str:
    """As EXIF needs it, with a time; empty for a year or a month, which EXIF cannot hold."""
    day, _, time = date.partition("T")
    return f"{day.replace('-', ':')} {time or '00:00:00'}" if len(day) == 10 else ""

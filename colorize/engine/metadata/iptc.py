"""IPTC-IIM, the press's older metadata, in JPEG and TIFF: read, and written into JPEG.

Source: IPTC-NAA Information Interchange Model, version 4.2.
"""

from collections.abc import Mapping

from colorize.engine.metadata.fields import BETWEEN, Metadata

Records = Mapping[tuple[int, int], bytes | list[bytes]]

CHARSET = (1, 90)
UTF8 = b"\x1b%G"
LATIN = (b"\x1b.A", b"\x1b-A")
VERSION = (2, 0)
TITLE, KEYWORD, DATE, TIME, BYLINE = (2, 5), (2, 25), (2, 55), (2, 60), (2, 80)
REFERENCE, HEADLINE, CREDIT, RIGHTS, CAPTION = (2, 103), (2, 105), (2, 110), (2, 116), (2, 120)
CITY, LOCATION, STATE, COUNTRY = (2, 90), (2, 92), (2, 95), (2, 101)
# The longest value in bytes.
LONGEST = {
    TITLE: 64,
    KEYWORD: 64,
    BYLINE: 32,
    REFERENCE: 32,
    HEADLINE: 256,
    CREDIT: 32,
    RIGHTS: 128,
    CAPTION: 2000,
    COUNTRY: 64,
}
# A JPEG's segment for Photoshop's resources, and the head of the one with these records.
SEGMENT, RESOURCE = b"Photoshop 3.0\0", b"8BIM\x04\x04\0\0"


def read(records: Records) -> Metadata:
    """`records`: as Pillow's `getiptcinfo` has them."""
    code = "latin-1" if records.get(CHARSET) in LATIN else ""

    def values(key: tuple[int, int]) -> list[bytes | str]:
        found = records.get(key) or []
        every = found if isinstance(found, list) else [found]
        return [each.decode(code) if code else each for each in every if isinstance(each, bytes)]

    return Metadata.of(
        title=values(TITLE),
        headline=values(HEADLINE),
        caption=values(CAPTION),
        artist=values(BYLINE),
        credit=values(CREDIT),
        copyright=values(RIGHTS),
        identifier=values(REFERENCE),
        keywords=values(KEYWORD),
        date=date(records),
        location=values(LOCATION),
        city=values(CITY),
        state=values(STATE),
        country=values(COUNTRY),
    )


def date(records: Records) -> str:
    """YYYYMMDD, where a month or a day that is not known is 00, and HHMMSS."""
    day, time = (digits(records.get(key)) for key in (DATE, TIME))
    if len(day) < 8:
        return ""
    clock = f"T{time[:2]}:{time[2:4]}:{time[4:6]}" if len(time) >= 6 else ""
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}{clock}"


def digits(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else ""


def write(metadata: Metadata) -> bytes:
    """The records, in UTF-8; empty if there is nothing to say."""
    # Without the time, which would need a time zone here.
    day, _, _ = metadata.date.partition("T")
    found: list[tuple[tuple[int, int], str]] = [
        (TITLE, metadata.title),
        *((KEYWORD, word) for word in metadata.keywords),
        (DATE, day.replace("-", "").ljust(8, "0") if day else ""),
        *((BYLINE, name) for name in metadata.artist.split(BETWEEN)),
        (REFERENCE, metadata.identifier),
        (HEADLINE, metadata.headline),
        (CREDIT, metadata.credit),
        (RIGHTS, metadata.copyright),
        (CAPTION, metadata.caption),
        (CITY, metadata.city),
        (LOCATION, metadata.location),
        (STATE, metadata.state),
        (COUNTRY, metadata.country),
    ]
    told = b"".join(record(key, fit(text, LONGEST.get(key, 32))) for key, text in found if text)
    return record(CHARSET, UTF8) + record(VERSION, b"\0\4") + told if told else b""


def fit(text: str, longest: int) -> bytes:
    """UTF-8, cut between two characters to at most that many bytes."""
    return text.encode()[:longest].decode(errors="ignore").encode()


def record(key: tuple[int, int], value: bytes) -> bytes:
    return b"\x1c" + bytes(key) + len(value).to_bytes(2, "big") + value


def jpeg_segment(records: bytes) -> bytes:
    """The APP13 segment that holds the records; empty if there are none."""
    if not records:
        return b""
    body = SEGMENT + RESOURCE + len(records).to_bytes(4, "big") + records + bytes(len(records) % 2)
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body

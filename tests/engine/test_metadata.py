"""What a photo says about itself: read from every standard, and written into its result."""

import itertools
import random
import struct
import zlib
from dataclasses import replace
from typing import Any, cast

import pytest
from PIL import ExifTags, Image, IptcImagePlugin
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import IFDRational

from colorize import service
from colorize.engine.metadata import Metadata, read_metadata, xmp
from colorize.engine.metadata.fields import MOST_KEYWORDS
from colorize.engine.outputs import OUTPUTS
from colorize.engine.photo import read_photo
from tests.fakes import FakeNetwork
from tests.photos import opened, photo

WHOLE = Metadata(
    title="Harbour",
    headline="Ships at rest",
    caption="The harbour in winter.\nGreta is on the left; Überseekai & <pier>.",
    artist="A. Adams; Zoë “Zed” O’Neill",
    credit="City Archive",
    copyright="© 1938 City Archive",
    usage_terms="Free to use with credit",
    identifier="CA-1938/0042",
    keywords=("harbour", "ships, old", "冬"),
    date="1938-05-01T12:30:00",
    digitized="2019-02-03T10:11:12",
)
PLACED = replace(
    WHOLE,
    location="Pier 5",
    city="Zürich",
    state="ZH",
    country="Switzerland",
    position="-33.856784 151.215297",
)
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:ps="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/">
{}
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
PLACE = {"City": "Atlantis", "State": "Lemuria", "Country": "Avalon"}


def packet(*descriptions: str) -> bytes:
    """XMP with these elements, each in a description of its own."""
    about = '<rdf:Description rdf:about="">{}</rdf:Description>'
    return PACKET.format("".join(map(about.format, descriptions))).encode()


def artist(name: str) -> str:
    return f"<dc:creator><rdf:Seq><rdf:li>{name}</rdf:li></rdf:Seq></dc:creator>"


def exif_of(tags: dict[int, Any], inner: dict[int, Any] | None = None) -> Image.Exif:
    exif = Image.Exif()
    exif.update(tags)
    exif.get_ifd(ExifTags.IFD.Exif).update(inner or {})
    return exif


def record(number: int, text: bytes, dataset: int = 2) -> bytes:
    return bytes([0x1C, dataset, number]) + len(text).to_bytes(2, "big") + text


def with_iptc(*records: bytes, jpeg: bytes = b"", **options: Any) -> bytes:
    told = b"".join(records)
    body = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(told)) + told
    body += bytes(len(told) % 2)
    jpeg = jpeg or photo("JPEG", **options)
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    png = photo("PNG")
    at = png.index(b"IDAT") - 4
    told = b""
    for kind, body in chunks:
        check = struct.pack(">I", zlib.crc32(kind + body))
        told += struct.pack(">I", len(body)) + kind + body + check
    return png[:at] + told + png[at:]


def read(data: bytes) -> Metadata:
    return read_photo(data).metadata


def of_xmp(*descriptions: str) -> Metadata:
    return read(photo("JPEG", xmp=packet(*descriptions)))


def press_of(image: Image.Image) -> dict[tuple[int, int], Any]:
    return IptcImagePlugin.getiptcinfo(cast(ImageFile, image)) or {}


# Reading


def test_xmp_is_read_whole() -> None:
    assert of_xmp(
        '<dc:title><rdf:Alt><rdf:li xml:lang="de">Hafen</rdf:li>'
        '<rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>'
        '<dc:description><rdf:Alt><rdf:li xml:lang="en">Greta &amp; the ships</rdf:li></rdf:Alt>'
        "</dc:description>",
        "<dc:creator><rdf:Seq><rdf:li>A. Adams</rdf:li><rdf:li>B. Brown</rdf:li></rdf:Seq>"
        "</dc:creator><dc:subject><rdf:Bag><rdf:li>ships</rdf:li><rdf:li>冬</rdf:li>"
        "<rdf:li>ships</rdf:li></rdf:Bag></dc:subject>"
        "<dc:rights><rdf:Alt><rdf:li>© Archive</rdf:li></rdf:Alt></dc:rights>"
        "<dc:identifier>CA-42</dc:identifier><ps:Credit>City Archive</ps:Credit>"
        "<ps:Headline>At rest</ps:Headline><ps:DateCreated>1932-05</ps:DateCreated>"
        "<xmp:CreateDate>2019-02-03T10:11:12.34+02:00</xmp:CreateDate>",
    ) == Metadata(
        title="Harbour",
        caption="Greta & the ships",
        artist="A. Adams; B. Brown",
        keywords=("ships", "冬"),
        copyright="© Archive",
        identifier="CA-42",
        credit="City Archive",
        headline="At rest",
        date="1932-05",
        digitized="2019-02-03T10:11:12",
    )


def test_xmp_may_be_written_as_attributes_and_with_qualifiers() -> None:
    told = '<rdf:Description rdf:about="" ps:Credit="Archive" ps:TransmissionReference="J 7"/>'
    told += (
        '<rdf:Description><dc:identifier rdf:parseType="Resource"><rdf:value>CA-7</rdf:value>'
        "</dc:identifier></rdf:Description>"
    )
    read_from = xmp.read(PACKET.format(told).encode())
    assert (read_from.credit, read_from.identifier) == ("Archive", "CA-7")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("end", ["", " " * 2000, "\0\0"])
def test_xmp_in_either_encoding_and_with_room_behind_it(encoding: str, end: str) -> None:
    told = (packet(artist("Anna")).decode() + end).encode(encoding)
    assert read(photo("JPEG", xmp=told)).artist == "Anna"


@pytest.mark.parametrize("compressed", [False, True])
def test_xmp_in_a_png(compressed: bool) -> None:
    told = packet(artist("Anna"))
    body = b"XML:com.adobe.xmp\0" + bytes([compressed, 0, 0, 0])
    data = png_with((b"iTXt", body + (zlib.compress(told) if compressed else told)))
    assert read(data).artist == "Anna"


def test_the_texts_of_a_png() -> None:
    data = png_with(
        (b"tEXt", b"Title\0Harbour"),
        (b"tEXt", "Description\0Größe".encode()),
        (b"zTXt", b"Author\0\0" + zlib.compress(b"Anna")),
        (b"iTXt", b"Copyright\0\0\0\0\0" + "© Archive".encode()),
    )
    assert read(data) == Metadata(
        title="Harbour", caption="Größe", artist="Anna", copyright="© Archive"
    )


def test_exif_is_read() -> None:
    exif = exif_of(
        {0x010E: "Greta\r\nand  the ships", 0x013B: "Anna", 0x8298: "© Archive".encode()},
        {0x9003: "1938:05:01 12:30:00", 0x9004: "2019:02:03 10:11:12"},
    )
    assert read(photo("JPEG", exif=exif)) == Metadata(
        caption="Greta\nand the ships",
        artist="Anna",
        copyright="© Archive",
        date="1938-05-01T12:30:00",
        digitized="2019-02-03T10:11:12",
    )


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        (b"ASCII\0\0\0Greta", "Greta"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-be"), "Grüße"),
        (bytes(8) + b"Greta   ", "Greta"),
        (b"JIS\0\0\0\0\0\x1b$B", ""),
        (b"short", ""),
        (b"", ""),
    ],
)
def test_a_comment_is_a_caption_if_it_is_a_text(comment: bytes, text: str) -> None:
    assert read(photo("JPEG", exif=exif_of({}, {0x9286: comment}))).caption == text
    both = exif_of({0x010E: "Greta at sea"}, {0x9286: comment})
    assert read(photo("JPEG", exif=both)).caption == "Greta at sea"


def test_what_a_camera_writes_in_place_of_a_caption_is_none() -> None:
    exif = exif_of({0x010E: "OLYMPUS DIGITAL CAMERA         "})
    assert read(photo("JPEG", exif=exif)).caption == ""


def test_iptc_is_read() -> None:
    data = with_iptc(
        record(90, b"\x1b%G", 1),
        record(5, b"Harbour"),
        record(25, b"ships"),
        record(25, "Möwe".encode()),
        record(55, b"19380501"),
        record(60, b"123000+0100"),
        record(80, b"A. Adams"),
        record(80, b"B. Brown"),
        record(103, b"CA-42"),
        record(105, b"At rest"),
        record(110, b"City Archive"),
        record(116, "© Press".encode()),
        record(120, b"Greta\rand the ships"),
    )
    assert read(data) == Metadata(
        title="Harbour",
        keywords=("ships", "Möwe"),
        date="1938-05-01T12:30:00",
        artist="A. Adams; B. Brown",
        identifier="CA-42",
        headline="At rest",
        credit="City Archive",
        copyright="© Press",
        caption="Greta\nand the ships",
    )


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        (b"\x1b%G", "Ã©té".encode()),
        (b"\x1b.A", "Ã©té".encode("latin-1")),
        (None, "Ã©té".encode()),
        (None, "Ã©té".encode("cp1252")),
    ],
)
def test_iptc_in_the_code_that_it_names_or_the_likeliest(code: bytes | None, raw: bytes) -> None:
    """The text is one that means something else in another code."""
    head = [record(90, code, 1)] if code else []
    assert read(with_iptc(*head, record(110, raw))).credit == "Ã©té"


# Which source counts

SOURCES = ("xmp", "iptc", "exif")


@pytest.mark.parametrize(
    "there", [some for n in (1, 2, 3) for some in itertools.combinations(SOURCES, n)]
)
def test_xmp_counts_before_iptc_and_iptc_before_exif(there: tuple[str, ...]) -> None:
    """The artist; what only one of them says is added."""
    options: dict[str, Any] = {}
    if "exif" in there:
        options["exif"] = exif_of({0x013B: "exif", 0x8298: "from exif"})
    if "xmp" in there:
        options["xmp"] = packet(artist("xmp"), "<ps:Headline>from xmp</ps:Headline>")
    data = photo("JPEG", **options)
    if "iptc" in there:
        data = with_iptc(record(80, b"iptc"), record(110, b"from iptc"), jpeg=data)
    told = read(data)
    assert told.artist == there[0]
    assert told.copyright == ("from exif" if "exif" in there else "")
    assert told.headline == ("from xmp" if "xmp" in there else "")
    assert told.credit == ("from iptc" if "iptc" in there else "")


def test_when_it_was_scanned_is_not_when_it_was_taken() -> None:
    exif = exif_of({0x0132: "2019:02:03 10:11:12"}, {0x9003: "1938:05:01 12:30:00"})
    scanned = packet("<xmp:CreateDate>2019-02-03</xmp:CreateDate>")
    told = read(photo("JPEG", exif=exif, xmp=scanned))
    assert (told.date, told.digitized) == ("1938-05-01T12:30:00", "2019-02-03")
    told = read(photo("JPEG", exif=exif_of({0x0132: "2019:02:03 10:11:12"})))
    assert (told.date, told.digitized) == ("", "2019-02-03T10:11:12")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("1932", "1932"),
        ("1932-05", "1932-05"),
        ("1932-05-01", "1932-05-01"),
        ("1932-05-01T12:30", "1932-05-01T12:30:00"),
        ("1932-05-01T12:30:15.5Z", "1932-05-01T12:30:15"),
        ("1932:05:01 12:30:15", "1932-05-01T12:30:15"),
        ("1932:05:01   :  :  ", "1932-05-01"),
        ("1932:05:  ", "1932-05"),
        ("1932:00:00 00:00:00", "1932"),
        ("1932:02:30 10:00:00", "1932-02"),
        ("1932:05:01 25:00:00", "1932-05-01"),
        ("0000:00:00 00:00:00", ""),
        ("    :  :     :  :  ", ""),
        ("19320501", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_date_is_read_as_far_as_it_makes_sense(written: str, date: str) -> None:
    assert of_xmp(f"<ps:DateCreated>{written}</ps:DateCreated>").date == date
    assert read(photo("JPEG", exif=exif_of({}, {0x9003: written}))).date == date


@pytest.mark.parametrize(
    ("day", "date"), [("19320000", "1932"), ("19320500", "1932-05"), ("1932", ""), ("junk....", "")]
)
def test_iptc_knows_dates_in_part(day: str, date: str) -> None:
    assert read(with_iptc(record(55, day.encode()))).date == date


# What is broken, or meant to do harm

ENTITIES = b'<!DOCTYPE x [<!ENTITY a "Anna"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
BAD_PACKETS = {
    "an entity": ENTITIES + b"]>" + packet(artist("&b;")),
    "a file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + packet(artist("&a;")),
    "an address": b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">' + packet(artist("Eve")),
    "a document type": b"<!DOCTYPE x>" + packet(artist("Eve")),
    "an unknown entity": packet(artist("&nobody;")),
    "cut": packet(artist("Eve"))[:-60],
    "no XML": b"Eve",
    "nothing": b"",
    "zeros": bytes(100),
    "another XML": b"<svg><title>Eve</title></svg>",
    "an unknown encoding": b'<?xml version="1.0" encoding="eve"?>' + packet(artist("Eve")),
    "deeply nested": b"<a>" * 15_000,
    "noise": random.Random(1).randbytes(5000),
}


@pytest.mark.parametrize("bad", BAD_PACKETS)
def test_bad_xmp_is_left_aside_and_the_rest_is_read(bad: str) -> None:
    exif = exif_of({0x013B: "Anna"})
    for data in (
        photo("JPEG", exif=exif, xmp=BAD_PACKETS[bad]),
        png_with(
            (b"eXIf", exif.tobytes()[6:]),
            (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + BAD_PACKETS[bad]),
        ),
    ):
        assert read(data) == Metadata(artist="Anna")


@pytest.mark.parametrize("bad", BAD_PACKETS)
def test_bad_xmp_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):
        xmp.read(BAD_PACKETS[bad])


def test_xmp_that_is_too_long_is_not_even_parsed() -> None:
    told = packet(artist("Eve"))
    assert xmp.read(told + b" " * (xmp.MAX_SIZE - len(told))).artist == "Eve"
    with pytest.raises(ValueError, match="too long"):
        xmp.read(told + b" " * xmp.MAX_SIZE)


def test_of_two_packets_in_a_jpeg_the_one_that_can_be_read_counts() -> None:
    data = photo("JPEG", xmp=packet(artist("Anna")))
    body = b"http://ns.adobe.com/xap/1.0/\0" + BAD_PACKETS["cut"]
    bad = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    assert read(data[:2] + bad + data[2:]).artist == "Anna"
    at = data.index(b"\xff\xdb")
    assert read(data[:at] + bad + data[at:]).artist == "Anna"


@pytest.mark.parametrize("flipped", range(40))
def test_a_photo_with_damaged_metadata_is_read(flipped: int) -> None:
    """Bits are turned at random, in all standards at once."""
    chance = random.Random(flipped)
    options: dict[str, Any] = {
        "exif": exif_of({0x010E: "Greta", 0x013B: "Anna"}, {0x9003: "1938:05:01 12:00:00"})
    }
    data = bytearray(
        with_iptc(record(80, b"Anna"), record(55, b"19380501"), xmp=packet(artist("A")), **options)
    )
    end = data.index(b"\xff\xdb")
    for _ in range(30):
        at = chance.randrange(20, end)
        # Not the lengths of segments: those are of the picture's reader.
        if data[at - 4 : at + 4].count(0xFF) == 0:
            data[at] ^= 1 << chance.randrange(8)
    assert isinstance(read(bytes(data)), Metadata)


def test_texts_are_bounded_and_printable() -> None:
    words = "".join(f"<rdf:li>{n} {'w' * 100}</rdf:li>" for n in range(80))
    told = of_xmp(
        f"<ps:Credit>a\tb\u202ec {'x' * 600}</ps:Credit>"
        f"<dc:description>{'line&#10;' * 2000}</dc:description>"
        f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject>"
    )
    assert told.credit == "a bc " + "x" * 495
    assert len(told.caption) <= 4000 and told.caption.startswith("line\nline\n")
    assert len(told.keywords) == MOST_KEYWORDS and max(map(len, told.keywords)) == 64


# Writing


def result_of(data: bytes, **options: Any) -> bytes:
    return service.colorize(data, service.Options(**options)).content


def test_a_result_says_all_that_its_photo_said(network: FakeNetwork) -> None:
    """And a result of the result says it still."""
    once = result_of(photo("JPEG", xmp=xmp.write(WHOLE, "Scanner")))
    assert read(once) == WHOLE
    assert read(result_of(once)) == WHOLE


def test_each_standard_says_it(network: FakeNetwork) -> None:
    image = opened(result_of(photo("JPEG", xmp=xmp.write(WHOLE, "Scanner"))))
    exif = image.getexif()
    assert exif[0x010E].encode("latin-1").decode() == WHOLE.caption
    assert exif[0x8298].encode("latin-1").decode() == WHOLE.copyright
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    assert (inner[0x9003], inner[0x9004]) == ("1938:05:01 12:30:00", "2019:02:03 10:11:12")
    assert xmp.read(image.info["xmp"]) == WHOLE
    press = press_of(image)
    assert press[2, 120] == WHOLE.caption.encode() and press[1, 90] == b"\x1b%G"
    assert press[2, 25] == [word.encode() for word in WHOLE.keywords]
    assert press[2, 80] == [name.encode() for name in WHOLE.artist.split("; ")]
    assert press[2, 55] == b"19380501"


@pytest.mark.parametrize("key", OUTPUTS)
def test_each_kind_of_file_says_it(key: str, network: FakeNetwork) -> None:
    """And has the mark of the network, whether it says anything else or not."""
    data = photo("JPEG", xmp=xmp.write(PLACED, "Scanner"))
    for keep in (True, False):
        options = service.Options(keep_metadata=keep, keep_place=keep)
        image = opened(service.colorize(data, options, output=OUTPUTS[key]).content)
        assert read_metadata(cast(ImageFile, image)) == (PLACED if keep else Metadata())
        assert "made by the network colornet" in image.getexif()[ExifTags.Base.Software]
        assert xmp.SOURCE_TYPE.encode() in image.info["xmp"]


@pytest.mark.parametrize("date", ["1932", "1932-05"])
def test_a_date_that_exif_cannot_hold_is_kept_elsewhere(date: str, network: FakeNetwork) -> None:
    told = replace(WHOLE, date=date)
    image = opened(result_of(photo("JPEG", xmp=xmp.write(told, "Scanner"))))
    assert 0x9003 not in image.getexif().get_ifd(ExifTags.IFD.Exif)
    assert f"<photoshop:DateCreated>{date}<".encode() in image.info["xmp"]
    press = press_of(image)
    assert press[2, 55] == date.replace("-", "").ljust(8, "0").encode()


def test_the_longest_metadata_fit(network: FakeNetwork) -> None:
    """A JPEG's segment holds 64 kB, and each of these characters takes five bytes in XML."""
    longest = {
        name: "&" * 5000
        for name in Metadata.__dataclass_fields__
        if name not in ("date", "digitized", "position")
    }
    told = Metadata.of(**longest | {"keywords": [f"{n:02}" + "&" * 90 for n in range(99)]})
    for data in (
        photo("JPEG", xmp=xmp.write(told, "Scanner")),
        photo("JPEG", exif=exif_of({0x010E: "&" * 60_000}), xmp=packet("<ps:Credit>x</ps:Credit>")),
    ):
        result = result_of(data, keep_place=True)
        assert read(result) == read(data)
    assert len(read(result_of(photo("JPEG", xmp=xmp.write(told, "Scanner")))).keywords) == 50


def test_nothing_is_written_where_nothing_was_said(network: FakeNetwork) -> None:
    image = opened(result_of(photo("JPEG")))
    assert press_of(image) == {}
    assert xmp.read(image.info["xmp"]) == Metadata()
    assert set(image.getexif()) <= {ExifTags.Base.Software, ExifTags.IFD.Exif}


def test_a_switch_leaves_everything_out(network: FakeNetwork) -> None:
    result = result_of(photo("JPEG", xmp=xmp.write(WHOLE, "Scanner")), keep_metadata=False)
    assert read(result) == Metadata()
    assert not any(word in result for word in (b"Harbour", b"Adams", b"Archive", b"1938", b"2019"))
    assert b"compositeWithTrainedAlgorithmicMedia" in result


def test_the_packet_names_what_made_it(network: FakeNetwork) -> None:
    packet = opened(result_of(photo("JPEG"))).info["xmp"].decode()
    assert 'xmp:CreatorTool="Image Colorizer (colours made by the network colornet)"' in packet


def test_a_place_is_left_out(network: FakeNetwork) -> None:
    """In each standard."""
    exif = exif_of({0x013B: "Anna"})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)}
    )
    told = "".join(f"<ps:{name}>{place}</ps:{name}>" for name, place in PLACE.items())
    told += "<Iptc4xmpCore:Location>Ys</Iptc4xmpCore:Location>"
    told += "<exif:GPSLatitude>52,31.0N</exif:GPSLatitude>"
    places = [
        record(90, b"Atlantis"),
        record(92, b"Ys"),
        record(95, b"Lemuria"),
        record(101, b"Avalon"),
    ]
    data = with_iptc(*places, exif=exif, xmp=packet(told))
    assert read(data).city == "Atlantis" and read(data).position == "52.516667 13.400000"
    result = result_of(data)
    assert read(result).artist == "Anna"
    assert not opened(result).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert not any(place.encode() in result for place in (*PLACE.values(), "<Ys", "GPS", "52,31"))


def near(one: Metadata, other: Metadata) -> bool:
    """Equal, but for the last metre."""
    here, there = ([float(angle) for angle in each.position.split()] for each in (one, other))
    return here == pytest.approx(there, abs=1e-5) and replace(one, position="") == replace(
        other, position=""
    )


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("place", [True, False])
def test_the_place_has_a_switch_of_its_own(words: bool, place: bool, network: FakeNetwork) -> None:
    data = photo("JPEG", xmp=xmp.write(PLACED, "Scanner"))
    told = read(result_of(data, keep_metadata=words, keep_place=place))
    assert bool(told.caption) is words and bool(told.city) is place
    assert not (words and place) or near(told, PLACED)


def test_a_place_that_was_asked_for_is_in_each_standard(network: FakeNetwork) -> None:
    data = photo("JPEG", xmp=xmp.write(PLACED, "Scanner"))
    image = opened(result_of(data, keep_place=True))
    gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert (gps[1], gps[3]) == ("S", "E") and gps[2] == pytest.approx((33, 51, 24.422), abs=0.01)
    press = press_of(image)
    numbers = (92, 90, 95, 101)
    places = [press[2, number] for number in numbers]
    assert places == [b"Pier 5", "Zürich".encode(), b"ZH", b"Switzerland"]
    assert near(xmp.read(image.info["xmp"]), PLACED)
    # Each is read alone.
    alone = photo("JPEG", exif=image.info["exif"])
    assert near(read(alone).before(replace(PLACED, position="")), PLACED)
    records = [record(*told) for told in zip(numbers, places, strict=True)]
    assert read(with_iptc(*records)).city == "Zürich"


@pytest.mark.parametrize(
    ("latitude", "longitude", "position"),
    [
        ("52,31,30N", "13,24,0E", "52.525000 13.400000"),
        ("52,31.5N", "13,24.0E", "52.525000 13.400000"),
        ("52,31.5S", "13,24.0W", "-52.525000 -13.400000"),
        ("0,0.0N", "0,0.0E", "0.000000 0.000000"),
        ("91,0.0N", "13,24.0E", ""),
        ("52,31.5E", "13,24.0E", ""),
        ("52,31.5N", "", ""),
        ("52.525", "13.4", ""),
        ("nowhere", "13,24.0E", ""),
    ],
)
def test_a_position_is_read_if_it_is_one(latitude: str, longitude: str, position: str) -> None:
    told = of_xmp(
        f"<exif:GPSLatitude>{latitude}</exif:GPSLatitude>"
        f"<exif:GPSLongitude>{longitude}</exif:GPSLongitude>"
    )
    assert told.position == position


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (52.0, 31.0), 3: "E", 4: (13.0, 24.0, 0.0)},
        {1: "N", 2: (IFDRational(0, 0), 0.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)},
        {1: "X", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)},
        {1: "N", 2: (152.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)},
        {1: "N", 2: (52.0, 31.0, 0.0)},
        {1: "N"},
        {2: (52.0, 31.0, 0.0)},
    ],
)
def test_a_broken_place_costs_the_place_alone(gps: dict[int, Any]) -> None:
    exif = exif_of({0x013B: "Anna"})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    assert read(photo("JPEG", exif=exif)) == Metadata(artist="Anna")


def of_kind(kind: str, packet: bytes, exif: Image.Exif) -> bytes:
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    if kind == "TIFF":
        return photo(kind, tiffinfo=dict(exif) | {700: packet})
    return photo(kind, exif=exif, xmp=packet)


KINDS = ["TIFF", "WEBP", "AVIF", "HEIF"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_of_any_kind_is_read_alike(kind: str) -> None:
    exif = exif_of({0x013B: "of EXIF", 0x8298: "of EXIF"})
    told = replace(PLACED, copyright="")
    read_from = read(of_kind(kind, xmp.write(told, "Scanner"), exif))
    assert read_from == replace(PLACED, copyright="of EXIF")


@pytest.mark.parametrize("bad", ["an entity", "cut", "nothing", "noise", "deeply nested"])
@pytest.mark.parametrize("kind", KINDS)
def test_bad_xmp_costs_nothing_in_any_kind(kind: str, bad: str) -> None:
    data = of_kind(kind, BAD_PACKETS[bad], exif_of({0x013B: "Anna"}))
    assert read(data) == Metadata(artist="Anna")


def test_iptc_in_a_tiff() -> None:
    told = record(80, b"Anna") + record(25, b"ships") + record(25, b"gulls")
    assert read(photo("TIFF", tiffinfo={33723: told})) == Metadata(
        artist="Anna", keywords=("ships", "gulls")
    )

"""XMP, in any photo or in a sidecar file: read and written. Source: ISO 16684-1.

Photos come from strangers: the size is bounded, and a document type, and with it every entity, is
refused.
"""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import ParseError, fromstring

from colorize.engine.metadata.coordinates import from_xmp, position, to_xmp
from colorize.engine.metadata.fields import BETWEEN, Metadata

MAX_SIZE = 500_000
# https://cv.iptc.org/newscodes/digitalsourcetype/: a real photo to which a trained network added.
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
}
# Where each field is read, the best place first; it is written to the first.
PROPERTIES = {
    "title": ("dc:title",),
    "headline": ("photoshop:Headline",),
    "caption": ("dc:description",),
    "artist": ("dc:creator",),
    "credit": ("photoshop:Credit",),
    "copyright": ("dc:rights",),
    "usage_terms": ("xmpRights:UsageTerms",),
    "identifier": ("dc:identifier", "photoshop:TransmissionReference"),
    "keywords": ("dc:subject",),
    "date": ("photoshop:DateCreated", "exif:DateTimeOriginal"),
    "digitized": ("xmp:CreateDate", "exif:DateTimeDigitized"),
    "location": ("Iptc4xmpCore:Location",),
    "city": ("photoshop:City",),
    "state": ("photoshop:State",),
    "country": ("photoshop:Country",),
}
# Two properties, of one field.
POSITION = ("exif:GPSLatitude", "exif:GPSLongitude")
# Properties in several languages, in order, and in none.
LANGUAGES = {"dc:title", "dc:description", "dc:rights", "xmpRights:UsageTerms"}
LISTS = {"dc:creator": "Seq", "dc:subject": "Bag"}
# Where the text of a value with qualifiers is.
QUALIFIED = (f"{{{RDF}}}value", f"{{{RDF}}}Description/{{{RDF}}}value")
LANG, USUAL_LANG = "{http://www.w3.org/XML/1998/namespace}lang", "x-default"


def read(packet: bytes) -> Metadata:
    """Raises ValueError if it is not XMP, or longer than MAX_SIZE."""
    described = list(parsed(packet).iter(f"{{{RDF}}}Description"))
    if not described:
        raise ValueError("no description")
    told = {
        field: next((found for name in names if (found := values(described, name))), [])
        for field, names in PROPERTIES.items()
    }
    return Metadata.of(**told, position=place(described))


def place(described: list[Element]) -> str:
    """The position; empty if half of it is missing, or broken."""
    try:
        return position(*(from_xmp(values(described, name)[0]) for name in POSITION))
    except (ValueError, IndexError):
        return ""


def parsed(packet: bytes) -> Element:
    """Raises ValueError."""
    if len(packet) > MAX_SIZE:
        raise ValueError("too long")
    if packet.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        packet = packet.decode("utf-16").encode()
    try:
        root: Element = fromstring(packet.strip(b"\0 \r\n"), forbid_dtd=True)
    except (ParseError, LookupError) as problem:
        raise ValueError("no XML") from problem
    return root


def values(described: list[Element], name: str) -> list[str]:
    """The values of the first property of this name that has any."""
    prefix, _, local = name.partition(":")
    full = f"{{{NAMESPACES[prefix]}}}{local}"
    for description in described:
        if text := description.get(full, "").strip():
            return [text]
        for element in description.findall(full):
            if found := list(filter(None, items(element, name in LANGUAGES))):
                return found
    return []


def items(element: Element, in_languages: bool) -> Iterator[str]:
    """The texts of a property; of several languages, only the usual one, or else the first."""
    listed = element.findall(f"{{{RDF}}}*/{{{RDF}}}li")
    if in_languages and listed:
        listed = [next((li for li in listed if li.get(LANG) == USUAL_LANG), listed[0])]
    for each in listed or [element]:
        # Never deeper: in nested elements that would take time by the square of their number.
        inside = [each.find(path) for path in QUALIFIED]
        yield next((one.text or "" for one in (*inside, each) if one is not None), "").strip()


def write(metadata: Metadata, software: str) -> bytes:
    """A packet with the mark of the network."""
    told = "".join(
        written(names[0], text)
        for field, names in PROPERTIES.items()
        if (text := getattr(metadata, field))
    )
    told += "".join(map(written, POSITION, to_xmp(metadata.position)))
    used = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">
<rdf:Description rdf:about=""{used}
 Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"
 xmp:CreatorTool="{escape(software)}">
{told}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def written(name: str, value: str | tuple[str, ...]) -> str:
    if name in LANGUAGES:
        inside = f'<rdf:Alt><rdf:li xml:lang="{USUAL_LANG}">{escape(str(value))}</rdf:li></rdf:Alt>'
    elif kind := LISTS.get(name):
        every = value.split(BETWEEN) if isinstance(value, str) else value
        lines = "".join(f"<rdf:li>{escape(each)}</rdf:li>" for each in every)
        inside = f"<rdf:{kind}>{lines}</rdf:{kind}>"
    else:
        inside = escape(str(value))
    return f"<{name}>{inside}</{name}>\n"

"""What is written into a result beside its pixels, whatever its kind. Knows no Django."""

from dataclasses import dataclass

from PIL import ExifTags, Image, ImageCms

from colorize.engine.metadata import Metadata
from colorize.engine.profiles import SRGB

# Without its date of creation (bytes 24 to 35), so that the same photo gives the same file.
SRGB_PROFILE = ImageCms.ImageCmsProfile(SRGB).tobytes()
SRGB_PROFILE = SRGB_PROFILE[:24] + bytes(12) + SRGB_PROFILE[36:]

# https://cv.iptc.org/newscodes/digitalsourcetype/: a real photo to which a trained network added.
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class Marks:
    """`exif`: a TIFF structure, without JPEG's prefix; `xmp`: a packet; `icc`: the profile of the
    pixels. Each encoder in `outputs.OUTPUTS` writes all of them."""

    exif: bytes
    xmp: bytes
    icc: bytes = SRGB_PROFILE


def marks_of(metadata: Metadata, network: str) -> Marks:
    """The network's mark and `metadata`, but never a location."""
    return Marks(exif(metadata, network), XMP.encode())


def exif(metadata: Metadata, network: str) -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Software] = f"Image Colorizer (colours made by the network {network})"
    inner = tags.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.ColorSpace] = 1
    if metadata.artist:
        tags[ExifTags.Base.Artist] = metadata.artist.encode()
    if metadata.copyright:
        tags[ExifTags.Base.Copyright] = metadata.copyright.encode()
    if metadata.date:
        inner[ExifTags.Base.DateTimeOriginal] = metadata.date
    return tags.tobytes().removeprefix(b"Exif\0\0")

"""What every kind of result contains beside its pixels. Knows no Django."""

from dataclasses import dataclass

from PIL import ImageCms

from colorize.engine.hints import counted
from colorize.engine.metadata import Metadata, exif, iptc, xmp
from colorize.engine.profiles import SRGB

# Without its date of creation (bytes 24 to 35), so that the same photo gives the same file.
SRGB_PROFILE = ImageCms.ImageCmsProfile(SRGB).tobytes()
SRGB_PROFILE = SRGB_PROFILE[:24] + bytes(12) + SRGB_PROFILE[36:]


@dataclass(frozen=True)
class Marks:
    """`exif`: a TIFF structure, without JPEG's prefix; `xmp`: a packet; `icc`: the profile of the
    pixels. Each encoder in `outputs.OUTPUTS` writes all of these. `iptc`: records for JPEG and
    TIFF, empty if there are none."""

    exif: bytes
    xmp: bytes
    icc: bytes = SRGB_PROFILE
    iptc: bytes = b""


def made_by(network: str, hints: int = 0) -> str:
    """Who made the colours. `hints`: how many a person gave."""
    given = f", with {counted(hints)} by a person" if hints else ""
    return f"colours made by the network {network}{given}"


def marks_of(metadata: Metadata, network: str, hints: int = 0) -> Marks:
    """The network's mark, with the number of hints that it followed, and `metadata`."""
    software = f"Image Colorizer ({made_by(network, hints)})"
    return Marks(
        exif.write(metadata, software),
        xmp.write(metadata, software),
        iptc=iptc.write(metadata),
    )

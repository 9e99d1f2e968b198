"""The one table of file formats: their first bytes, names, endings and MIME types, and what people
can do about files that cannot be coloured. Knows no Django.

Pages, forms, the API and its schema, scripts, errors and the FAQ derive from it. The
patterns match the first HEAD bytes, read as Latin-1; the page's scripts use them too
(`static/js/checks.js`), so they only use syntax that Python and JavaScript share.
"""

import re
from dataclasses import dataclass
from importlib.util import find_spec

from colorize.engine.errors import WrongType

HEAD = 64


@dataclass(frozen=True)
class Kind:
    """A format. `what` and `advice`: for the message of WrongType, if it cannot be coloured.

    For pictures also `name`, as people and Pillow call the format, `endings`, the usual one first,
    `mime` type, and whether common browsers show it.
    """

    pattern: str
    what: str = ""
    advice: str = "Save a copy as JPEG in a photo app and try again"
    name: str = ""
    endings: tuple[str, ...] = ()
    mime: str = ""
    in_browsers: bool = False

    @property
    def ending(self) -> str:
        return self.endings[0]


JPEG = Kind(
    r"^\xff\xd8\xff",
    name="JPEG",
    endings=(".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".pjpeg", ".pjp", ".mpo"),
    mime="image/jpeg",
    in_browsers=True,
)
PNG = Kind(
    r"^\x89PNG\r\n\x1a\n",
    name="PNG",
    endings=(".png", ".apng"),
    mime="image/png",
    in_browsers=True,
)
# Sensors' raw files of Canon look like TIFFs, those of others only show when they are read.
TIFF = Kind(
    r"^(II[*+]\x00|MM\x00[*+])(?!.{4}CR)",
    name="TIFF",
    endings=(".tif", ".tiff", ".btf", ".tf8"),
    mime="image/tiff",
)
AVIF = Kind(
    r"^.{4}ftyp.*avi[fs]",
    name="AVIF",
    endings=(".avif", ".avifs"),
    mime="image/avif",
    in_browsers=True,
)
HEIC = Kind(
    r"^.{4}ftyp(hei|hev|mif1|msf1)",
    "a HEIC photo, the kind that iPhones take, which is not read here",
    "Open it in your photo app, export it as JPEG and choose that copy",
    name="HEIC",
    endings=(".heic", ".heif", ".hif", ".heics", ".heifs"),
    mime="image/heic",
)
WEBP = Kind(r"^RIFF.{4}WEBP", name="WebP", endings=(".webp",), mime="image/webp", in_browsers=True)
JPEG_2000 = Kind(
    r"^(\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51)",
    name="JPEG 2000",
    endings=(".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"),
    mime="image/jp2",
)
BMP = Kind(
    r"^BM.{4}\x00{4}", name="BMP", endings=(".bmp", ".dib"), mime="image/bmp", in_browsers=True
)
GIF = Kind(r"^GIF8", name="GIF", endings=(".gif",), mime="image/gif", in_browsers=True)
# Needs a library that not everyone may want; see requirements-heic.txt.
READS_HEIC = find_spec("pillow_heif") is not None
# What can be coloured; `photo.READERS` has what reads each. Results are JPEGs.
PHOTOS = (JPEG, PNG, TIFF, AVIF, *[HEIC] * READS_HEIC, WEBP, JPEG_2000, BMP, GIF)
# In a sentence: what people should save; the kinds they know; all.
ADVISED = f"{JPEG.name} or {PNG.name}"
KNOWN = [kind.name for kind in (JPEG, PNG, TIFF, HEIC) if kind in PHOTOS]
NAMES = f"{', '.join(KNOWN)} or another common photo format"
ALL_NAMES = ", ".join(kind.name for kind in PHOTOS[:-1]) + f" and {PHOTOS[-1].name}"


# Films that can be coloured, where what reads them is installed; see `colorize.films`. What is in
# them is found out when they are opened.
FILMS = (
    Kind(
        r"^.{4}(ftyp(?!avi[fs]|hei|hev|mif1|msf1|crx)|moov|mdat|wide|free|skip)",
        name="MP4, MOV",
        endings=(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2"),
        mime="video/mp4",
        in_browsers=True,
    ),
    Kind(
        r"^\x1aE\xdf\xa3",
        name="WebM, Matroska",
        endings=(".webm", ".mkv"),
        mime="video/x-matroska",
    ),
    Kind(r"^RIFF.{4}AVI ", name="AVI", endings=(".avi",), mime="video/x-msvideo"),
    Kind(
        r"^(\x00\x00\x01[\xb3\xba]|(.{4})?G@)",
        name="MPEG",
        endings=(".mpg", ".mpeg", ".vob", ".m2v", ".ts", ".mts", ".m2ts"),
        mime="video/mpeg",
    ),
    Kind(r"^\x1f\x07\x00", name="DV", endings=(".dv",), mime="video/dv"),
)
NO_FILM = Kind("", "not a film that can be read here", "Save a copy as MP4 and try again")
# What films become.
MP4 = FILMS[0]
FILM_NAMES = ", ".join(kind.name for kind in FILMS[:-1]) + f" and {FILMS[-1].name}"
FILM_ENDINGS = {ending for kind in FILMS for ending in kind.endings}


def picture(pattern: str, what: str, name: str = "", *endings: str) -> Kind:
    return Kind(pattern, f"{what}, which cannot be read here", name=name, endings=endings)


# Also what looks like a TIFF, but has what a camera's sensor saw.
RAW = Kind(
    r"^(.{4}ftypcrx|FUJIFILMCCD-RAW|IIR[OS]|IIU\x00|II\*\x00.{4}CR)",
    "a camera’s raw file, not a finished photo",
    "Save a copy as TIFF or JPEG in a photo app and try again",
)
# The first match counts; the last pattern matches everything.
OTHERS = (
    Kind(r"^(?![\s\S])", "an empty file", "Copy the photo again from its source"),
    Kind(
        r"^\x00\x05\x16[\x00\x07]",
        "a note that macOS keeps beside a photo, not the photo itself",
        "Choose the file of the same name without “._” at the start",
    ),
    HEIC,
    RAW,
    picture(r"^(\xff\x0a|\x00\x00\x00\x0cJXL )", "a JPEG XL picture", "JPEG XL", ".jxl"),
    picture(r"^8BPS", "a Photoshop file"),
    picture(r"^gimp xcf", "a GIMP file"),
    Kind(
        r"^\s*%PDF-",
        "a PDF document, not a photo",
        "Export the page or the picture in it as JPEG and try again",
    ),
    Kind(
        r"^(PK\x03\x04|Rar!|7z\xbc\xaf|\x1f\x8b|\xd0\xcf\x11\xe0|\{\\rtf)",
        "an archive or an office document, not a photo",
        "Take the photo out and choose that",
    ),
    Kind(
        r"^(.{4}(ftyp|moov|mdat|wide)|\x1aE\xdf\xa3|RIFF.{4}AVI )",
        "a video, not a photo",
        "Save a still image of it as JPEG and choose that",
    ),
    Kind(
        r"^(\xef\xbb\xbf)?\s*<(!doctype|!DOCTYPE|html|HTML|\?xml|svg)",
        "a web page or a drawing (HTML, SVG), not a photo",
        f"Save the photo itself as {ADVISED} and choose that",
    ),
    Kind("", "not a photo that can be read here", f"Save a copy as {ADVISED} and try again"),
)

# Endings that photos must not have, because opening the file later could run it.
REFUSED = (
    # Programs
    *(".exe", ".com", ".bat", ".cmd", ".msi", ".msix", ".scr", ".pif", ".cpl", ".dll"),
    *(".sys", ".lnk", ".reg", ".hta", ".ps1", ".vbs", ".vbe", ".wsf", ".wsh", ".js", ".mjs"),
    *(".jse", ".jar", ".sh", ".bash", ".zsh", ".csh", ".fish", ".command", ".app", ".apk"),
    *(".deb", ".rpm", ".dmg", ".pkg", ".py", ".rb"),
    # Web pages
    *(".htm", ".html", ".shtml", ".xhtml", ".xht", ".mht", ".mhtml", ".xml", ".xsl", ".svg"),
    *(".svgz", ".swf", ".php", ".phtml", ".phar", ".cgi", ".asp", ".aspx", ".jsp"),
)
PROGRAM = Kind(
    "",
    "named like a program or a web page",
    "If it is a photo, give it a name that ends in .jpg and try again",
)


# Endings that say what kind of picture a file is, and nothing more.
ENDINGS = {ending for kind in (*PHOTOS, *OTHERS) for ending in kind.endings}
PHOTO_ENDINGS = {ending for kind in PHOTOS for ending in kind.endings}


def photo_kind(data: bytes) -> Kind | None:
    """The format of a photo that can be coloured, by its first bytes; None for anything else."""
    return next((kind for kind in PHOTOS if fits(kind.pattern, data)), None)


def kind_of(data: bytes) -> Kind | None:
    """The same of a photo or a film."""
    return photo_kind(data) or film_kind(data)


def film_kind(data: bytes) -> Kind | None:
    """The container of a film, by its first bytes; None for anything else."""
    return next((kind for kind in FILMS if fits(kind.pattern, data)), None)


def check_film(data: bytes) -> Kind:
    """The container of a film, by its first bytes. Raises WrongType."""
    kind = film_kind(data)
    if kind is None:
        raise wrong(NO_FILM)
    return kind


def check_type(data: bytes, name: str) -> Kind:
    """The kind of a photo. Raises WrongType, which says what the file is instead."""
    kind = photo_kind(data)
    if kind is None:
        other = next(other for other in OTHERS if fits(other.pattern, data))
        raise wrong(other, is_film=film_kind(data) is not None)
    if is_refused(name):
        raise wrong(PROGRAM)
    return kind


def ending_of(mime: str) -> str:
    """The usual ending of photos of this MIME type."""
    return next(kind.ending for kind in PHOTOS if kind.mime == mime)


def is_refused(name: str) -> bool:
    """Whether a name has the ending of a program or a page. Ignores dots and spaces at the end,
    like Windows."""
    return name.lower().rstrip(" .").endswith(REFUSED)


def fits(pattern: str, data: bytes) -> bool:
    return re.match(pattern, data[:HEAD].decode("latin-1"), re.DOTALL) is not None


def wrong(kind: Kind, is_film: bool = False) -> WrongType:
    return WrongType(kind.what, kind.advice, is_film)

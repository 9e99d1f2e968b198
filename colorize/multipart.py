"""Forms with files as programs of all kinds send them, put in order for Django's parser.

Django drops a part, and the photo in it, where the head is no UTF-8, is longer than a kilobyte, or
has no file name that is one. But what a file is called is no reason to lose it.
"""

from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value

from django.conf import settings

from colorize.filenames import LONGEST, cut, text_of
from colorize.kinds import format_of

END = b"\r\n\r\n"
# Bytes of all heads together, and parameters of one, that are worth reading: reading more than any
# photo comes with would only cost time.
LONGEST_HEADS = 100_000
MOST_PARAMETERS = 50
DISPOSITION = "Content-Disposition"
# What else Django reads, and how much of it.
OTHERS = ("Content-Type", "Content-Transfer-Encoding")
LONGEST_OTHER = 150
UNNAMED = "photo"


def in_order(body: bytes, boundary: bytes) -> bytes:
    """The body with each part's head in UTF-8, short, and with a name where there is a file."""
    delimiter = b"--" + boundary
    # More parts than that are refused by Django all the same.
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + settings.DATA_UPLOAD_MAX_NUMBER_FILES
    parts = body.split(delimiter, most)
    if sum(max(part.find(END), 0) for part in parts) > LONGEST_HEADS:
        return body
    return delimiter.join(map(tidied, parts))


def tidied(part: bytes) -> bytes:
    """What stands between two delimiters."""
    head, end, content = part.partition(END)
    if not end or head.count(b";") > MOST_PARAMETERS:
        return part
    read = HeaderParser().parsestr(text_of(head).lstrip())
    if not parameter(read, "name"):
        return part
    tidy = written(read, format_of(content) is not None)
    return b"\r\n" + tidy.encode(errors="replace") + end + content


def written(head: Message, is_photo: bool) -> str:
    """A photo is a file, named or not; anything else only where the sender says so."""
    file_name = parameter(head, "filename")
    fields = [f'form-data; name="{escaped(parameter(head, "name") or "")}"']
    if is_photo or file_name:
        fields.append(f'filename="{escaped(usable(file_name or ""))}"')
    lines = [f"{DISPOSITION}: {'; '.join(fields)}"]
    lines += [f"{name}: {on_one_line(head[name])[:LONGEST_OTHER]}" for name in OTHERS if head[name]]
    return "\r\n".join(lines)


def parameter(head: Message, name: str) -> str | None:
    """Of the disposition, also as RFC 2231 and 5987 write it, which counts for more; None where it
    is not there."""
    try:
        given = head.get_params([], header=DISPOSITION)
        values = [collapse_rfc2231_value(value) for key, value in given if key.lower() == name]
    except (ValueError, LookupError):
        return ""
    return values[-1] if values else None


def usable(file_name: str) -> str:
    """Its last part, however the system writes paths, at most LONGEST bytes with its ending.

    Browsers write a quotation mark as %22.
    """
    base = file_name.replace("%22", '"').replace("\\", "/").rstrip("/").rpartition("/")[-1]
    name = "".join(c for c in base if c.isprintable()).strip()
    start, dot, ending = name.rpartition(".")
    if len(name.encode()) > LONGEST:
        name = cut(start or name, LONGEST - 20) + dot + cut(ending, 19)
    return UNNAMED if name in ("", ".", "..") else name


def escaped(text: str) -> str:
    return on_one_line(text).replace("\\", r"\\").replace('"', r"\"")


def on_one_line(text: str) -> str:
    return " ".join(str(text).split("\n")).replace("\r", " ")

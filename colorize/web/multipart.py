"""Forms with files as programs of all kinds send them, put in order for Django's parser.

Django drops a part, and the photo in it, where the head is no UTF-8, is longer than a kilobyte, or
has no file name that is one. But what a file is called is no reason to lose it.
"""

from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from typing import Any

from colorize.engine.filenames import LONGEST, cut, last_part, printable, text_of
from colorize.engine.formats import HEAD, photo_kind

CHUNK = 1 << 16
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


class OrderedForm:
    """A form as it arrives, to be read like a file: each part's head in UTF-8, short, and with a
    name where there is a file."""

    def __init__(self, form: Any, boundary: bytes) -> None:
        self.form = form
        self.delimiter = b"--" + boundary
        self.held = b""
        self.left = LONGEST_HEADS
        self.pieces = filter(None, self.in_order())

    def read(self, size: int | None = None) -> bytes:
        """The next piece, of any size; empty at the end."""
        return next(self.pieces, b"")

    def in_order(self) -> Iterator[bytes]:
        while True:
            yield from self.content()
            if not self.held:
                return
            yield self.take(len(self.delimiter))
            if head := self.head():
                self.left -= len(head)
                yield tidied(head, self.held[len(head) :])
                self.take(len(head))

    def content(self) -> Iterator[bytes]:
        """Up to the next delimiter, or to the end."""
        while (at := self.held.find(self.delimiter)) < 0:
            # Of what is held back, a delimiter may have begun.
            yield self.take(max(len(self.held) - len(self.delimiter), 0))
            if not self.fill():
                yield self.take(len(self.held))
                return
        yield self.take(at)

    def head(self) -> bytes:
        """With its end, and with the first bytes of the content held behind it; empty where the
        part has none that is worth reading."""
        while not self.has_head() and len(self.held) <= self.left and self.fill():
            pass
        end = self.held.find(END)
        if not 0 <= end <= self.left or 0 <= self.held.find(self.delimiter) < end:
            return b""
        return self.held[: end + len(END)]

    def has_head(self) -> bool:
        """Whether enough is held: the head and how the part goes on, or all of the part."""
        end = self.held.find(END)
        return self.delimiter in self.held or 0 <= end <= len(self.held) - len(END) - HEAD

    def fill(self) -> bool:
        chunk = self.form.read(CHUNK)
        self.held += chunk
        return bool(chunk)

    def take(self, size: int) -> bytes:
        taken, self.held = self.held[:size], self.held[size:]
        return taken


def tidied(head: bytes, content: bytes) -> bytes:
    """The head of a part, with its end, as Django reads it. `content`: how the part goes on."""
    if head.count(b";") > MOST_PARAMETERS:
        return head
    read = HeaderParser().parsestr(text_of(head).lstrip())
    if not parameter(read, "name"):
        return head
    tidy = written(read, photo_kind(content) is not None)
    return b"\r\n" + tidy.encode(errors="replace") + END


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
    name = printable(last_part(file_name.replace("%22", '"'))).strip()
    start, dot, ending = name.rpartition(".")
    if len(name.encode()) > LONGEST:
        name = cut(start or name, LONGEST - 20) + dot + cut(ending, 19)
    return UNNAMED if name in ("", ".", "..") else name


def escaped(text: str) -> str:
    return on_one_line(text).replace("\\", r"\\").replace('"', r"\"")


def on_one_line(text: str) -> str:
    return " ".join(str(text).split("\n")).replace("\r", " ")

"""Repairs multipart forms for Django's parser, so that an odd file name does not lose the photo.

Django drops a part if its head is not UTF-8, is longer than a kilobyte, or has no usable file name.
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
# Limits: bytes of all heads together, and parameters of one head. No real photo needs more.
LONGEST_HEADS = 100_000
MOST_PARAMETERS = 50
DISPOSITION = "Content-Disposition"
# The other headers that Django reads, and the longest value to keep.
OTHERS = ("Content-Type", "Content-Transfer-Encoding")
LONGEST_OTHER = 150
UNNAMED = "photo"


class OrderedForm:
    """A file-like wrapper of an arriving form: each head becomes short UTF-8, with a file name if
    there is a file."""

    def __init__(self, form: Any, boundary: bytes) -> None:
        self.form = form
        self.delimiter = b"--" + boundary
        self.held = b""
        self.left = LONGEST_HEADS
        self.pieces = filter(None, self.in_order())

    def read(self, size: int | None = None) -> bytes:
        """The next chunk, of any size; empty at the end."""
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
        """The content up to the next delimiter, or to the end."""
        while (at := self.held.find(self.delimiter)) < 0:
            # Hold back a tail that may be the start of a delimiter.
            yield self.take(max(len(self.held) - len(self.delimiter), 0))
            if not self.fill():
                yield self.take(len(self.held))
                return
        yield self.take(at)

    def head(self) -> bytes:
        """The head of a part with its end; empty if it is not worth reading. The first bytes of the
        content stay in the buffer."""
        while not self.has_head() and len(self.held) <= self.left and self.fill():
            pass
        end = self.held.find(END)
        if not 0 <= end <= self.left or 0 <= self.held.find(self.delimiter) < end:
            return b""
        return self.held[: end + len(END)]

    def has_head(self) -> bool:
        """Whether the buffer has the head and the start of the content, or the whole part."""
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
    """The head of a part as Django can read it, with its end. `content`: the start of what
    follows."""
    if head.count(b";") > MOST_PARAMETERS:
        return head
    read = HeaderParser().parsestr(text_of(head).lstrip())
    if not parameter(read, "name"):
        return head
    tidy = written(read, photo_kind(content) is not None)
    return b"\r\n" + tidy.encode(errors="replace") + END


def written(head: Message, is_photo: bool) -> str:
    """The rewritten disposition. A photo counts as a file even without a file name."""
    file_name = parameter(head, "filename")
    fields = [f'form-data; name="{escaped(parameter(head, "name") or "")}"']
    if is_photo or file_name:
        fields.append(f'filename="{escaped(usable(file_name or ""))}"')
    lines = [f"{DISPOSITION}: {'; '.join(fields)}"]
    lines += [f"{name}: {on_one_line(head[name])[:LONGEST_OTHER]}" for name in OTHERS if head[name]]
    return "\r\n".join(lines)


def parameter(head: Message, name: str) -> str | None:
    """A parameter of the disposition, or None. The form of RFC 2231 and 5987 takes precedence."""
    try:
        given = head.get_params([], header=DISPOSITION)
        values = [collapse_rfc2231_value(value) for key, value in given if key.lower() == name]
    except (ValueError, LookupError):
        return ""
    return values[-1] if values else None


def usable(file_name: str) -> str:
    """The last part of a path of any system, cut to LONGEST bytes with its ending.

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

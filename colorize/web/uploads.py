"""How an upload arrives: in memory, and refused as soon as it is too large."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from colorize.service import too_large
from colorize.web.multipart import OrderedForm

# What a form may add to its photo: the boundaries, the names and the other fields.
FORM_BYTES = 100_000


def most_bytes() -> int:
    """Of a request with a photo."""
    return int(settings.PHOTO_MAX_BYTES) + FORM_BYTES


class PhotoUploadHandler(FileUploadHandler):
    """Takes one request's form, of PHOTO_MAX_BYTES of files at most, and puts it in order.

    Raises TooLarge while the request streams in: before the first byte of it is read where the
    declared length says so, else at the first byte too many.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> Any:
        """The fields and the files."""
        if content_length > most_bytes():
            raise too_large()
        # Of a file's methods, reading is the only one that Django uses.
        form: Any = OrderedForm(input_data, boundary)
        return MultiPartParser(META, form, [InMemory(self.request)], encoding).parse()


class InMemory(FileUploadHandler):
    """Keeps one request's files, PHOTO_MAX_BYTES together at most. Raises TooLarge at the first
    byte too many."""

    left = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.left = settings.PHOTO_MAX_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if self.left < 0:
            raise too_large()
        self.content += raw_data

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        name = self.file_name or "photo"
        return SimpleUploadedFile(name, bytes(self.content), self.content_type or "")

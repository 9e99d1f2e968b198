"""Receives uploads in memory, and refuses them as soon as they are too large."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from colorize.service import too_large
from colorize.web.multipart import OrderedForm

# Allowance for the rest of the form: boundaries, names and other fields.
FORM_BYTES = 100_000


def most_bytes() -> int:
    """Of a request with a photo."""
    return int(settings.PHOTO_MAX_BYTES) + FORM_BYTES


class PhotoUploadHandler(FileUploadHandler):
    """Reads a form with up to PHOTO_MAX_BYTES of files, and repairs it (see OrderedForm).

    Raises TooLarge while the request arrives: before reading if the declared length is too large,
    otherwise at the first byte beyond the limit.
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
        # `read` is the only file method that Django uses.
        form: Any = OrderedForm(input_data, boundary)
        return MultiPartParser(META, form, [InMemory(self.request)], encoding).parse()


class InMemory(FileUploadHandler):
    """Keeps the files of one request, up to PHOTO_MAX_BYTES in total. Raises TooLarge at the first
    byte beyond that."""

    left = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.left = settings.PHOTO_MAX_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if self.left < 0:
            raise too_large()
        self.content.write(raw_data)

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        name = self.file_name or "photo"
        # Hands out its bytes without copying them.
        return SimpleUploadedFile(name, self.content.getvalue(), self.content_type or "")

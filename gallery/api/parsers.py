"""Parsers of request bodies."""

import io
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JsonParser(parsers.JSONParser):
    """JSON of up to DATA_UPLOAD_MAX_MEMORY_SIZE bytes, a limit that REST framework ignores."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Raises RequestDataTooBig or ParseError."""
        assert parser_context is not None  # noqa: S101
        body = parser_context["request"].body
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as problem:
            raise ParseError("it is nested too deeply") from problem

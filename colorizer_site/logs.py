"""The log: lines to the console, without secrets in URLs and headers."""

import logging
import re
from typing import Any

from pythonjsonlogger.json import JsonFormatter

HIDDEN = "…"
SECRETS = re.compile(
    r"""
    (?: (?<=/s/) | (?<=%2Fs%2F)                                    # a link to a picture
      | (?<=/jobs/)(?=[0-9a-f]{8}-) | (?<=%2Fjobs%2F)(?=[0-9a-f]{8}-)  # a visitor's batch
      | (?<=/password/reset/key/) | (?<=%2Fpassword%2Freset%2Fkey%2F)
      | (?<=/confirm-email/) | (?<=%2Fconfirm-email%2F)
      | (?<=\bBearer\ ) | (?<=\bimc_)                              # a token of the API
      | (?<=\bsessionid=) | (?<=\bdevices=) | (?<=\bcsrftoken=)
    )
    (?: (?!%2F) [^\s/?&;"'<>] )+
    """,
    re.VERBOSE | re.IGNORECASE,
)


# Line breaks and other control characters, and how Python writes them. In a message they come from
# strangers, who could write lines of their own, or hide some from who reads them on a terminal.
ENDS_OF_LINES = (0x2028, 0x2029)
CONTROLS = {code: ascii(chr(code))[1:-1] for code in (*range(32), *range(127, 160), *ENDS_OF_LINES)}


def masked(text: str) -> str:
    """Hide secrets, so that reading the log opens no account and no private picture."""
    return SECRETS.sub(HIDDEN, text)


class Record(logging.LogRecord):
    """Masks the lines of all loggers, gunicorn's included, whatever their handler and format; each
    message is one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info:
            self.exc_text = masked(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802
        return masked(super().getMessage()).translate(CONTROLS)


class JsonLines(JsonFormatter):
    """One JSON object a line, for programs that gather logs. It also has what Django adds to some
    records, such as the request, so all of it is masked."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


TEXT, JSON = "text", "json"
FORMATTERS: dict[str, dict[str, Any]] = {
    TEXT: {"format": "%(asctime)s %(levelname)s %(correlation_id)s %(name)s: %(message)s"},
    JSON: {
        "()": JsonLines,
        "fmt": ["levelname", "name", "message", "correlation_id", "process"],
        "timestamp": "time",
        "rename_fields": {
            "levelname": "level",
            "name": "logger",
            "correlation_id": "request_id",
        },
        "json_ensure_ascii": False,
    },
}


def to_console(level: str, style: str = TEXT) -> dict[str, Any]:
    """Settings of the log, for Django: each line with the ID of its request. `style`: TEXT or
    JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "django_guid.log_filters.CorrelationId"}},
        "formatters": {"line": FORMATTERS[style]},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django_guid": {"level": "WARNING"}},
    }

"""What passes between a child process and its parent. Knows no Django.

The parent sends one order: {"task", "arguments", "sizes" of the sources, "limits"}. The child sends
{"read": [source, start, length]}, answered by these bytes (fewer at the end of the source),
{"progress": 0..1}, and at last {"done": result}, {"error": name, "facts"} or {"fault": text}. JSON
and bytes, nothing that could run: what a film does to the child ends there.
"""

import json
from multiprocessing.connection import Connection
from typing import Any

LONGEST = 1 << 26


def write_message(connection: "Connection[Any, Any]", message: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode())


def read_message(connection: "Connection[Any, Any]") -> dict[str, Any]:
    """Raises EOFError when the other side is gone, ValueError or OSError for no message."""
    message = json.loads(connection.recv_bytes(LONGEST))
    if not isinstance(message, dict):
        raise ValueError(message)
    return message

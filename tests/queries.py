"""What is asked of the database."""

from collections.abc import Callable
from typing import Any

from django.db import connection


def asked_by(question: Callable[[], object]) -> list[tuple[str, Any]]:
    """SQL and its parameters, apart: with the values in its text SQLite could plan otherwise."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        question()
    return asked

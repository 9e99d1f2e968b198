"""Keyset pagination: page 1,000 costs as much as page 1."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet

# Sort orders: the field, and whether it is descending. The ID breaks ties, so that no picture is
# shown twice or left out.
ORDERS = {
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    "title": ("title", False),
    "published": ("published_at", True),
}


# Longer lists are not counted to the end, so that counting stays fast.
COUNTED = 10_000


Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of pictures or of other rows, and the cursor of the next page (empty on the last
    one)."""

    rows: list[Row]
    next: str


class BadCursorError(ValueError):
    """The cursor is not one that we made."""


def page_of(rows: QuerySet[Row], order: str, cursor: str, size: int) -> Page[Row]:
    """`size` rows after `cursor` (from the start if empty), in one query.

    Raises BadCursorError.
    """
    field, falling = ORDERS[order]
    rows = sorted_by(rows, order)
    if cursor:
        rows = rows.filter(beyond(field, falling, *decode(cursor, field)))
    found = list(rows[: size + 1])
    more = len(found) > size
    return Page(found[:size], encode(found[size - 1], field) if more else "")


def neighbour(pictures: PictureQuerySet, order: str, picture: Picture) -> Picture | None:
    """The next of `pictures` after `picture` in that order."""
    field, _ = ORDERS[order]
    following = page_of(pictures, order, encode(picture, field), 1).rows
    return following[0] if following else None


def sorted_by(rows: QuerySet[Row], order: str) -> QuerySet[Row]:
    field, falling = ORDERS[order]
    sign = "-" if falling else ""
    return rows.order_by(f"{sign}{field}", f"{sign}id")


def length(pictures: PictureQuerySet, order: str, first: Page[Picture]) -> str:
    """The number of pictures in words. `first`: the first page; if it has them all, no query.

    Counted in the list's order, because the index of that order covers the query.
    """
    rows = sorted_by(pictures, order)
    number = rows[: COUNTED + 1].count() if first.next else len(first.rows)
    if number > COUNTED:
        return f"more than {COUNTED:,} pictures"
    return counted(number)


def counted(number: int, noun: str = "picture") -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def beyond(field: str, falling: bool, value: Any, key: UUID) -> Q:
    """The rows after this one. The first condition lets the database use the index."""
    way = "lt" if falling else "gt"
    further = Q(**{f"{field}__{way}": value}) | Q(**{f"id__{way}": key})
    return Q(**{f"{field}__{way}e": value}) & further


def encode(row: Model, field: str) -> str:
    value = getattr(row, field)
    text = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([text, row.pk.hex]).encode()).decode()


def decode(cursor: str, field: str) -> tuple[Any, UUID]:
    """Raises BadCursorError for anything that must not reach the database."""
    try:
        text, key = json.loads(base64.urlsafe_b64decode(cursor))
        return (as_title(text) if field == "title" else as_moment(text)), UUID(hex=key)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
        raise BadCursorError(cursor) from problem


def as_title(text: Any) -> str:
    if not isinstance(text, str) or "\0" in text:
        raise ValueError(text)
    text.encode()  # raises for half a surrogate pair
    return text


def as_moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)

"""What other rooms of the project have reconciled with their rows: they add themselves here."""

from collections.abc import Callable, Iterator
from datetime import datetime

from gallery.maintenance.repair import Finding

# Called with the time that a file must be older than, and whether to repair what can be repaired.
OTHERS: list[Callable[[datetime, bool], Iterator[tuple[str, Finding]]]] = []

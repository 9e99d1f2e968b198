"""What other rooms of the project have to do with maintenance: they add themselves here."""

from collections.abc import Callable, Iterator
from datetime import datetime

from gallery.maintenance.repair import Finding

# What is reconciled with their rows. Called with the time that a file must be older than, and
# whether to repair what can be repaired.
OTHERS: list[Callable[[datetime, bool], Iterator[tuple[str, Finding]]]] = []

# Called after a restore, whose database may be that of an older version until the next start.
AFTER_RESTORE: list[Callable[[], None]] = []

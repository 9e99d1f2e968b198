"""Counts what this process has done, and adds it to the totals now and then: a row that all workers
write at every item would make them wait for each other."""

import threading
from collections import defaultdict

from django.db import transaction
from django.db.models import F

from jobs.models import Total

_lock = threading.Lock()
# Held by who adds to the rows, so that nothing is added twice.
_flushing = threading.Lock()
# (kind, what) -> [count, seconds]
_noted: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0])


def note(kind: str, what: str, seconds: float = 0) -> None:
    with _lock:
        row = _noted[kind, what]
        row[0] += 1
        row[1] += seconds


def flush() -> None:
    """Add what was noted to the totals. If that fails, it is tried again the next time."""
    with _flushing:
        add_noted()


def add_noted() -> None:
    with _lock:
        noted = {key: (int(count), seconds) for key, (count, seconds) in _noted.items() if count}
    if not noted:
        return
    with transaction.atomic():
        # Always in the same order, so that two workers cannot wait for each other.
        for (kind, what), (count, seconds) in sorted(noted.items()):
            add(kind, what, count, seconds)
    with _lock:
        for key, (count, seconds) in noted.items():
            _noted[key][0] -= count
            _noted[key][1] -= seconds


def add(kind: str, what: str, count: int, seconds: float) -> None:
    Total.objects.get_or_create(kind=kind, what=what)
    rows = Total.objects.filter(kind=kind, what=what)
    rows.update(count=F("count") + count, seconds=F("seconds") + seconds)

"""Signals to a process, for the loop that waits for them."""

import os
import select
import signal
from contextlib import suppress
from types import FrameType


class Signals:
    """Notes which of these signals have come. Not a threading.Event: its lock may be held by what
    the signal interrupts, which would then wait for itself."""

    def __init__(self, *numbers: int) -> None:
        self.seen: set[int] = set()
        self.inbox, self.outbox = os.pipe()
        os.set_blocking(self.outbox, False)
        for number in numbers:
            signal.signal(number, self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        self.seen.add(number)
        # A full pipe wakes the loop, too.
        with suppress(BlockingIOError):
            os.write(self.outbox, b".")

    def is_set(self) -> bool:
        return bool(self.seen)

    def wait(self, seconds: float) -> None:
        """Return at the next signal, or after this time."""
        if select.select([self.inbox], [], [], seconds)[0]:
            os.read(self.inbox, 1024)

"""The lines of the benchmark."""

import sys


class Goals:
    """Prints each goal as it is measured."""

    def __init__(self) -> None:
        self.missed = 0

    def tell(self, what: str, found: str, goal: str, is_reached: bool) -> None:
        self.missed += not is_reached
        word = "reached" if is_reached else "missed"
        print(f"  {what:48} {found:>32}   goal: {goal}, {word}", flush=True)

    def exit(self) -> None:
        sys.exit(bool(self.missed))

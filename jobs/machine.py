"""What this machine can do beside its web server. Knows no settings."""

import os
from contextlib import suppress
from pathlib import Path

# A photo of 100 megapixels takes less, together with the network.
BYTES_EACH = 2_000_000_000
# A machine may have far more cores than it gives to a container; more than this is asked for.
MOST = 4
# Where Linux tells a container how many bytes it may take, by the version of cgroups.
LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def cores() -> int:
    """How many of them this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory() -> int:
    """In bytes, as far as the system or the container lets this process take it."""
    bounds = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for path in LIMITS:
        # None, or "max".
        with suppress(OSError, ValueError):
            bounds.append(int(Path(path).read_text()))
    return min(bounds)


def work_processes(spared: int = 0) -> int:
    """How many work processes suit it: one for each core, of which `spared` are left to others, as
    far as there is memory for all of them. At least 1."""
    return max(1, min(cores() - spared, memory() // BYTES_EACH, MOST))

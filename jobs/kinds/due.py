"""The upkeep of the site."""

from jobs import due
from jobs.registry import Kind, register

register(
    Kind(due.KIND, "Upkeep", due.run, after=due.forget_earlier, priority=5, listed=False),
)

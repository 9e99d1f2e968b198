"""Batches of photos."""

from jobs.registry import Kind, register
from jobs.services import batches
from jobs.services.limits import BATCH

kind = register(Kind(BATCH, "Batch of photos", batches.run, after=batches.after))

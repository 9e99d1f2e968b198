"""Colour many pictures of a gallery again."""

from jobs.registry import Kind, register
from jobs.services import bulk, notify

kind = register(Kind(bulk.RECOLOR, "Colour again", bulk.recolor, after=notify.finished))

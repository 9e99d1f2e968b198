"""Colour many pictures of a gallery again."""

from jobs.registry import Kind, register
from jobs.services import bulk

kind = register(Kind("recolor", "Colour again", bulk.recolor))

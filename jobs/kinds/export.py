"""Everything that the site stores of a person, as one ZIP file."""

from jobs.registry import Kind, register
from jobs.services import bulk, zips

kind = register(Kind(bulk.EXPORT, "Your data", bulk.export, after=zips.after))

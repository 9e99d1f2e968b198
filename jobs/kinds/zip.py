"""ZIP files that are too large to be sent while they are put together."""

from jobs.registry import Kind, register
from jobs.services import zips

kind = register(Kind(zips.ZIP, "ZIP file", zips.run, after=zips.after))

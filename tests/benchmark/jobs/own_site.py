"""A site as `make run` starts it, in an empty folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import Site, prepared


@contextmanager
def own_site(**environment: str) -> Iterator[tuple[Site, Path]]:
    """With a folder for what else there is; the site's files are in `site/var` there."""
    # Each folder has its own database here.
    os.environ["DJANGO_SETTINGS_MODULE"] = "colorizer_site.settings"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = prepared(folder)
        (folder / "site").mkdir()
        # It waits for a line of the log.
        site = Site(folder / "site", template, LOG_LEVEL="INFO", **environment)
        try:
            yield site, folder
        finally:
            site.kill()

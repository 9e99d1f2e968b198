"""The site's settings with one more address, for the test that kills the server."""

from colorizer_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.gallery.kill_urls"

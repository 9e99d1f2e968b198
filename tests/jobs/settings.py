"""The site's settings for the workers that tests start, which know one more kind of work."""

import os

from colorizer_site.settings import *  # noqa: F403
from colorizer_site.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.work.WorkConfig"]
# The file or the database that the test itself looks into.
DATABASES["default"]["NAME"] = os.environ["TESTED_DATABASE"]

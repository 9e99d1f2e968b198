#!/usr/bin/env python
"""The door to every management command of the site."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as problem:
        if "unable to open database file" not in str(problem):
            raise
        sys.exit("The database cannot be opened. If there is none yet, manage.py prepare makes it.")

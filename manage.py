#!/usr/bin/env python
"""The door to every management command of the site."""

import os
import sys

# As shells say it of Ctrl+C.
INTERRUPTED = 130


def main() -> None:
    # Here, because they take long enough for a Ctrl+C.
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))
    except OperationalError as problem:
        if "unable to open database file" not in str(problem):
            raise
        sys.exit(
            "The database cannot be opened. If there is none yet, manage.py prepare creates it."
        )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)

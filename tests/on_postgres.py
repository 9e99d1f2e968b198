"""The settings for tests on PostgreSQL instead of SQLite:

    PGHOST=127.0.0.1 PGPORT=5432 PGUSER=tester .venv/bin/pytest --ds=tests.on_postgres tests/gallery

libpq reads the variables by itself.
"""

from colorizer_site.settings import *  # noqa: F403

DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres"}}
# Its table, which gallery.Token stands in for, would keep the tests from emptying the others.
MIGRATION_MODULES = {"knox": None}

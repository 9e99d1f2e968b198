"""Where the site keeps what it writes: database, cache, files."""

from typing import Any

from colorizer_site import backends
from colorizer_site.settings.environment import BASE_DIR, DATA_DIR, env

DATABASE_FILE = DATA_DIR / "db.sqlite3"
DATABASES = {"default": backends.database(env, DATABASE_FILE)}
# Its table, which accounts.Token stands in for, would be empty for ever.
MIGRATION_MODULES = {"knox": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": backends.cache(env)}

STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]

# People's pictures, never served by their path: in a folder, or in an S3-compatible store.
MEDIA_ROOT = env.folder("MEDIA_ROOT", DATA_DIR / "media")
# A location of nginx that serves MEDIA_ROOT (X-Accel-Redirect). Empty: the site sends files itself.
ACCEL_REDIRECT = env.text("ACCEL_REDIRECT")
S3 = backends.s3(env)
# Where browsers find the bucket, to fetch results there by links that soon end. Empty: the site
# sends them itself.
MEDIA_REDIRECT = backends.bucket_origin(env, S3)
STORAGES: dict[str, dict[str, Any]] = {
    "default": backends.pictures(S3, for_nginx=bool(ACCEL_REDIRECT)),
    "staticfiles": {"BACKEND": "colorizer_site.storage.StaticStorage"},
}

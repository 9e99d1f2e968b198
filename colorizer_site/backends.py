"""Settings of the database (SQLite or PostgreSQL), the cache (database or Redis), the broker of
messages (none, Redis or RabbitMQ), and the store of pictures (a folder or S3)."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from colorizer_site.env import Env

POSTGRES = "postgres://USER:PASSWORD@HOST:PORT/NAME"
REDIS = "redis://:PASSWORD@HOST:PORT/NUMBER, rediss://... or unix:///PATH/TO/SOCKET?db=NUMBER"
BROKER = (
    "redis://:PASSWORD@HOST:PORT/NUMBER, rediss://..., amqp://USER:PASSWORD@HOST:PORT/VHOST or "
    "amqps://..."
)
# How they end.
NUMBER, VHOST = re.compile(r"\d*"), re.compile(r"/|[^/@]*")
# How long a writer waits for another one.
LOCK_SECONDS = 20
# A new connection to PostgreSQL costs more than most queries, so each thread keeps its own for a
# minute. Not for ever: the server's memory for a connection grows with what was asked through it.
CONNECTION_SECONDS = 60
CONNECT_SECONDS = 5


def database(env: Env, file: Path) -> dict[str, Any]:
    """PostgreSQL if DATABASE_URL is set, else SQLite. Raises ImproperlyConfigured."""
    url = env.secret("DATABASE_URL")
    return postgres(url) if url else sqlite(file)


def sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # Never created on the fly: an empty database would look like a working one.
        "NAME": f"{file.as_uri()}?mode=rw",
        # A writer takes the lock at the start and waits for it, instead of failing half-way.
        "OPTIONS": {
            "timeout": LOCK_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def postgres(url: str) -> dict[str, Any]:
    """Settings from a URL. Its query goes to libpq, for example `?sslmode=verify-full`."""
    # Imported only if used: loading both takes a tenth of a second.
    import dj_database_url
    import psycopg

    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=CONNECTION_SECONDS))
        options: dict[str, Any] = {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c lock_timeout={LOCK_SECONDS}s",
            **found.get("OPTIONS", {}),
        }
        psycopg.conninfo.make_conninfo(**options)
    except (ValueError, psycopg.Error):
        raise refused("DATABASE_URL", POSTGRES) from None
    if found["ENGINE"] != "django.db.backends.postgresql" or not is_name(found["NAME"]):
        raise refused("DATABASE_URL", POSTGRES)
    # Replaces connections that the server has closed, before a query fails.
    return found | {"CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def is_name(name: str) -> bool:
    """False for the rest of a password with an unescaped slash."""
    return bool(name) and not set("/@") & set(name)


def cache(env: Env) -> dict[str, Any]:
    """Redis if CACHE_URL is set, else a table in the database: allauth's rate limits must be shared
    by all processes. Raises ImproperlyConfigured."""
    url = env.secret("CACHE_URL")
    return redis(url) if url else table()


def table() -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }


def redis(url: str) -> dict[str, Any]:
    """Settings from a URL, taken apart so that Django's debug pages recognise the password and hide
    it."""
    from redis.connection import ConnectionPool, parse_url

    try:
        options, parts = parse_url(url), urlsplit(url)  # type: ignore[no-untyped-call]
        # Not opened yet; this refuses unknown options right away.
        ConnectionPool.from_url(url).make_connection()
    except (ValueError, TypeError):
        raise refused("CACHE_URL", REDIS) from None
    is_socket = parts.scheme == "unix"
    is_complete = "path" in options if is_socket else "host" in options
    has_bad_number = not is_socket and parts.path.strip("/") and "db" not in options
    if not is_complete or has_bad_number:
        raise refused("CACHE_URL", REDIS)
    options.pop("connection_class", None)
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"{parts.scheme}://",
        "KEY_PREFIX": "colorizer",
        "OPTIONS": options,
    }


def broker(env: Env) -> dict[str, Any]:
    """Where Celery's workers get their messages, as the parts of a URL; empty if CELERY_BROKER_URL
    is not set. Raises ImproperlyConfigured."""
    url = env.text("CELERY_BROKER_URL")
    if not url:
        return {}
    if find_spec("celery") is None:
        raise ImproperlyConfigured(
            "CELERY_BROKER_URL needs Celery: pip install -r requirements-celery.txt."
        )
    try:
        return broker_parts(urlsplit(url))
    except ValueError:
        raise refused("CELERY_BROKER_URL", BROKER) from None


def broker_parts(url: SplitResult) -> dict[str, Any]:
    """Taken apart so that Django's debug pages recognise the password and hide it. `path`: the
    number of Redis' database, or RabbitMQ's virtual host. Raises ValueError."""
    path = url.path.removeprefix("/")
    pattern = {"redis": NUMBER, "rediss": NUMBER, "amqp": VHOST, "amqps": VHOST}.get(url.scheme)
    is_complete = pattern and url.hostname and pattern.fullmatch(path)
    if not is_complete or url.query or url.fragment:
        raise ValueError
    return {
        "scheme": url.scheme,
        "host": url.hostname,
        "port": url.port,
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "path": unquote(path),
    }


def s3(env: Env) -> dict[str, Any]:
    """Options of an S3-compatible store; `bucket_name` is empty if there is none."""
    return {
        "bucket_name": env.text("MEDIA_BUCKET"),
        "endpoint_url": env.text("MEDIA_ENDPOINT") or None,
        "access_key": env.secret("MEDIA_ACCESS_KEY") or None,
        "secret_key": env.secret("MEDIA_SECRET_KEY") or None,
        # All names are secret and new: asking for each whether it is taken would double the
        # requests.
        "file_overwrite": True,
        # Of a file that is read; a larger one, such as a film, is in the temporary folder then.
        "max_memory_size": 10_000_000,
    }


def bucket_origin(env: Env, options: dict[str, Any]) -> str:
    """Where browsers find the bucket, from MEDIA_REDIRECT; empty if they need not. Raises
    ImproperlyConfigured."""
    origin = env.origin("MEDIA_REDIRECT")
    if origin and not options["bucket_name"]:
        raise ImproperlyConfigured(
            "MEDIA_REDIRECT is set, but not MEDIA_BUCKET: only pictures in a bucket can be sent "
            "from there. See .env.example."
        )
    return origin


def pictures(options: dict[str, Any], for_nginx: bool) -> dict[str, Any]:
    """The S3-compatible store if there is one, else MEDIA_ROOT. `for_nginx`: nginx, which is in the
    site's group, may read the files."""
    if options["bucket_name"]:
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    file, folder = (0o640, 0o750) if for_nginx else (0o600, 0o700)
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": file, "directory_permissions_mode": folder},
    }


def refused(name: str, wanted: str) -> ImproperlyConfigured:
    """An error that does not show the value, because it contains a password."""
    return ImproperlyConfigured(
        f"{name} must be {wanted}. In a password, write / @ # % as %2F %40 %23 %25. "
        "See .env.example."
    )

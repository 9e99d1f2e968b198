"""The description in a backup, and whether this site can restore it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

# Of the archive; goes up when an older version could no longer read it.
FORMAT = 1
VENDORS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
USE_INSTEAD = {
    "sqlite": "Unset DATABASE_URL, then try again.",
    "postgresql": "Set DATABASE_URL to an empty PostgreSQL database, then try again.",
}


@dataclass(frozen=True)
class Stamp:
    """`version`: of the site; `migrations`: those applied, as APP.NAME, sorted."""

    version: str
    vendor: str
    migrations: list[str]
    created_at: str
    format: int = FORMAT

    @classmethod
    def now(cls) -> Self:
        applied = MigrationRecorder(connection).applied_migrations()
        names = sorted(".".join(key) for key in applied)
        return cls(
            settings.VERSION, connection.vendor, names, timezone.now().isoformat(timespec="seconds")
        )

    @classmethod
    def of(cls, content: bytes, file: Path) -> Self:
        """Raises CommandError if there is no stamp, or none that this version can read."""
        try:
            said = json.loads(content)
            if said["format"] > FORMAT:
                raise too_new(said["version"])
            return cls(
                str(said["version"]),
                str(said["vendor"]),
                [str(name) for name in said["migrations"]],
                str(said["created_at"]),
                said["format"],
            )
        except (ValueError, TypeError, KeyError) as problem:
            raise no_backup(file) from problem

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=2).encode()


def refuse_what_does_not_fit(stamp: Stamp) -> None:
    """Raises CommandError. An older backup fits: the next start brings its database up to date."""
    if stamp.vendor != connection.vendor:
        raise CommandError(
            f"This backup has a {VENDORS.get(stamp.vendor, stamp.vendor)} database, and this site "
            f"uses {VENDORS[connection.vendor]}. {USE_INSTEAD.get(stamp.vendor, '')}".strip()
        )
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    if unknown := [name for name in stamp.migrations if name not in known]:
        raise too_new(stamp.version, f" (its database has had {unknown[0]})")


def too_new(version: str, reason: str = "") -> CommandError:
    return CommandError(
        f"This backup was made by a newer version of the site{reason}: {version}, and here is "
        f"{settings.VERSION}. Install version {version} or a later one, then try again."
    )


def no_backup(file: Path) -> CommandError:
    return CommandError(
        f"{file} is not a backup of this site. Use a file that “manage.py backup” has written."
    )

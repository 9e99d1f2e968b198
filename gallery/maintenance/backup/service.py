"""Back up a site that runs, and restore it into an empty one."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tarfile import TarError
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import CommandError

from colorize.engine.atomic_files import draft
from gallery.checks import is_empty
from gallery.maintenance.backup import archive, databases, media
from gallery.maintenance.backup.archive import Progress
from gallery.maintenance.backup.stamp import Stamp, no_backup, refuse_what_does_not_fit
from gallery.maintenance.others import AFTER_RESTORE
from gallery.services import files

LARGEST_STAMP = 1 << 20
# Begins a step of so many bytes, of which it is then told.
Steps = Callable[[str, int], AbstractContextManager[Progress]]


@dataclass(frozen=True)
class Done:
    """`key`: what became of the secret key, or is to be done about it, in a sentence."""

    stamp: Stamp
    files: int
    bytes: int
    key: str = ""


def back_up(target: Path, steps: Steps) -> Done:
    """Write everything to `target`, or nothing.

    First the files, then the database, then the files that came in the meantime: so each picture in
    the database has its files, even if pictures are saved or deleted during the backup. It may also
    have files of pictures that were deleted in this time; `reconcile` finds those.

    Raises CommandError or OSError.
    """
    stamp = Stamp.now()
    with draft(target) as path:
        with archive.writing(path) as writer:
            add(writer, archive.STAMP, stamp.as_json())
            copying = media.Copying(writer)
            copy(copying, steps)
            add_database(writer, target.parent)
            copy(copying, steps)
            if settings.SECRET_KEY_IS_GENERATED:
                add(writer, archive.SECRET_KEY, settings.SECRET_KEY.encode())
        if Stamp.now().migrations != stamp.migrations:
            raise CommandError("The site was upgraded during the backup. Please start it again.")
        return Done(stamp, copying.count(), path.stat().st_size)


def copy(copying: media.Copying, steps: Steps) -> None:
    with steps("Copying files", copying.list()) as progress:
        copying.copy(progress)


def add(writer: archive.Writer, name: str, content: bytes) -> None:
    writer.add(name, BytesIO(content), len(content))


def add_database(writer: archive.Writer, folder: Path) -> None:
    """By a copy in `folder`, where there must be room for it anyway."""
    database = databases.in_use()
    with TemporaryDirectory(dir=folder, prefix=".database-") as name:
        copy = Path(name) / database.member
        database.dump(copy)
        with copy.open("rb") as file:
            writer.add(database.member, file, copy.stat().st_size)


def restore(file: Path, steps: Steps) -> Done:
    """Restore into an empty site. Everything is checked before anything is changed.

    The database comes last: until then the site does not start, so nobody sees half of it.
    Raises CommandError or OSError, and then leaves nothing behind.
    """
    stamp = stamp_of(file)
    refuse_what_does_not_fit(stamp)
    refuse_a_site_in_use()
    size = file.stat().st_size
    with steps("Checking the backup", size) as progress:
        archive.verify(file, progress)
    with database_of(file) as copy:
        with steps("Restoring files", size) as progress:
            count = media.put_back(file, progress)
        load(copy, file)
    return Done(stamp, count, size, put_key_back(file))


def stamp_of(file: Path) -> Stamp:
    """Raises CommandError if it is no backup. The stamp is the first member: a look at a large
    file that is something else costs nothing."""
    try:
        with closing(archive.members(file)) as parts:
            name, content, size = next(parts)
            said = content.read() if size <= LARGEST_STAMP else b""
    except (StopIteration, TarError, CommandError) as problem:
        raise no_backup(file) from problem
    if name != archive.STAMP:
        raise no_backup(file)
    return Stamp.of(said, file)


def refuse_a_site_in_use() -> None:
    """Raises CommandError. What is there already is never replaced."""
    if not is_empty():
        raise CommandError(
            "This site already has accounts. A backup is restored into an empty site: set DATA_DIR "
            "to a new folder (and DATABASE_URL to a new database), or move the old ones away."
        )
    if next(files.stored(""), None) is not None:
        place = settings.S3["bucket_name"] or settings.MEDIA_ROOT
        raise CommandError(
            f"There are already files in {place}. A backup is restored into an empty site: empty "
            "or rename it, or choose another one."
        )


@contextmanager
def database_of(file: Path) -> Iterator[Path]:
    """A checked copy of the database in the archive. Raises CommandError."""
    database = databases.in_use()
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix=".database-") as name:
        copy = Path(name) / database.member
        archive.extract(file, database.member, copy)
        if not copy.exists():
            raise archive.damaged(file, "It has no database.")
        database.check(copy)
        yield copy


def load(copy: Path, file: Path) -> None:
    try:
        databases.in_use().load(copy)
        for follow in AFTER_RESTORE:
            follow()
    except BaseException:
        media.take_out(file)
        raise


def put_key_back(file: Path) -> str:
    """With another key, logins and links in emails from before would not work."""
    key = archive.read(file, archive.SECRET_KEY)
    if not settings.SECRET_KEY_IS_GENERATED:
        return "" if key is None else "SECRET_KEY is set, so the key in the backup was not used."
    if key is None:
        return (
            "The backup has no secret key, because the site had one in its settings: set "
            "SECRET_KEY to the same value, or everyone has to log in again."
        )
    with draft(settings.DATA_DIR / "secret_key") as path:
        path.write_bytes(key)
    return "The secret key was restored, too."

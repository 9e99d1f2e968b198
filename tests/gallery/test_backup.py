"""A backup of a site restored into an empty one: every row and every file, or nothing at all."""

import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from moto import mock_aws
from storages.backends.s3 import S3Storage

from accounts.models import User
from gallery.maintenance.backup import archive, databases, media, stamp
from gallery.models import Picture
from gallery.services import bin, files
from jobs.models import Item, Job
from jobs.services import jobs
from jobs.services.jobs import NewItem
from tests.cast import person, picture
from tests.gallery.films import save_film

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("network", "own_folder"),
]
KEY = "kept with the backup"
ODD = b'{"format": 1, "version": "1", "vendor": [], "created_at": "", "migrations": null}'


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "var"
    settings.DATA_DIR.mkdir()
    settings.SECRET_KEY, settings.SECRET_KEY_IS_GENERATED = KEY, True


@pytest.fixture
def site(own_folder: None, network: object) -> None:
    """Two people, one of whom has a picture in the bin; and a file set aside."""
    picture(person("anna"), "Grandma", 1)
    bin.move_to_bin(Picture.objects.all())
    picture(person("ben"), "Harbour", 2)
    default_storage.save(f"{files.ASIDE}/pictures/ab/stray.jpg", ContentFile(b"a stray"))


@pytest.fixture
def backup(site: None, tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar"
    run("backup", file)
    return file


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def rows() -> dict[str, list[str]]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
        return found


def stored() -> dict[str, bytes]:
    return {name: default_storage.open(name).read() for name, _ in files.stored("")}


def make_empty() -> None:
    """The site as it is after its first start."""
    call_command("flush", interactive=False, verbosity=0)
    files.delete(list(stored()))


def refusal(*arguments: object) -> str:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    return str(refused.value)


def rewritten(backup: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """The same archive with members changed or, by None, left out; its checksums as they were."""
    other = backup.with_name("other.tar")
    with tarfile.open(backup) as old, tarfile.open(other, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            if changed := change(member.name, content.read()):
                add(new, *changed)
    return other


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("kind", ["folder", "S3"])
def test_every_row_and_every_file_comes_back(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, settings: Any
) -> None:
    if kind == "S3":
        request.getfixturevalue("bucket")
    request.getfixturevalue("site")
    file = tmp_path / "backup.tar"
    told = run("backup", file)
    assert f"{file}: the database and 13 files" in told and file.stat().st_mode & 0o777 == 0o600
    before, kept = rows(), stored()
    make_empty()
    assert rows() != before and not stored()

    assert "Restored: the database and 13 files" in run("restore", file)
    assert rows() == before
    assert stored() == kept and len(kept) == 13
    assert (settings.DATA_DIR / "secret_key").read_text() == KEY
    assert "2 pictures, 12 files; 0 problems" in run("reconcile")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar", "var"]
    assert [path.name for path in settings.DATA_DIR.iterdir()] == ["secret_key"]


def test_a_film_comes_back_with_all_of_its_files(tmp_path: Path) -> None:
    save_film(person("anna"), tmp_path)
    file = tmp_path / "backup.tar"
    run("backup", file)
    before, kept = rows(), stored()
    make_empty()
    run("restore", file)
    assert rows() == before and stored() == kept and len(kept) == 7
    assert "1 picture, 7 files; 0 problems" in run("reconcile")


def test_emails_that_waited_are_not_sent_after_a_restore(
    site: None, tmp_path: Path, settings: Any
) -> None:
    """They may have been sent since, and nobody gets them twice."""
    settings.EMAIL_BACKEND = "jobs.mail.LedgerBackend"
    mail.EmailMessage("Hello", "Dear Anna", to=["anna@example.org"]).send()
    work = jobs.start("export", person("cora"), "user", [NewItem()])
    Item.objects.filter(kind="mail").update(state="resting", lease=uuid4())
    file = tmp_path / "backup.tar"
    run("backup", file)
    make_empty()
    run("restore", file)
    letter = Job.objects.get(kind="mail")
    assert letter.state == letter.items.get().state == "cancelled" and letter.finished_at
    assert letter.items.get().payload == {} and jobs.retry(letter) == 0
    work.refresh_from_db()
    assert work.state == "running" and work.items.get().state == "waiting"


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    session = boto3.Session("key", "secret", region_name="us-east-1")
    with mock_aws():
        monkeypatch.setattr(S3Storage, "_create_session", lambda store: session)
        session.client("s3").create_bucket(Bucket="pictures-of-people")
        settings.S3 = settings.S3 | {"bucket_name": "pictures-of-people"}
        store = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": settings.S3}
        settings.STORAGES = settings.STORAGES | {"default": store}
        yield


def test_the_backup_can_be_checked_and_read_by_other_programs(backup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    subprocess.run(["tar", "-xf", backup, "-C", folder], check=True)
    subprocess.run(["sha256sum", "--check", "--quiet", "checksums.txt"], cwd=folder, check=True)
    said = json.loads((folder / "backup.json").read_text())
    assert (said["format"], said["vendor"]) == (1, connection.vendor)
    assert "gallery.0001_initial" in said["migrations"]


def test_pictures_that_come_and_go_meanwhile(
    site: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the files and the database: what the database knows has its files."""
    dump = databases.in_use().dump

    def change(self: object, target: Path) -> None:
        bin.purge(Picture.objects.filter(title="Grandma"))
        picture(User.objects.get(username="ben"), "New", 3)
        dump(target)

    monkeypatch.setattr(type(databases.in_use()), "dump", change)
    run("backup", tmp_path / "backup.tar")
    monkeypatch.undo()
    make_empty()
    run("restore", tmp_path / "backup.tar")
    found = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("reconcile", older_than=0, stdout=found)
    # Only the files of the one that was deleted are too many.
    assert found.getvalue().count("has no picture") == 6
    assert "2 pictures, 18 files; 6 problems" in found.getvalue()


def test_files_that_vanish_before_they_are_copied_are_left_out(
    site: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_first = media.Copying.list

    def delete_then(copying: media.Copying) -> int:
        size = list_first(copying)
        bin.purge(Picture.objects.filter(title="Grandma"))
        return size

    monkeypatch.setattr(media.Copying, "list", delete_then)
    assert "and 7 files" in run("backup", tmp_path / "backup.tar")
    make_empty()
    run("restore", tmp_path / "backup.tar")
    assert "1 picture, 6 files; 0 problems" in run("reconcile")


def test_a_file_caught_half_written_is_copied_again(
    site: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    half = Path(settings.MEDIA_ROOT, "pictures/half.jpg")
    half.write_bytes(b"half")
    dump = databases.in_use().dump

    def complete(self: object, target: Path) -> None:
        half.write_bytes(b"half and half")
        dump(target)

    monkeypatch.setattr(type(databases.in_use()), "dump", complete)
    run("backup", tmp_path / "backup.tar")
    make_empty()
    run("restore", tmp_path / "backup.tar")
    assert half.read_bytes() == b"half and half"


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0, "is not a backup"),
        (0.0001, "is not a backup"),
        (0.3, "is damaged or incomplete"),
        (0.9, "is damaged or incomplete"),
    ],
)
def test_a_file_that_ends_early_is_refused(backup: Path, share: float, sentence: str) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * share)])
    refuses_and_changes_nothing(backup, sentence)


def refuses_and_changes_nothing(file: Path, sentence: str) -> None:
    make_empty()
    before = rows()
    assert sentence in refusal("restore", file)
    assert rows() == before and not stored()


def test_every_damaged_part_is_found_and_named(backup: Path) -> None:
    with tarfile.open(backup) as tar:
        names = tar.getnames()
    assert names[0] == archive.STAMP and names[-1] == archive.CHECKSUMS
    named = [*names[1:-1], archive.STAMP]
    for damaged, name in zip(names[1:], named, strict=True):
        file = rewritten(backup, flip(damaged))
        with pytest.raises(CommandError, match=f"The first damaged part is {name}."):
            archive.verify(file, lambda _: None)
    refuses_and_changes_nothing(file, "is damaged or incomplete")


def flip(damaged: str) -> Callable[[str, bytes], tuple[str, bytes]]:
    """A bit of this member; in the checksums, it is one of the first checksum."""

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        return name, bytes([data[0] ^ 1]) + data[1:] if name == damaged else data

    return change


def test_a_part_that_is_missing_is_noticed(backup: Path) -> None:
    without_database = rewritten(
        backup, lambda name, data: None if name in archive.DATABASES else (name, data)
    )
    refuses_and_changes_nothing(without_database, "damaged or incomplete")
    without_end = rewritten(backup, lambda name, data: (name, data) if "sums" not in name else None)
    refuses_and_changes_nothing(without_end, "Its end is missing.")


@pytest.mark.parametrize(
    "name",
    [
        "media/../../outside.jpg",
        "media//etc/outside.jpg",
        "media/./outside.jpg",
        "media/a\\..\\outside.jpg",
        "/outside.jpg",
        "../outside.jpg",
        "outside.jpg",
    ],
)
def test_no_path_leaves_the_folder_of_the_pictures(name: str, tmp_path: Path) -> None:
    """Even in a file whose checksums are right."""
    file = tmp_path / "evil.tar"
    content = stamp.Stamp.now().as_json()
    with archive.writing(file) as writer:
        writer.add(archive.STAMP, io.BytesIO(content), len(content))
        writer.add(name, io.BytesIO(b"evil"), 4)
    assert f"a part that no backup of this site has: {name!r}" in refusal("restore", file)
    assert not list(tmp_path.rglob("outside.jpg"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_links_and_folders_are_refused(kind: bytes, backup: Path) -> None:
    file = rewritten(backup, lambda name, data: (name, data))
    with tarfile.open(file, "a") as tar:
        member = tarfile.TarInfo("media/link")
        member.type, member.linkname = kind, "/etc/passwd"
        tar.addfile(member)
    without_end = rewritten(backup, lambda name, data: (name, data) if "sums" not in name else None)
    with tarfile.open(without_end, "a") as tar:
        tar.addfile(member)
    refuses_and_changes_nothing(without_end, "a part that no backup of this site has: 'media/link'")


@pytest.mark.parametrize("name", ["media/ab/more.jpg", "media/../outside.jpg", "database.sqlite3"])
def test_nothing_follows_the_checksums(name: str, backup: Path) -> None:
    with tarfile.open(backup, "a") as tar:
        add(tar, name, b"not checked")
    refuses_and_changes_nothing(backup, f"a part that no backup of this site has: {name!r}")


def test_files_with_holes_are_refused(backup: Path) -> None:
    """A few bytes that would become a terabyte."""
    head = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(10**12)}
    with_hole = rewritten(backup, lambda name, data: None if "sums" in name else (name, data))
    with tarfile.open(with_hole, "a", format=tarfile.PAX_FORMAT) as tar:
        member = tarfile.TarInfo("media/ab/hole.jpg")
        member.size, member.pax_headers = 512, head
        tar.addfile(member, io.BytesIO(b"1\n0\n0\n".ljust(512, b"\0")))
    refuses_and_changes_nothing(with_hole, "a part that no backup of this site has")


@pytest.mark.parametrize("content", [b"", b"a text", b"PK\3\4" + b"0" * 2000])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    assert f"{file} is not a backup of this site." in refusal("restore", file)


def test_another_tar_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "other.tar"
    for content in (b"", b"[]", b'{"format": 1}', b'{"format": "x", "version": 1}', ODD):
        with tarfile.open(file, "w") as tar:
            add(tar, archive.STAMP, content)
        assert "is not a backup of this site." in refusal("restore", file)
    with tarfile.open(file, "w") as tar:
        add(tar, "holiday.jpg", b"")
    assert "is not a backup of this site." in refusal("restore", file)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"format": 2, "version": "9.1.0"}, "Install version 9.1.0 or a later one"),
        (
            {"migrations": ["gallery.0999_films"], "version": "9.1.0"},
            "newer version of the site (its database has had gallery.0999_films): 9.1.0",
        ),
        ({"vendor": "mysql"}, "This backup has a mysql database, and this site uses"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    backup: Path, said: dict[str, Any], sentence: str
) -> None:
    def change(name: str, data: bytes) -> tuple[str, bytes]:
        is_stamp = name == archive.STAMP
        return name, json.dumps(json.loads(data) | said).encode() if is_stamp else data

    refuses_and_changes_nothing(rewritten(backup, change), sentence)


def test_an_older_backup_is_taken(
    site: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start brings its database up to date."""
    now = stamp.Stamp.now()
    older = replace(now, version="0.0.1", migrations=now.migrations[:9])
    with monkeypatch.context() as patch:
        patch.setattr(stamp.Stamp, "now", lambda: older)
        run("backup", tmp_path / "backup.tar")
    make_empty()
    assert "Restored" in run("restore", tmp_path / "backup.tar")


def test_a_site_in_use_is_left_alone(backup: Path) -> None:
    before, kept = rows(), stored()
    assert "This site already has accounts." in refusal("restore", backup)
    assert rows() == before and stored() == kept
    call_command("flush", interactive=False, verbosity=0)
    assert "There are already files in" in refusal("restore", backup)
    assert stored() == kept


@pytest.mark.parametrize("step", ["media.store", "databases.load"])
def test_a_restore_that_fails_leaves_nothing(
    step: str, backup: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    make_empty()
    real, calls = media.store, []

    def full(*arguments: Any) -> None:
        calls.append(arguments)
        if step == "databases.load" or len(calls) > 3:
            raise OSError("No space left on device")
        real(*arguments)

    where: Any = media if step == "media.store" else type(databases.in_use())
    monkeypatch.setattr(where, step.partition(".")[2], full)
    assert "could not be restored: No space left on device" in refusal("restore", backup)
    assert not stored() and not User.objects.exists()
    assert not (settings.DATA_DIR / "secret_key").exists()
    monkeypatch.undo()
    settings.DATA_DIR = backup.parent / "var"
    assert "Restored" in run("restore", backup)


def test_a_backup_that_fails_leaves_no_file(
    site: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(type(databases.in_use()), "dump", full)
    assert "no file was written: No space left" in refusal("backup", tmp_path / "backup.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_an_earlier_backup_is_kept_unless_told_otherwise(backup: Path, settings: Any) -> None:
    before = backup.read_bytes()
    assert "exists. Choose another name, or add --overwrite" in refusal("backup", backup)
    assert backup.read_bytes() == before
    run("backup", backup, "--overwrite")
    assert backup.read_bytes() != before
    assert "There is no folder" in refusal("backup", backup.parent / "missing/backup.tar")
    assert "outside" in refusal("backup", Path(settings.MEDIA_ROOT) / "backup.tar")


def test_a_key_from_the_settings_is_not_written_down(
    site: None, settings: Any, tmp_path: Path
) -> None:
    settings.SECRET_KEY_IS_GENERATED = False
    file = tmp_path / "backup.tar"
    run("backup", file)
    assert KEY.encode() not in file.read_bytes()
    make_empty()
    settings.SECRET_KEY_IS_GENERATED = True
    assert "SECRET_KEY to the same value" in run("restore", file)


def test_a_key_in_the_settings_stays(backup: Path, settings: Any) -> None:
    make_empty()
    settings.SECRET_KEY_IS_GENERATED = False
    assert "the key in the backup was not used" in run("restore", backup)
    assert not (settings.DATA_DIR / "secret_key").exists()

"""Check and repair pictures whose files do not match their rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from colorize import service as colorizer
from colorize.engine.errors import UserError
from gallery.maintenance.inventory import FILES
from gallery.models import Picture, Version
from gallery.services import bin, versions
from gallery.services.files import content, delete_after_commit, file_transaction
from gallery.services.versions import MEDIUM, SMALL

SIDES = {"small": SMALL, "medium": MEDIUM}


@dataclass(frozen=True)
class Finding:
    """A problem, and what was done about it (empty if nothing)."""

    problem: str
    done: str = ""

    def __str__(self) -> str:
        return f"{self.problem}: {self.done}" if self.done else self.problem


def look_at(picture: Picture, fix: bool) -> list[Finding]:
    """The problems of a picture; with `fix`, repaired if possible.

    Without its original a picture keeps its results; without either it is deleted.
    """
    findings = look_through(picture, fix)
    if any(finding.done for finding in findings):
        # Gives it a new ETag.
        Picture.objects.filter(pk=picture.pk).update(updated_at=timezone.now())
    return findings


def look_through(picture: Picture, fix: bool) -> list[Finding]:
    versions = list(picture.versions.order_by("-created_at"))
    findings = []
    if is_lost(picture.original):
        if all(is_lost(version.result) for version in versions):
            return [nothing_left(picture, fix)]
        findings.append(Finding("the original is lost"))
    findings += thumbnails(picture, "original", fix)
    for version in versions:
        findings += look_at_version(picture, version, fix)
    wrong = miscounted(picture, fix)
    # A wrong count that comes from lost files is no problem of its own.
    return findings or wrong


def is_lost(file: FieldFile) -> bool:
    return not default_storage.exists(file.name or "")


def nothing_left(picture: Picture, fix: bool) -> Finding:
    if fix:
        bin.purge(Picture.objects.filter(pk=picture.pk))
    return Finding("the original and all results are lost", "picture removed" if fix else "")


def look_at_version(picture: Picture, version: Version, fix: bool) -> Iterator[Finding]:
    if not is_lost(version.result):
        yield from thumbnails(version, "result", fix)
        yield from look_at_before(picture, version, fix)
        if version.strip and is_lost(version.strip):
            yield Finding(f"the strip of frames is lost ({version})")
    elif version.pk != picture.current_id:
        if fix:
            versions.remove_version(picture, version)
        yield Finding(f"a result is lost ({version})", "version removed" if fix else "")
    else:
        problem = f"the current result is lost ({version})"
        yield Finding(problem, make_good(picture, version) if fix else "")


def thumbnails(row: Picture | Version, of: str, fix: bool) -> Iterator[Finding]:
    """Make lost thumbnails again, if the picture they are made from is there: of a film, which is
    not opened here, the other one of the same frame."""
    for name, side in SIDES.items():
        if is_lost(getattr(row, f"{of}_{name}")):
            made = fix and shrink(row, of, source_of(row, of, name), name, side)
            yield Finding(f"a thumbnail is lost ({of}, {name})", "made again" if made else "")


def look_at_before(picture: Picture, version: Version, fix: bool) -> Iterator[Finding]:
    """Make it again from the original, if that is there."""
    if version.before and is_lost(version.before):
        made = fix and compare_again(picture, version)
        yield Finding(f"a preview is lost ({version})", "made again" if made else "")


def compare_again(picture: Picture, version: Version) -> bool:
    try:
        before = colorizer.make_before(content(picture.original), version.made_with)
        with file_transaction() as batch:
            version.before = batch.write(before) if before else ""
            version.save(update_fields=["before"])
    except (OSError, UserError):
        return False
    return True


def source_of(row: Picture | Version, of: str, name: str) -> str:
    """The field that a thumbnail is made from."""
    other = next(each for each in SIDES if each != name)
    return f"{of}_{other}" if row.is_film else of


def shrink(row: Picture | Version, of: str, source: str, name: str, side: int) -> bool:
    try:
        (small,) = colorizer.make_thumbnails(content(getattr(row, source)), [side])
        with file_transaction() as batch:
            setattr(row, f"{of}_{name}", batch.write(small))
            row.save(update_fields=[f"{of}_{name}"])
    except (OSError, UserError):
        return False
    return True


def make_good(picture: Picture, version: Version) -> str:
    """Colour the current version again, or switch to the newest earlier version."""
    try:
        result = versions.coloured(picture, version.made_with)
    except (OSError, UserError) as problem:
        return show_another(picture, version, problem)
    try:
        replace(version, result)
    except UserError:
        # There is no room for it.
        return ""
    return "coloured again"


def replace(version: Version, result: colorizer.Result) -> None:
    """Raises StorageFull or StorageUnavailable."""
    thumbnails = colorizer.make_thumbnails(result.content, versions.SIDES)
    jpegs = versions.jpegs_of(result, thumbnails)
    with file_transaction() as batch:
        names = {field: batch.write(jpeg) for field, jpeg in jpegs.items()}
        with transaction.atomic():
            delete_after_commit(version.file_names())
            version.options, version.confidence = result.options.as_dict(), result.confidence
            version.noticed = result.noticed.as_dict()
            version.width, version.height = result.width, result.height
            for field in FILES:
                setattr(version, field, names.get(field, ""))
            facts = ["options", "width", "height", "confidence", "noticed"]
            version.save(update_fields=[*facts, *FILES])


def show_another(picture: Picture, lost: Version, problem: Exception) -> str:
    others = picture.versions.exclude(pk=lost.pk).order_by("-created_at")
    for other in others:
        if not is_lost(other.result):
            versions.use_version(picture, other)
            versions.remove_version(picture, lost)
            return f"an earlier version is used instead ({problem})"
    return ""


def miscounted(picture: Picture, fix: bool) -> list[Finding]:
    """Correct the bytes that count towards the quota, if they do not match the files."""
    with transaction.atomic():
        now = Picture.objects.select_for_update().get(pk=picture.pk)
        versions = list(now.versions.all())
        sizes = [size(version.file_names()) for version in versions]
        total = size(now.file_names()) + sum(sizes)
        rows: list[Picture | Version] = [now, *versions]
        wrong = [
            correct(row, taken, fix)
            for row, taken in zip(rows, [total, *sizes], strict=True)
            if row.bytes != taken
        ]
    return wrong[:1]


def correct(row: Picture | Version, taken: int, fix: bool) -> Finding:
    if fix:
        type(row)._default_manager.filter(pk=row.pk).update(bytes=taken)
    problem = f"{row.bytes} bytes are counted, but the files have {taken}"
    return Finding(problem, "corrected" if fix else "")


def size(names: list[str]) -> int:
    return sum(default_storage.size(name) for name in names if default_storage.exists(name))

"""What a photo says about itself, in the gallery: title and note, versions, the export."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize.engine.metadata import Metadata, xmp
from colorize.engine.outputs import OUTPUTS
from colorize.service import Options
from gallery.models import Picture
from gallery.services import albums, catalogue, downloads, personal_data, pictures, versions
from tests.cast import content, picture
from tests.gallery.api import Api
from tests.gallery.test_zips import unpacked
from tests.photos import opened, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

SAID = Metadata(
    title="Harbour",
    caption="Ships in winter.\nGreta on the left.",
    artist="A. Adams; B. Brown",
    copyright="© Archive",
    identifier="CA-42",
    keywords=("ships", "冬"),
    date="1932-05",
)


def told(metadata: Metadata, name: str = "JPEG") -> bytes:
    return photo(name, xmp=xmp.write(metadata, "Scanner"))


def saved(owner: User, metadata: Metadata = SAID, **words: Any) -> Picture:
    options = words.pop("options", Options())
    filename = words.pop("filename", "scan-0042.jpg")
    return pictures.colorize_and_save(owner, told(metadata), options, filename, **words).picture


def result_says(picture: Picture) -> Metadata:
    return xmp.read(opened(content(picture.shown.result)).info["xmp"])


@pytest.mark.parametrize(
    ("metadata", "title", "note"),
    [
        (SAID, "Harbour", SAID.caption),
        (Metadata(title="Harbour", headline="At rest"), "Harbour", ""),
        (Metadata(headline="At rest"), "At rest", ""),
        (Metadata(caption="Ships"), "scan-0042", "Ships"),
        (Metadata(title="t" * 500, caption="c" * 4000), "t" * 200, "c" * 4000),
        (Metadata(), "scan-0042", ""),
    ],
)
def test_a_photo_brings_its_title_and_its_note(
    metadata: Metadata, title: str, note: str, owner: User
) -> None:
    kept = saved(owner, metadata)
    assert (kept.title, kept.note) == (title, note)


def test_what_was_typed_counts_before_what_the_photo_says(owner: User) -> None:
    kept = saved(owner, title="Grandma", note="In 1931")
    assert (kept.title, kept.note) == ("Grandma", "In 1931")


def test_who_leaves_it_out_gets_the_name_of_the_file(owner: User) -> None:
    kept = saved(owner, options=Options(keep_metadata=False))
    assert (kept.title, kept.note) == ("scan-0042", "")
    assert result_says(kept) == Metadata()


def test_a_sidecar_is_remembered_for_later_versions(owner: User) -> None:
    kept = saved(owner, known=Metadata(artist="Anna", headline="At rest"))
    versions.recolor(kept, Options(vividness=0.2))
    kept.refresh_from_db()
    assert kept.shown.made_with.vividness == 0.2
    assert result_says(kept).artist == "Anna"
    assert result_says(kept).headline == "At rest"
    assert result_says(kept).identifier == "CA-42"


def test_a_file_of_another_kind_says_what_a_sidecar_said(owner: User) -> None:
    kept = saved(owner, known=Metadata(artist="Anna"))
    file = downloads.made_again(kept, kept.shown, OUTPUTS["tiff"]).content
    read = xmp.read(opened(file).info["xmp"])
    assert (read.artist, read.identifier) == ("Anna", "CA-42")


def test_a_picture_of_before_says_what_is_in_its_original(owner: User) -> None:
    kept = saved(owner)
    Picture.objects.update(metadata={})
    kept.refresh_from_db()
    versions.recolor(kept, Options(vividness=0.2))
    assert result_says(kept) == SAID


def test_what_a_later_version_of_this_program_stored_does_no_harm(owner: User) -> None:
    kept = saved(owner)
    kept.metadata = {"artist": "Anna", "smell": "salt", "keywords": None}
    assert kept.said == Metadata(artist="Anna")


def test_a_photo_that_is_there_is_coloured_with_a_new_sidecar(owner: User) -> None:
    """Not answered with a stored result, which says nothing of it."""
    saved(owner)
    words = pictures.Words("scan.jpg", known=Metadata(artist="Anna"))
    outcome = pictures.colorize(owner, told(SAID), Options(), words)
    assert outcome.colours and outcome.saved and not outcome.saved.is_new
    assert xmp.read(opened(outcome.colours.content).info["xmp"]).artist == "Anna"


def table_of(owner: User) -> list[dict[str, str]]:
    raw = unpacked(personal_data.export(owner))["pictures.csv"]
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") >= 1
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_export_has_a_table_in_dublin_core(owner: User) -> None:
    first = saved(owner, album=albums.make_album(owner, "Family"))
    versions.recolor(first, Options(vividness=0.2))
    picture(owner, "Grandma", 2)
    harbour, grandma = table_of(owner)
    assert {name: cell for name, cell in harbour.items() if not name.startswith("dcterms:")} == {
        "id": str(first.pk),
        "dc:identifier": "CA-42",
        "dc:title": "Harbour",
        "dc:description": SAID.caption,
        "dc:creator": "A. Adams; B. Brown",
        "dc:date": "1932-05",
        "dc:rights": "© Archive",
        "dc:subject": "ships; 冬",
        "dc:type": "StillImage",
        "dc:format": "image/jpeg",
        "dc:source": "originals/Harbour.jpg",
        "dc:relation": "results/Harbour (2).jpg; results/Harbour.jpg",
    }
    first.refresh_from_db()
    assert harbour["dcterms:isPartOf"] == "Family"
    assert harbour["dcterms:dateSubmitted"] == first.created_at.isoformat()
    assert harbour["dcterms:modified"] == first.updated_at.isoformat()
    assert harbour["dcterms:provenance"].startswith(
        "results/Harbour (2).jpg: colours made by the network colornet; "
    )
    assert (grandma["dc:title"], grandma["dc:creator"]) == ("Grandma", "")


def test_the_files_that_the_table_names_are_there(owner: User) -> None:
    saved(owner)
    picture(owner, "harbour", 2)
    files = unpacked(personal_data.export(owner))
    for row in table_of(owner):
        assert {row["dc:source"], *row["dc:relation"].split("; ")} <= files.keys()


def test_the_export_says_all_that_the_photo_said(owner: User) -> None:
    saved(owner)
    (told,) = json.loads(unpacked(personal_data.export(owner))["data.json"])["pictures"]
    assert Metadata.of(**told["metadata"]) == SAID


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝"])
def test_no_cell_is_a_formula(start: str, owner: User) -> None:
    """As a title, a note, an artist; a tab or a line break in front may be gone by then."""
    evil = start + 'HYPERLINK("http://example.org";"x")'
    kept = saved(owner, Metadata(artist=evil, title=evil, caption=evil))
    pictures.describe(kept, note=evil)
    (row,) = table_of(owner)
    for column in ("dc:title", "dc:description", "dc:creator"):
        assert row[column].startswith("'") and row[column].lstrip("'\t\r\n").startswith(
            start.strip()
        )
    assert catalogue.harmless("a = b") == "a = b"


# A sidecar, through every door

SIDECAR = xmp.write(Metadata(artist="Anna", title="Pier"), "Cataloguer")


def beside(packet: bytes = SIDECAR) -> SimpleUploadedFile:
    return SimpleUploadedFile("scan-0042.xmp", packet)


def sent(packet: bytes = SIDECAR, **fields: Any) -> dict[str, Any]:
    image = SimpleUploadedFile("scan-0042.jpg", told(SAID))
    return {"image": image, "sidecar": beside(packet)} | fields


def says(jpeg: bytes) -> tuple[str, str]:
    """The artist, whom the sidecar names, and the identifier, which is in the photo alone."""
    read = xmp.read(opened(jpeg).info["xmp"])
    return read.artist, read.identifier


@pytest.mark.parametrize("path", ["/colorize", "/"])
def test_a_visitor_sends_a_sidecar(path: str, client: Client) -> None:
    fields = sent(answer="file")
    answer = client.post(path, fields, headers={"Accept": "image/jpeg"})
    assert says(answer.getvalue()) == ("Anna", "CA-42")


def test_a_program_sends_a_sidecar(api: Api) -> None:
    answer = api.client.post("/api/v1/pictures", sent(), headers=api.headers)
    body = answer.json()
    assert (answer.status_code, body["title"], body["note"]) == (201, "Pier", SAID.caption)
    assert says(api.get(body["files"]["result"]).getvalue()) == ("Anna", "CA-42")
    wanted = api.headers | {"Accept": "image/jpeg"}
    answer = api.client.post("/api/v1/colorize", sent(), headers=wanted)
    assert says(answer.getvalue()) == ("Anna", "CA-42")


def test_a_person_sends_a_sidecar(home: Client) -> None:
    home.post("/", sent(save="true"))
    kept = Picture.objects.get()
    assert (kept.title, kept.said.artist) == ("Pier", "Anna")
    assert says(content(kept.shown.result)) == ("Anna", "CA-42")


@pytest.mark.parametrize("bad", [b"", b"no XMP", b"<!DOCTYPE x>" + SIDECAR, b" " * 600_000])
def test_a_sidecar_that_cannot_be_read_is_told(bad: bytes, client: Client, api: Api) -> None:
    answer = client.post("/colorize", sent(bad))
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_sidecar")
    page = client.post("/", sent(bad))
    assert page.status_code == 422 and "not XMP, or larger than 500 kB" in page.content.decode()
    for path in ("pictures", "colorize"):
        answer = api.client.post(f"/api/v1/{path}", sent(bad), headers=api.headers)
        assert (answer.status_code, answer.json()["error"]) == (422, "bad_sidecar")
    assert not Picture.objects.exists()


def test_a_field_for_a_file_that_is_left_empty_is_no_sidecar(client: Client) -> None:
    """As browsers send it."""
    empty = b'--x\r\nContent-Disposition: form-data; name="sidecar"; filename=""\r\n\r\n\r\n'
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    body = head + told(SAID) + b"\r\n" + empty + b"--x--\r\n"
    answer = client.post(
        "/colorize", body, "multipart/form-data; boundary=x", headers={"Accept": "image/jpeg"}
    )
    assert says(answer.getvalue()) == (SAID.artist, "CA-42")

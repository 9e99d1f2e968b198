"""Colour hints of pictures: sent, kept, told, carried along."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from colorize.engine.hints import MOST_HINTS, hints_of
from colorize.service import Options
from gallery.models import Picture
from gallery.services import personal_data, pictures, versions
from jobs.models import Job
from tests.cast import content, grey, picture
from tests.fakes import FakeNetwork
from tests.gallery.api import Api
from tests.photos import opened, photo

pytestmark = pytest.mark.django_db
HINTS = "0.1,0.5,#446622 0.9,0.5,grey"
LISTED = [{"x": 0.1, "y": 0.5, "colour": "#446622"}, {"x": 0.9, "y": 0.5, "colour": "grey"}]


@pytest.fixture
def kept(owner: User, hintable: FakeNetwork) -> Picture:
    """Of 96 × 64 pixels, dark on the left and pale on the right, with two hints."""
    options = Options(hints=hints_of(HINTS))
    return pictures.colorize_and_save(owner, photo("PNG"), options, "Grandma.png").picture


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", photo("PNG"))


def test_programs_send_hints_and_are_told_them(api: Api, kept: Picture) -> None:
    told = api.get(f"pictures/{kept.pk}").json()
    assert told["hints"] == told["versions"][0]["hints"] == LISTED
    wanted = [{"x": 0.25, "y": 1, "colour": "#ABCDEF"}, {"x": 0.123456, "y": 0, "colour": "keep"}]
    made = api.post(f"pictures/{kept.pk}/recolor", {"hints": wanted})
    assert made.status_code == 200, made.content
    assert made.json()["hints"] == [
        {"x": 0.25, "y": 1, "colour": "#abcdef"},
        {"x": 0.1235, "y": 0, "colour": "keep"},
    ]
    again = api.post(f"pictures/{kept.pk}/recolor", {"hints": wanted}).json()
    assert len(again["versions"]) == 2


def test_a_line_is_sent_kept_told_and_removed(api: Api, home: Client, kept: Picture) -> None:
    line = {"x": 0.1, "y": 0.5, "colour": "#446622", "path": [[0.2, 0.5], [0.3, 0.6]]}
    made = api.post(f"pictures/{kept.pk}/recolor", {"hints": [line, LISTED[1]]})
    assert made.json()["hints"] == [line, LISTED[1]]
    kept.refresh_from_db()
    assert "and along a line from there" in home.get(kept.get_absolute_url()).content.decode()
    home.post(f"/pictures/{kept.pk}/hints", {"remove": "0.1,0.5,0.2,0.5,0.3,0.6,#446622"})
    kept.refresh_from_db()
    assert kept.shown.made_with.hints == hints_of("0.9,0.5,grey")


def test_what_programs_send_back_is_what_they_got(api: Api, kept: Picture) -> None:
    told = api.get(f"pictures/{kept.pk}").json()
    again = api.post(f"pictures/{kept.pk}/recolor", {"hints": told["hints"]}).json()
    assert again["version"] == told["version"] and len(again["versions"]) == 1


@pytest.mark.parametrize(
    "hints, reason",
    [
        ("0.1,0.5,grey", "Expected a list"),
        ({"x": 0, "y": 0, "colour": "grey"}, "Expected a list"),
        (["grey"], "hint 1: "),
        ([None], "hint 1: "),
        ([*LISTED, {"x": 0.5, "y": 0.5}], "hint 3: “colour”: This field is required."),
        ([{"x": "0.5", "y": 0.5, "colour": "grey"}], "hint 1: “x”: A valid number"),
        ([{"x": True, "y": 0.5, "colour": "grey"}], "hint 1: “x”: A valid number"),
        ([{"x": 1.01, "y": 0.5, "colour": "grey"}], "hint 1: “x”: "),
        ([{"x": 10**400, "y": 0.5, "colour": "grey"}], "hint 1: “x”: A valid number"),
        ([{"x": 0.5, "y": -1, "colour": "grey"}], "hint 1: “y”: "),
        ([{"x": 0, "y": 0, "colour": "red"}], "hint 1: “colour”: it is #rrggbb, grey or keep."),
        ([{"x": 0, "y": 0, "colour": 446622}], "hint 1: “colour”: it is #rrggbb, grey or keep."),
        ([{"x": 0, "y": 0, "color": "grey"}], "hint 1: “color”: unknown field"),
        ([LISTED[0] | {"path": [[0, 0], [0, 2]]}], "hint 1: “path”: place 2: place 2: Ensure"),
        ([LISTED[0] | {"path": [[0.5]]}], "hint 1: “path”: place 1: Ensure"),
        ([LISTED[0] | {"path": "0.5"}], "hint 1: “path”: Expected a list"),
        ([LISTED[0] | {"path": [[0, 0]] * MOST_HINTS}], "there are 201 hints"),
        ([LISTED[0]] * (MOST_HINTS + 1), "there are more than 200 hints."),
        # Each by itself would be looked at for seconds.
        (["grey"] * (MOST_HINTS + 1), "there are more than 200 hints."),
    ],
)
def test_each_mistake_is_told(api: Api, kept: Picture, hints: Any, reason: str) -> None:
    refused = api.post(f"pictures/{kept.pk}/recolor", {"hints": hints})
    body = refused.json()
    assert (refused.status_code, body["error"]) == (400, "bad_field")
    assert body["message"].startswith("Please check “hints”: ") and reason in body["message"]
    assert kept.versions.count() == 1


def test_forms_take_them_as_text(api: Api, client: Client, hintable: FakeNetwork) -> None:
    made = api.upload(hints=HINTS)
    assert made.status_code == 201 and made.json()["hints"] == LISTED
    told = client.post("/colorize", {"image": upload(), "hints": HINTS, "layers": "hints"}).json()
    assert told["hints"] == LISTED and told["hint_layers"]["width"]
    for path in ("/colorize", "/api/v1/colorize"):
        headers = api.headers if "api" in path else {}
        sent = {"image": upload(), "hints": json.dumps(LISTED)}
        refused = client.post(path, sent, headers=headers)
        assert refused.status_code == 400 and "#rrggbb, grey or keep" in refused.json()["message"]


def test_a_network_that_takes_none_says_so(api: Api, network: FakeNetwork, owner: User) -> None:
    kept = picture(owner)
    refused = api.post(f"pictures/{kept.pk}/recolor", {"hints": LISTED})
    assert refused.status_code == 400 and "takes no colour hints" in refused.json()["message"]
    assert kept.versions.count() == 1


def test_many_photos_have_no_hints_together(api: Api, network: FakeNetwork) -> None:
    refused = api.post("jobs", {"title": "Scans", "hints": LISTED})
    assert refused.status_code == 400 and "hints" in refused.json()["message"]
    sent = {"images": SimpleUploadedFile("a.png", grey()), "hints": HINTS}
    refused = api.client.post("/api/v1/jobs", sent, headers=api.headers)
    assert refused.status_code == 400 and "hints" in refused.json()["message"]
    assert not Job.objects.exists()


def test_films_have_none(api: Api, network: FakeNetwork) -> None:
    refused = api.post("videos", {"name": "a.mp4", "size": 9, "hints": LISTED})
    assert refused.status_code == 400 and "hints" in refused.json()["message"]


def page_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def recolor(client: Client, kept: Picture, **fields: str) -> Any:
    response = client.post(f"/pictures/{kept.pk}/recolor", fields, follow=True)
    kept.refresh_from_db()
    return response


def fields_of(response: Any, form: str) -> dict[str, str]:
    """The hidden fields of the form that this text stands in."""
    page = response.content.decode()
    (found,) = [part for part in re.findall(r"<form.*?</form>", page, re.DOTALL) if form in part]
    inputs = re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', found)
    return dict(inputs)


def test_a_version_says_that_it_has_hints(home: Client, kept: Picture) -> None:
    versions.recolor(kept, Options(hints=hints_of("0.1,0.5,keep"), turn=90))
    page = page_of(home.get(kept.get_absolute_url()))
    assert "Turned 90°, 1 colour hint." in page
    assert "ColorNet (built in), 2 colour hints" in page


@pytest.mark.parametrize(
    "rows",
    [
        [{"x": 0.1}],
        ["grey"],
        [None],
        [LISTED[0] | {"path": [7]}],
        [{"x": 2, "y": 0, "colour": "grey"}],
        7,
        "grey",
        None,
    ],
)
def test_hints_that_cannot_be_read_are_left_out_and_told(
    home: Client, api: Api, kept: Picture, rows: Any
) -> None:
    version = kept.shown
    broken = [*LISTED, *rows] if isinstance(rows, list) else rows
    version.options["hints"] = broken
    version.save()
    page = home.get(kept.get_absolute_url())
    assert page.status_code == 200
    assert "colour hints that cannot be read" in page.content.decode()
    left = LISTED if isinstance(rows, list) else []
    assert api.get(f"pictures/{kept.pk}").json()["hints"] == left
    home.post(f"/pictures/{kept.pk}/hints", {"remove": "0.9,0.5,grey"})
    kept.refresh_from_db()
    assert kept.shown.made_with.hints == hints_of(HINTS.split()[0] if left else "")


def test_hints_stay_when_the_colours_change(home: Client, kept: Picture) -> None:
    fields = fields_of(home.get(kept.get_absolute_url()), "Change the colours")
    recolor(home, kept, **fields, vividness="0.25")
    assert kept.shown.made_with == Options(
        hints=hints_of(HINTS), vividness=0.25, network="colornet"
    )


@pytest.mark.parametrize(
    "shape, hints",
    [
        ({"turn": "90"}, "0.5,0.1,#446622 0.5,0.9,grey"),
        ({"crop": "0 25 50 75"}, "0.2,0.5,#446622"),
        ({"turn": "180", "crop": "0 0 20 100"}, "0.5,0.5,grey"),
    ],
)
def test_hints_go_along_when_the_shape_changes(
    home: Client, kept: Picture, shape: dict[str, str], hints: str
) -> None:
    fields = fields_of(home.get(kept.get_absolute_url()), "Crop, turn, straighten")
    recolor(home, kept, **fields, **shape)
    assert kept.shown.made_with.hints == hints_of(hints)
    assert kept.versions.count() == 2


def test_hints_are_those_of_the_version_that_the_form_showed(home: Client, kept: Picture) -> None:
    fields = fields_of(home.get(kept.get_absolute_url()), "Crop, turn, straighten")
    versions.recolor(kept, Options())
    recolor(home, kept, **fields, turn="180")
    assert kept.shown.made_with.hints == hints_of("0.9,0.5,#446622 0.1,0.5,grey")


def test_hints_that_are_not_saved_yet_go_along_too(home: Client, kept: Picture) -> None:
    fields = {"turn": "90", "hints_of": str(kept.current_id), "hints": "0.25,0.5,grey"}
    recolor(home, kept, **fields)
    assert kept.shown.made_with.hints == hints_of("0.5,0.25,grey")


@pytest.mark.parametrize("shown", ["1", "no", "00000000-0000-4000-8000-000000000000"])
def test_hints_of_a_version_that_is_not_there(home: Client, kept: Picture, shown: str) -> None:
    assert recolor(home, kept, hints_of=shown).status_code == 404
    assert kept.versions.count() == 1


def test_an_original_that_is_lost_is_told(home: Client, kept: Picture) -> None:
    kept.original_medium.delete(save=False)
    response = recolor(home, kept, hints_of=str(kept.current_id), turn="90")
    assert "#original_lost" in page_of(response)
    assert kept.versions.count() == 1


def correct(client: Client, kept: Picture, **fields: str) -> Any:
    response = client.post(f"/pictures/{kept.pk}/hints", fields, follow=True)
    kept.refresh_from_db()
    return response


GREEN = {"x": "30", "y": "50.5", "kind": "exact", "colour": "#446622"}


def test_a_colour_is_corrected_without_scripts(home: Client, owner: User, kept: Picture) -> None:
    page = page_of(correct(home, kept, **GREEN))
    assert kept.shown.made_with.hints == hints_of(f"{HINTS} 0.3,0.505,#446622")
    assert "New version saved." in page and "3 colour hints" in page
    assert "(#446622) at 30% from the left, 50% from the top" in page
    page = page_of(correct(home, kept, remove="0.9,0.5,grey"))
    assert kept.shown.made_with.hints == hints_of("0.1,0.5,#446622 0.3,0.505,#446622")
    for kind in ("grey", "keep"):
        correct(home, kept, **GREEN | {"kind": kind, "x": "100"})
    assert kept.shown.made_with.hints[2:] == hints_of("1,0.505,grey 1,0.505,keep")


@pytest.mark.parametrize(
    "wrong, reason",
    [
        ({"x": "101"}, "less than or equal to 100"),
        ({"y": ""}, "This field is required"),
        ({"colour": "green"}, "Write it as #446622."),
        ({"colour": ""}, "Choose a colour."),
        ({"kind": "red"}, "not one of the available choices"),
        ({"x": "nan"}, "Enter a number"),
    ],
)
def test_a_wrong_correction_stays_in_the_form(
    home: Client, kept: Picture, wrong: dict[str, str], reason: str
) -> None:
    response = correct(home, kept, **GREEN | wrong)
    page = page_of(response)
    assert response.status_code == 422 and reason in page
    assert "50.5" in page or "y" in wrong
    assert kept.versions.count() == 1


def test_removing_what_is_gone_changes_nothing(home: Client, kept: Picture) -> None:
    page = page_of(correct(home, kept, remove="0.2,0.2,grey"))
    assert "The picture already has these colours." in page and kept.versions.count() == 1


def test_there_is_an_end_to_hints(home: Client, owner: User, hintable: FakeNetwork) -> None:
    most = Options(hints=hints_of(f"{HINTS} " * (MOST_HINTS // 2)))
    kept = pictures.colorize_and_save(owner, photo("PNG"), most, "a.png").picture
    response = correct(home, kept, **GREEN)
    assert response.status_code == 400 and "201 hints, and 200 are allowed" in page_of(response)


def test_strangers_correct_nothing(client: Client, stranger: User, kept: Picture) -> None:
    client.force_login(stranger)
    assert correct(client, kept, **GREEN).status_code == 404
    assert kept.versions.count() == 1


def test_a_network_that_takes_none_goes_without(
    home: Client, kept: Picture, plain_network: str
) -> None:
    assert page_of(home.get(kept.get_absolute_url())).count("Correct a colour") == 2
    page = page_of(recolor(home, kept, hints=HINTS, network=plain_network))
    assert "this network takes none" in page and kept.shown.made_with.hints == ()


def test_a_correction_that_a_network_does_not_take_is_told(
    home: Client, kept: Picture, plain_network: str
) -> None:
    """From a page that was open before another network coloured the picture."""
    kept.versions.update(options=Options(network=plain_network).as_dict())
    page = page_of(correct(home, kept, **GREEN))
    assert "already has these colours. It has no colour hints, because this network" in page


def test_the_export_has_them(owner: User, kept: Picture) -> None:
    with zipfile.ZipFile(io.BytesIO(b"".join(personal_data.export(owner)))) as archive:
        told = json.loads(archive.read("data.json"))
    assert told["pictures"][0]["versions"][0]["hints"] == LISTED


def test_the_file_says_how_many_hints_it_followed(kept: Picture) -> None:
    made = "colours made by the network colornet, with 2 colour hints by a person"
    result = content(kept.shown.result)
    assert opened(result).getexif()[0x0131] == f"Image Colorizer ({made})"
    files = zipfile.ZipFile(io.BytesIO(b"".join(personal_data.export(kept.owner))))
    assert made in files.read("pictures.csv").decode()

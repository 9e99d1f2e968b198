"""A colour option is declared once, and is then in every door."""

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser
from django.test import Client
from django.urls import reverse

from colorize import service
from colorize.engine.hints import hints_of
from colorize.engine.options import OPTIONS, Options
from colorize.management.options import add_options, options_of
from colorize.web.forms import ColorizeForm, OptionsForm, form_values
from gallery.api.options import OptionsSerializer
from tests.cast import picture

NAMES = [option.name for option in OPTIONS]
# Another value than the usual one, for each.
OTHERS = Options(
    vividness=0.25,
    network="another",
    keep_metadata=False,
    keep_place=True,
    turn=90,
    straighten=-1.5,
    crop="5 5 95 90.5",
    negative=True,
    restore_contrast=True,
    borders=False,
    hints=hints_of("0.3,0.5,#446622 0.7,0.2,grey"),
)


def test_every_option_differs_in_these_tests() -> None:
    usual = service.make_options().as_dict()
    assert all(value != usual[name] for name, value in OTHERS.as_dict().items())


def test_a_form_reads_what_it_has_written() -> None:
    form = OptionsForm(form_values(OTHERS))
    assert form.problem() is None and form.options() == OTHERS


def test_what_a_form_leaves_out_is_as_the_settings_say(settings: Any) -> None:
    settings.VIVIDNESS, settings.NETWORK = 0.3, "other"
    form = OptionsForm({})
    assert form.problem() is None
    assert form.options() == Options(vividness=0.3, network="other")


def test_the_api_takes_them_all() -> None:
    wanted = OptionsSerializer(data=OTHERS.as_dict())
    assert wanted.is_valid() and wanted.options() == OTHERS
    nothing = OptionsSerializer(data={})
    assert nothing.is_valid() and nothing.options() == service.make_options()


def parsed(*arguments: str) -> Options:
    parser = CommandParser()
    add_options(parser)
    return options_of(vars(parser.parse_args(arguments)))


def test_the_command_takes_them_all() -> None:
    assert parsed() == service.make_options()
    given = [
        "--vividness",
        "0.25",
        "--network",
        "another",
        "--no-keep-metadata",
        "--keep-place",
        "--restore-contrast",
    ]
    given += ["--turn", "90", "--straighten", "-1.5", "--crop", "5, 5, 95, 90.50"]
    given += ["--negative", "--no-borders", "--hint", "0.3,0.50,#446622", "--hint", "0.7,.2,GREY"]
    assert parsed(*given) == OTHERS


def test_a_number_out_of_bounds_is_refused_in_words(tmp_path: Any) -> None:
    with pytest.raises(CommandError, match="7 is not a number from 0 to 1"):
        call_command("colorize", str(tmp_path), "--vividness=7")


CROPS = [
    ("5 5 95", "four numbers"),
    ("left top right bottom", "four numbers"),
    ("50 5 40 90", "left smaller than right"),
    ("5 5 95 101", "from 0 to 100"),
    ("nan 5 95 90", "from 0 to 100"),
]


@pytest.mark.parametrize("crop, reason", CROPS)
def test_a_crop_that_makes_no_sense_is_refused_in_words(
    crop: str, reason: str, tmp_path: Any
) -> None:
    form = OptionsForm({"crop": crop})
    problem = form.problem()
    assert problem is not None and reason in problem.message
    wanted = OptionsSerializer(data={"crop": crop})
    assert not wanted.is_valid() and reason in str(wanted.errors["crop"])
    with pytest.raises(CommandError, match=reason):
        call_command("colorize", str(tmp_path), f"--crop={crop}")


@pytest.mark.parametrize("crop", ["", "0 0 100 100", " 0, 0, 100.0, 100% "])
def test_a_crop_of_everything_is_none(crop: str) -> None:
    form = OptionsForm({"crop": crop})
    assert form.problem() is None and form.options().crop == ""


@pytest.mark.parametrize("turn", [45, 90.0, "90", True])
def test_the_api_turns_by_quarters_only(turn: Any) -> None:
    wanted = OptionsSerializer(data={"turn": turn})
    assert not wanted.is_valid() and "not a valid choice" in str(wanted.errors["turn"])


def test_a_version_from_before_an_option_has_the_usual_value_of_it() -> None:
    older = {"vividness": 0.25, "network": "colornet", "forgotten": 3}
    assert Options.stored(older) == Options(vividness=0.25, network="colornet")
    assert Options.stored(OTHERS.as_dict()) == OTHERS


def test_pages_have_a_field_for_each(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    # A network is asked for only where there are several.
    assert all(f'name="{name}"' in page for name in NAMES if name != "network")
    assert list(ColorizeForm().fields) == ["image", "sidecar", "format", "save", *NAMES]


def test_the_slider_has_the_bounds_of_its_option(client: Client, db: None) -> None:
    slider = re.search(r'<input[^>]*id="vividness-slider"[^>]*>', client.get("/").content.decode())
    assert slider is not None
    for bound in ('min="0"', 'max="1"', 'step="0.05"'):
        assert bound in slider[0]


@pytest.mark.usefixtures("network")
def test_the_api_tells_what_a_picture_was_made_with(owner: Any, client: Client) -> None:
    kept = picture(owner, vividness=0.25)
    assert kept.shown.options == Options(vividness=0.25, network="colornet").as_dict()
    schema = client.get(reverse("api-schema"), headers={"Accept": "application/json"}).json()
    schemas = schema["components"]["schemas"]
    for name in ("WholePicture", "Version", "Colorized", "OptionsRequest", "FormatRequest"):
        assert set(NAMES) <= set(schemas[name]["properties"]), name

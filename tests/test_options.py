"""An option of colorizing is declared once, and is then in every door."""

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser
from django.test import Client
from django.urls import reverse

from colorize import service
from colorize.engine.options import OPTIONS, Options
from colorize.management.options import add_options, options_of
from colorize.web.forms import ColorizeForm, OptionsForm, form_values
from gallery.api.options import OptionsSerializer
from tests.cast import picture

NAMES = [option.name for option in OPTIONS]
# Another value than the usual one, for each.
OTHERS = Options(vividness=0.25, network="another", keep_metadata=False)


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
    given = ["--vividness", "0.25", "--network", "another", "--no-keep-metadata"]
    assert parsed(*given) == OTHERS


def test_a_number_out_of_bounds_is_refused_in_words(tmp_path: Any) -> None:
    with pytest.raises(CommandError, match="7 is not a number from 0 to 1"):
        call_command("colorize", str(tmp_path), "--vividness=7")


def test_a_version_from_before_an_option_has_the_usual_value_of_it() -> None:
    older = {"vividness": 0.25, "network": "colornet", "forgotten": 3}
    assert Options.stored(older) == Options(vividness=0.25, network="colornet")
    assert Options.stored(OTHERS.as_dict()) == OTHERS


def test_pages_have_a_field_for_each(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    # A network is asked for only where there are several.
    assert all(f'name="{name}"' in page for name in NAMES if name != "network")
    assert list(ColorizeForm().fields) == ["image", "save", *NAMES]


def test_the_slider_has_the_bounds_of_its_option(client: Client, db: None) -> None:
    slider = re.search(r'<input[^>]*id="vividness-slider"[^>]*>', client.get("/").content.decode())
    assert slider is not None
    for bound in ('min="0"', 'max="1"', 'step="0.05"'):
        assert bound in slider[0]


@pytest.mark.usefixtures("network")
def test_the_api_tells_what_a_picture_was_made_with(owner: Any, client: Client) -> None:
    kept = picture(owner, vividness=0.25)
    assert kept.shown.options == {
        "vividness": 0.25,
        "network": "colornet",
        "keep_metadata": True,
    }
    schema = client.get(reverse("api-schema"), headers={"Accept": "application/json"}).json()
    schemas = schema["components"]["schemas"]
    for name in ("WholePicture", "Version", "Colorized", "OptionsRequest", "PhotoRequest"):
        assert set(NAMES) <= set(schemas[name]["properties"]), name

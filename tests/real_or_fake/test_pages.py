"""The pages: what they say, and what they keep to themselves."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client
from PIL import Image

from accounts.models import User
from colorize.engine.errors import Busy
from colorize.engine.options import Options
from gallery.services.personal_data import delete_account, export
from real_or_fake import checks
from real_or_fake.models import Kind, Round, Trial
from real_or_fake.services import photos
from tests.cast import person
from tests.photos import save
from tests.real_or_fake.conftest import Player, counting_pairs

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/real-or-fake") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_start_says_what_it_is_and_for_whom(client: Client) -> None:
    told = page(client)
    assert "This is a test for the eyes" in told and ">Start</button>" in told
    assert "longer round" not in told
    assert 'href="/real-or-fake"' in page(client, "/about")


def test_a_longer_round_is_offered_where_it_is_longer(client: Client, settings: Any) -> None:
    settings.REAL_OR_FAKE_PAIRS = 3
    assert "a longer round of 6 pairs" in page(client)


def test_the_start_lists_the_folder_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Mock(wraps=photos.names)
    monkeypatch.setattr(photos, "names", listed)
    page(client)
    assert listed.call_count == 1


def test_the_page_tells_before_the_answer_nothing_and_after_practice_which_it_was(
    player: Player,
) -> None:
    played = player.start()
    trial = played.current()
    assert trial
    told = page(player.client, played.get_absolute_url())
    assert "Practice pair 1 of 2" in told and "was the fake" not in told
    player.answer(trial, is_right=False)
    side = "first" if trial.fake_is_first else "second"
    told = page(player.client, played.get_absolute_url())
    assert f"Not quite: the {side} photo was the fake." in told and "Practice pair 2 of 2" in told
    second = played.current()
    assert second
    player.answer(second)
    assert "From now on it counts." in page(player.client, played.get_absolute_url())
    first_of_all = played.current()
    assert first_of_all
    player.answer(first_of_all)
    told = page(player.client, played.get_absolute_url())
    assert "Pair 2 of 7" in told and "was the fake" not in told


def test_pages_of_pairs_differ_in_nothing_that_tells(player: Player) -> None:
    """The page is the same for either answer, and so are the addresses."""
    played = player.start()
    trial = played.current()
    assert trial
    told = []
    for is_first in (True, False):
        Trial.objects.filter(pk=trial.pk).update(fake_is_first=is_first)
        text = page(player.client, played.get_absolute_url())
        told.append(re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text))
    assert told[0] == told[1] and trial.photo not in told[0]


def test_the_result_shows_all_pairs_again(player: Player) -> None:
    played = player.play(lambda trial: trial.kind == Kind.VIGILANCE or trial.position % 2 == 0)
    told = page(player.client, played.get_absolute_url())
    fooled = sum(not trial.is_right for trial in counting_pairs(played))
    spotted = f"You spotted {6 - fooled} of 6 fakes."
    times = "once" if fooled == 1 else f"{fooled} times"
    assert f"{spotted} The computer fooled you {times}, {round(100 * fooled / 6)}%." in told
    assert "One more pair had the colours of another photo" in told and "You noticed it." in told
    assert "All of your answers to these fakes count for the figures." in told
    assert told.count("<li class") == 7 and told.count("A photo in its own colours") == 7


def test_the_result_says_why_answers_do_not_count(player: Player) -> None:
    careless = player.play(lambda trial: trial.kind != Kind.VIGILANCE)
    told = page(player.client, careless.get_absolute_url())
    assert "You overlooked it. So your answers are left out of the figures." in told
    assert "The computer never fooled you." in told
    again = player.play()
    assert "0 of your 6 answers to these fakes count" in page(
        player.client, again.get_absolute_url()
    )


def test_whose_photos_they_are_is_said_at_the_end(player: Player, folder: Path) -> None:
    (folder / "credits.txt").write_text("Photos: Aunt Mary & Co.")
    assert "Photos: Aunt Mary &amp; Co." in page(player.client, player.play().get_absolute_url())


def test_nobody_else_finds_a_round(player: Player, players: Callable[[], Player]) -> None:
    played = player.start()
    stranger = players()
    stranger.start()
    address = played.get_absolute_url()
    assert stranger.client.get(address).status_code == 404
    assert stranger.client.get(f"{address}/1/first").status_code == 404
    assert stranger.client.post(f"{address}/1", {"picked": "first"}).status_code == 404
    assert Client().get(address).status_code == 404


def test_photos_of_later_pairs_are_not_there_yet(player: Player) -> None:
    address = player.start().get_absolute_url()
    assert player.client.get(f"{address}/1/second").status_code == 200
    assert player.client.get(f"{address}/2/first").status_code == 404
    assert player.client.get(f"{address}/1/third").status_code == 404


def test_a_photo_that_was_taken_away_is_not_found(player: Player, folder: Path) -> None:
    played = player.start()
    trial = played.current()
    assert trial
    (folder / trial.photo).unlink()
    assert player.client.get(f"{played.get_absolute_url()}/1/first").status_code == 404


def test_too_many_rounds_are_refused_in_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("real_or_fake.views.RoundThrottle.rate", "1/hour", raising=False)
    assert client.post("/real-or-fake").status_code == 302
    refused = client.post("/real-or-fake")
    assert refused.status_code == 429 and refused["Retry-After"]
    assert "Too many rounds in a short time." in refused.content.decode()
    assert Round.objects.count() == 1


def test_a_busy_server_is_no_reason_to_leave_photos_out(
    client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(data: bytes, side: int) -> bytes:
        raise Busy(retry_after=5)

    with monkeypatch.context() as while_busy:
        while_busy.setattr("colorize.service.make_square", busy)
        refused = client.post("/real-or-fake")
    assert refused.status_code == 503 and "The server is busy" in refused.content.decode()
    assert not Round.objects.exists()
    assert client.post("/real-or-fake").status_code == 302


# The operator's folder.


def spoil(folder: Path) -> None:
    """Leave two photos, and files that are none."""
    for number in range(2, 8):
        (folder / f"{number}.png").write_bytes(b"a letter, not a photo")
    (folder / "2.png").write_bytes(save(Image.new("RGB", (300, 300), (90, 90, 90))))


@pytest.mark.parametrize("how", ["missing", "empty", "spoiled"])
def test_where_it_is_not_set_up_the_page_says_so(
    client: Client, folder: Path, settings: Any, how: str
) -> None:
    if how == "spoiled":
        spoil(folder)
    else:
        settings.REAL_OR_FAKE_PHOTOS = folder / "elsewhere"
    if how == "empty":
        (folder / "elsewhere").mkdir()
    told = client.post("/real-or-fake")
    assert told.status_code == 200 and "has not been set up here yet" in told.content.decode()
    assert "REAL_OR_FAKE_PHOTOS" not in told.content.decode()
    assert not Round.objects.exists()
    assert "real_or_fake.W001" in {each.id for each in checks.check_photos()}


def test_the_check_names_files_that_cannot_be_used(folder: Path) -> None:
    assert checks.check_photos() == []
    spoil(folder)
    _, unusable = checks.check_photos()
    assert "2.png: It is black and white." in unusable.msg and "3.png: " in unusable.msg
    assert "(and 1 more)" in unusable.msg


def test_the_check_names_networks_that_are_missing(settings: Any, only_colornet: None) -> None:
    settings.REAL_OR_FAKE_COLOURS = [("colornet", 0.5), ("nowhere", 1.0)]
    [missing] = checks.check_networks()
    assert "nowhere" in missing.msg and "colornet" in (missing.hint or "")


def test_files_that_cannot_be_used_are_left_out(player: Player, folder: Path) -> None:
    for number in (6, 7):
        (folder / f"{number}.png").write_bytes(b"a letter, not a photo")
    shown = set(player.start().trials.values_list("photo", flat=True))
    assert shown and not shown & {"6.png", "7.png"}


# The figures.


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(person("staff", is_staff=True))
    return client


@pytest.mark.parametrize("path", ["/real-or-fake/results", "/real-or-fake/results.csv"])
def test_only_staff_see_the_figures(
    client: Client, staff: Client, owner: User, path: str, settings: Any
) -> None:
    assert client.get(path).status_code == 404
    client.force_login(owner)
    assert client.get(path).status_code == 404
    assert "results" not in page(client)
    assert staff.get(path).status_code == 200 and "results" in page(staff)
    settings.REAL_OR_FAKE_PUBLIC = True
    assert client.get(path).status_code == Client().get(path).status_code == 200


def test_the_figures_stand_beside_the_papers(staff: Client, player: Player) -> None:
    assert "No answers yet." in page(staff, "/real-or-fake/results")
    player.play(lambda trial: trial.kind == Kind.VIGILANCE)
    told = page(staff, "/real-or-fake/results")
    assert f"colornet, vividness {Options.vividness:g}" in told
    assert "100.0%" in told and "too few answers" in told
    for figure in ("50.0%", "32.3%", "13.0%"):
        assert figure in told
    [row] = csv.DictReader(io.StringIO(staff.get("/real-or-fake/results.csv").content.decode()))
    assert (row["network"], row["fooled"], row["answers"]) == ("colornet", "100.0", "6")


def test_the_admin_shows_rounds_but_not_who_played(player: Player, owner: User) -> None:
    player.client.force_login(owner)
    played = player.play()
    boss = Client()
    boss.force_login(User.objects.create_superuser("boss", "boss@example.org", "x"))
    for path in ("", f"{played.pk}/change/"):
        told = page(boss, f"/admin/real_or_fake/round/{path}")
        assert "colornet" in told and "owner" not in told.replace("owner__", "")


# A person's own data.


def test_a_persons_rounds_are_exported_and_go_with_the_account(player: Player, owner: User) -> None:
    player.client.force_login(owner)
    played = player.play()
    player.start()
    archive = zipfile.ZipFile(io.BytesIO(b"".join(export(owner))))
    rounds = json.loads(archive.read("data.json"))["account"]["real_or_fake"]
    assert [len(each["answers"]) for each in rounds] == [played.trials.count(), 0]
    assert rounds[0]["network"] == "colornet" and rounds[0]["answers"][0]["right"] is True
    delete_account(owner)
    assert not Round.objects.exists() and not Trial.objects.exists()

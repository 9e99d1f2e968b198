"""Rounds: what they are made of, which answers are taken, and which of them count."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import User
from colorize.models import Tally
from real_or_fake import upkeep
from real_or_fake.models import Kind, Round, Trial
from real_or_fake.protocol import possible, wanted
from real_or_fake.services import pairs, rounds
from tests.fakes import FakeNetwork
from tests.photos import colourful, lightness_of, opened
from tests.real_or_fake.conftest import PHOTOS, Clock, Player, counted, counting_pairs

pytestmark = pytest.mark.django_db


def test_a_full_round_is_half_the_papers() -> None:
    lengths = wanted(20)
    assert (lengths.practice, lengths.tests, lengths.vigilance) == (5, 18, 2)
    assert wanted(40).practice == 10
    assert possible(20, 100) == lengths


@pytest.mark.parametrize("photos", range(3, 30))
def test_a_round_is_as_long_as_there_are_photos(photos: int) -> None:
    lengths = possible(20, photos)
    assert lengths.tests + lengths.apart <= photos
    assert min(lengths.practice, lengths.tests, lengths.vigilance) >= 1
    assert lengths.practice <= lengths.apart


def test_practice_comes_first_and_no_photo_is_shown_twice_but_to_check(player: Player) -> None:
    trials = list(player.start().trials.order_by("position"))
    kinds = [trial.kind for trial in trials]
    assert kinds[:2] == [Kind.PRACTICE] * 2 and Kind.PRACTICE not in kinds[2:]
    assert kinds.count(Kind.TEST) == 6 and kinds.count(Kind.VIGILANCE) == 1
    tests = [trial.photo for trial in trials if trial.kind == Kind.TEST]
    others = [trial.photo for trial in trials if trial.kind != Kind.TEST]
    assert len(set(tests)) == 6 and not set(tests) & set(others)
    assert all(
        trial.other not in ("", trial.photo) for trial in trials if trial.kind == "vigilance"
    )


def test_the_fake_is_as_often_the_first_as_the_second(player: Player) -> None:
    random.seed(1)
    for _ in range(20):
        player.start()
    share = Trial.objects.filter(fake_is_first=True).count() / Trial.objects.count()
    assert 0.35 < share < 0.65


def test_a_longer_round_has_more_pairs(player: Player, folder: Path, settings: Any) -> None:
    settings.REAL_OR_FAKE_PAIRS = 2
    assert player.start().trials.exclude(kind=Kind.PRACTICE).count() == 2
    assert player.start(longer="yes").trials.exclude(kind=Kind.PRACTICE).count() == 4


def test_each_round_asks_about_one_of_the_networks(player: Player, settings: Any) -> None:
    settings.REAL_OR_FAKE_COLOURS = [("colornet", 0.0), ("colornet", 0.5)]
    asked = {player.start().vividness for _ in range(15)}
    assert asked == {0.0, 0.5}


def test_a_whole_round_counts(player: Player) -> None:
    played = player.play(lambda trial: trial.kind != Kind.TEST)
    assert played.finished_at and played.is_attentive
    assert counted(played) == len(counting_pairs(played)) == 6
    assert not any(trial.is_right for trial in counting_pairs(played))


def test_who_overlooks_another_photos_colours_is_not_attentive(player: Player) -> None:
    assert player.play(lambda trial: trial.kind != Kind.VIGILANCE).is_attentive is False


def first_test(player: Player) -> Trial:
    """The round is at its first test pair, whose page has not been opened."""
    played = player.start()
    while (trial := played.current()) and trial.kind != Kind.TEST:
        player.look(trial)
        player.clock.pass_by(3)
        player.answer(trial)
    assert trial
    return trial


def test_an_answer_in_time_counts(player: Player) -> None:
    trial = first_test(player)
    player.look(trial)
    player.clock.pass_by(2)
    assert player.answer(trial).is_counted


def test_an_answer_before_both_photos_can_have_been_seen_does_not(player: Player) -> None:
    trial = first_test(player)
    player.look(trial)
    player.clock.pass_by(1.9)
    told = player.answer(trial)
    assert told.is_answered and not told.is_counted


def test_an_answer_without_the_photos_does_not_count(player: Player) -> None:
    trial = first_test(player)
    player.client.get(trial.round.get_absolute_url())
    player.client.get(f"{trial.round.get_absolute_url()}/{trial.position}/first")
    player.clock.pass_by(3)
    assert not player.answer(trial).is_counted


def test_a_pair_that_was_opened_twice_does_not_count(player: Player) -> None:
    trial = first_test(player)
    for _ in range(2):
        player.look(trial)
    player.clock.pass_by(3)
    assert not player.answer(trial).is_counted


def test_without_the_clock_of_the_page_nothing_counts(player: Player) -> None:
    trial = first_test(player)
    player.look(trial)
    player.clock.pass_by(3)
    assert not player.answer(trial, timed="").is_counted


def test_looking_at_photos_again_writes_nothing(
    player: Player, django_assert_max_num_queries: Any
) -> None:
    """Neither before the answer nor at the end, where all of them are seen at once."""
    trial = first_test(player)
    photo = f"{trial.round.get_absolute_url()}/{trial.position}/first"
    player.look(trial)
    player.answer(trial)
    practice = f"{trial.round.get_absolute_url()}/1/second"
    for again in (photo, practice):
        with django_assert_max_num_queries(3) as seen:
            assert player.client.get(again).status_code == 200
        assert not [query for query in seen.captured_queries if "UPDATE" in query["sql"]]


def test_a_round_is_looked_up_once_with_its_pairs(
    player: Player, django_assert_max_num_queries: Any
) -> None:
    """However long it is: session, round, pairs; and that the page was opened."""
    played = player.start()
    with django_assert_max_num_queries(4):
        player.client.get(played.get_absolute_url())
    played = player.play(played=played)
    with django_assert_max_num_queries(3):
        player.client.get(played.get_absolute_url())


def test_no_answer_is_taken_twice_or_changed(player: Player) -> None:
    trial = first_test(player)
    player.look(trial)
    player.clock.pass_by(3)
    first = player.answer(trial, is_right=False)
    again = player.answer(trial, is_right=True)
    assert (again.picked_first, again.answered_at) == (first.picked_first, first.answered_at)


def test_pairs_that_are_still_to_come_cannot_be_answered(player: Player) -> None:
    played = player.start()
    last = played.trials.order_by("position").last()
    assert last and not player.answer(last).is_answered
    assert not player.answer(played.trials.get(position=1), picked="both").is_answered


def test_a_photo_counts_once_for_each_visitor(player: Player, players: Any) -> None:
    first = player.play()
    again = player.play()
    assert (counted(first), counted(again)) == (6, 0)
    assert counted(players().play()) == 6


def counts() -> Counter[str]:
    """How often each photo is counted."""
    return Counter(Trial.objects.filter(is_counted=True).values_list("photo", flat=True))


def test_fresh_cookies_do_not_count_on_and_on(players: Any, owner: User) -> None:
    for _ in range(6):
        players().play()
    assert max(counts().values()) == 3 and sum(counts().values()) > 3 * 6
    elsewhere = players()
    elsewhere.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert counted(elsewhere.play()) == 6
    known = players()
    known.client.force_login(owner)
    assert counted(known.play()) == 6


def test_an_address_counts_again_the_next_day_and_is_not_kept(
    players: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        players().play()
    kept = Tally.objects.filter(expires_at__gt=timezone.now() + timedelta(hours=2))
    assert kept.count() == len(counts()), "one for each photo that counted"
    assert kept.latest("expires_at").expires_at < timezone.now() + timedelta(days=1, minutes=1)
    assert not [row for row in kept if "127.0.0.1" in f"{row.pk} {row.stamps}"]
    monkeypatch.setattr("colorize.web.ratelimit.Throttle.timer", lambda self: time.time() + 90_000)
    assert counted(players().play()) == 6


def test_photos_that_were_not_seen_come_first(player: Player, folder: Path) -> None:
    player.play()
    for seed in range(20, 26):
        colourful(seed).save(folder / f"{seed}.png")
    again = player.start()
    shown = {trial.photo for trial in counting_pairs(again)}
    assert shown >= {f"{number}.png" for number in range(20, 26)}
    assert counted(player.play(played=again)) == 6


def test_logging_in_does_not_make_another_visitor(player: Player, owner: User) -> None:
    player.play()
    player.client.force_login(owner)
    again = player.play()
    assert again.owner == owner and counted(again) == 0


def test_two_rounds_at_once_count_a_photo_once(player: Player) -> None:
    """Whatever the requests saw of each other: the database holds it."""
    one, two = player.start(), player.start()
    photo = counting_pairs(one)[0].photo
    other = two.trials.exclude(kind=Kind.VIGILANCE).filter(photo=photo)
    one.trials.filter(photo=photo).update(is_counted=True)
    trial = other.get()
    rounds.count(trial)
    trial.refresh_from_db()
    assert not trial.is_counted


@pytest.mark.usefixtures("no_pairs")
def test_old_rounds_without_an_end_and_old_pairs_are_forgotten(
    player: Player, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished, left = player.play(), player.start()
    day = timedelta(days=1, minutes=1)
    Round.objects.update(created_at=timezone.now() - day)
    fresh = player.start()
    assert upkeep.forget() == "1 unfinished round and 0 old pairs deleted."
    assert set(Round.objects.all()) == {finished, fresh} and left not in Round.objects.all()
    monkeypatch.setattr(upkeep, "PAIR_KEPT", timedelta(0) - day)
    (settings.REAL_OR_FAKE_DIR / "note.txt").write_text("not ours")
    (settings.REAL_OR_FAKE_DIR / ".colorized-0a.draft").write_bytes(b"of a killed process")
    upkeep.forget()
    assert [path.name for path in settings.REAL_OR_FAKE_DIR.iterdir()] == ["note.txt"]


@pytest.mark.usefixtures("no_pairs")
def test_visitors_cannot_make_the_server_colour_without_end(
    player: Player, players: Callable[[], Player], network: FakeNetwork
) -> None:
    for each in (player, player, players(), players()):
        each.play()
    assert 0 < len(network.shapes) <= PHOTOS


@pytest.mark.usefixtures("no_pairs")
def test_a_pair_is_made_once_however_many_ask_at_once(player: Player, network: FakeNetwork) -> None:
    """As each page does, of both photos."""
    trial = counting_pairs(player.start())[0]
    network.seconds = 0.2
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(pairs.read, [trial] * 4))
    assert len(found) == len(network.shapes) == 1


def test_both_photos_of_a_pair_differ_in_nothing_but_colours(player: Player) -> None:
    trial = player.start().current()
    assert trial
    answers = [
        player.client.get(f"{trial.round.get_absolute_url()}/{trial.position}/{side}")
        for side in ("first", "second")
    ]
    one, other = ({**answer.headers} | {"X-Request-ID": ""} for answer in answers)
    assert one == other
    assert "no-store" in one["Cache-Control"] and "Content-Disposition" not in one
    assert len(answers[0].content) == len(answers[1].content)
    assert answers[0].content != answers[1].content


def test_the_real_photo_and_its_fake_have_the_same_lightness(player: Player) -> None:
    pair = pairs.read(counting_pairs(player.start())[0])
    real, fake = (opened(jpeg) for jpeg in (pair.real, pair.fake))
    assert real.size == fake.size == (256, 256) and not fake.info.get("icc_profile")
    L = [lightness_of(np.asarray(image, float)) for image in (real, fake)]
    assert np.abs(L[0] - L[1]).mean() < 1.5


@pytest.fixture(autouse=True)
def still(clock: Clock) -> None:
    """Time passes only where a test says so."""

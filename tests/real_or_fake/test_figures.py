"""How often people were fooled: by hand, and by the bootstrap."""

import io
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from colorize.evaluation import fooled, report
from colorize.evaluation.metrics import Row
from colorize.evaluation.run import Evaluation, Plan, Sample
from real_or_fake.models import Kind, Round, Trial
from real_or_fake.services import figures
from real_or_fake.services.colours import Colours

COLOURS = Colours("colornet", 1.0)


def answers(people: int, photos: int, share: float, seed: int = 0) -> list[figures.Answer]:
    rng = np.random.default_rng(seed)
    return [
        (f"person {person}", f"{photo}.jpg", bool(rng.random() < share))
        for person in range(people)
        for photo in range(photos)
    ]


@pytest.mark.django_db
def test_the_share_is_the_mean_and_lies_in_its_interval() -> None:
    given = answers(40, 18, 0.3)
    figure = figures.figure_of(COLOURS, given)
    assert (figure.people, figure.photos, figure.answers) == (40, 18, 720)
    assert figure.fooled == pytest.approx(100 * np.mean([fooled for *_, fooled in given]))
    assert figure.low and figure.high and figure.low < figure.fooled < figure.high
    # Of 720 answers that have nothing to do with each other: 1.96 standard errors to each side.
    error = 196 * np.sqrt(0.3 * 0.7 / 720)
    assert error < (figure.high - figure.low) / 2 < 2 * error
    assert figures.figure_of(COLOURS, given) == figure


@pytest.mark.django_db
def test_answers_that_hang_together_make_the_interval_wider() -> None:
    """As where some photos fool everybody, or some people are fooled by all."""
    plain = figures.figure_of(COLOURS, answers(40, 18, 0.5))
    by_photo = [(who, photo, int(photo[:-4]) % 2 == 0) for who, photo, _ in answers(40, 18, 0)]
    by_person = [(who, photo, int(who[7:]) % 2 == 0) for who, photo, _ in answers(40, 18, 0)]
    for given in (by_photo, by_person):
        figure = figures.figure_of(COLOURS, given)
        assert figure.fooled == 50 and width(figure) > 2 * width(plain)


def width(figure: figures.Figure) -> float:
    assert figure.low is not None and figure.high is not None
    return figure.high - figure.low


@pytest.mark.django_db
@pytest.mark.parametrize(("people", "photos"), [(1, 18), (9, 1)])
def test_one_person_or_one_photo_has_no_interval(people: int, photos: int) -> None:
    figure = figures.figure_of(COLOURS, answers(people, photos, 0.5))
    assert (figure.low, figure.high) == (None, None)


def played(who: str, right: list[bool], vividness: float = 1.0, is_attentive: bool = True) -> None:
    """A finished round whose answers all count."""
    round = Round.objects.create(
        visitor=who,
        network="colornet",
        vividness=vividness,
        finished_at=timezone.now(),
        is_attentive=is_attentive,
    )
    for place, is_right in enumerate(right, start=1):
        Trial.objects.create(
            round=round,
            position=place,
            kind=Kind.TEST,
            photo=f"{place}.jpg",
            visitor=who,
            fake_is_first=True,
            picked_first=is_right,
            is_counted=True,
        )


@pytest.mark.django_db
def test_each_network_and_vividness_has_a_figure_of_its_own() -> None:
    played("ann", [True, True, False, False])
    played("bob", [True, True, True, False])
    played("cat", [False, True], vividness=0.0)
    played("dan", [False] * 4, is_attentive=False)
    Trial.objects.filter(visitor="bob", position=1).update(is_counted=False)
    faithful, vivid = figures.figures()
    assert (faithful.vividness, faithful.fooled, faithful.people) == (0.0, 50.0, 1)
    assert (vivid.people, vivid.answers, vivid.left_out) == (2, 7, 1)
    assert vivid.fooled == pytest.approx(100 * 3 / 7)


@pytest.mark.django_db
def test_the_figures_are_worked_out_again_only_after_something_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bootstrap = Mock(wraps=figures.interval)
    monkeypatch.setattr(figures, "interval", bootstrap)
    for people, name in enumerate(["ann", "bob"], start=1):
        played(name, [True, False])
        for _ in range(3):
            assert [figure.people for figure in figures.figures()] == [people]
        assert bootstrap.call_count == people
    Round.objects.filter(visitor="ann").delete()
    assert [figure.people for figure in figures.figures()] == [1]
    played("cat", [False], is_attentive=False)
    assert [figure.left_out for figure in figures.figures()] == [1]


@pytest.mark.django_db
def test_unfinished_rounds_are_no_figures() -> None:
    played("ann", [True, False])
    Round.objects.update(finished_at=None, is_attentive=None)
    assert figures.figures() == []


def printed(*args: str) -> str:
    out = io.StringIO()
    call_command("real_or_fake_results", *args, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_prints_a_table_and_json_that_evaluate_reads(tmp_path: Path) -> None:
    played("ann", [True, False])
    played("bob", [True, False])
    assert "| colornet, vividness 1 | 2 | 2 | 4 | 50.0 | " in printed()
    assert "| The paper’s network, full method |  |  |  | 32.3 |" in printed()
    (tmp_path / "fooled.json").write_text(printed("--json"))
    [read] = fooled.read(tmp_path / "fooled.json")
    assert read.row == "colornet, vividness 1" and str(read).startswith("50.0 (")


def rows(*names: str) -> dict[str, Row]:
    """As `evaluate` measures them; what they hold does not matter here."""
    evaluation = Evaluation([], Plan([0.0]))
    lab = np.random.default_rng(0).uniform(10, 40, (64, 64, 3)).astype(np.float32)
    evaluation.add(Sample("a.jpg", None, lab, None), None)
    return dict.fromkeys(names, evaluation.rows()["Gray"])


def test_the_table_shows_it_where_there_is_a_row() -> None:
    told = [
        fooled.Fooled("colornet", 1.0, 32.34, 28.0, 36.5),
        fooled.Fooled("plain", 1.0, 20.0, None, None),
        fooled.Fooled("gone", 1.0, 10.0, 5.0, 15.0),
    ]
    measured = rows("colornet, vividness 0", "colornet, vividness 1", "plain", "Gray")
    lines = list(report.table(measured, {}, fooled.by_row(told, measured)))
    cells = [line.rstrip(" |").rsplit("|", 1)[1].strip() for line in lines]
    assert cells[0] == "people fooled, %" and "32.3 (28.0 to 36.5)" in lines[3]
    assert lines[4].endswith("| 20.0 |") and lines[5].endswith("|  |")
    assert "people fooled" not in next(report.table(measured, {}))


@pytest.mark.parametrize("content", ["{}", "[]", "letters", '{"fooled": [{}]}', '{"fooled": 3}'])
def test_another_file_is_refused_in_words(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "fooled.json").write_text(content)
    for name in ("fooled.json", "nowhere.json"):
        with pytest.raises(CommandError) as told:
            call_command("evaluate", str(tmp_path), "--fooled", str(tmp_path / name))
        assert name in str(told.value)

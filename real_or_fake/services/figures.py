"""How often people were fooled, for each network and vividness."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Count, Max

from real_or_fake.models import Kind, Round, Trial
from real_or_fake.services.colours import Colours

# The bootstrap: how many times people and photos are drawn again, from which seed, and the shares
# between which 95 % of the results lie.
DRAWS, SEED, INTERVAL = 2000, 0, (2.5, 97.5)


@dataclass(frozen=True)
class Figure:
    """Of one network and vividness. `fooled`: the share of fakes that people took for the photo, in
    percent; `low` and `high`: its 95 % interval, None with fewer than two people or photos;
    `left_out`: rounds of people who overlooked another photo's colours."""

    network: str
    vividness: float
    people: int
    photos: int
    answers: int
    fooled: float
    low: float | None
    high: float | None
    left_out: int

    @property
    def label(self) -> str:
        return str(Colours(self.network, self.vividness))

    @property
    def interval(self) -> str:
        """In words."""
        if self.low is None or self.high is None:
            return "too few answers"
        return f"{self.low:.1f} to {self.high:.1f}%"


@dataclass(frozen=True)
class Reference:
    """A row of the paper's Table 1, in its last column, “AMT labeled real”, in
    percent."""

    label: str
    fooled: float


# Zhang, Isola, Efros 2016. A perfect fake is taken for the photo half of the time.
PAPER = (
    Reference("Ground truth (the ceiling)", 50.0),
    Reference("The paper’s network, full method", 32.3),
    Reference("Colours of another photo", 13.0),
)

# Person, photo, and whether the fake was taken for the photo.
Answer = tuple[str, str, bool]


def figures() -> list[Figure]:
    """Of all that was played so far. A bootstrap takes a tenth of a second or more, so they are
    worked out again only if there is something new."""
    return list(worked_out(state()))


# How many answers count, how many rounds are finished, and when the last one was.
State = tuple[int, int, datetime | None]


def state() -> State:
    """Changes with whatever changes the figures, which are of finished rounds: those stay as they
    are, but more come, and some go with their accounts."""
    counted = Trial.objects.filter(is_counted=True).count()
    finished = Round.objects.finished().aggregate(number=Count("pk"), last=Max("finished_at"))
    return counted, finished["number"], finished["last"]


@lru_cache(maxsize=1)
def worked_out(state: State) -> tuple[Figure, ...]:
    careless = left_out()
    return tuple(
        figure_of(colours, answers, careless.get(colours, 0))
        for colours, answers in sorted_by_colours().items()
    )


def left_out() -> dict[Colours, int]:
    """How many rounds are, for each network and vividness."""
    careless = Round.objects.filter(is_attentive=False).values_list("network", "vividness")
    counted = careless.annotate(number=Count("pk"))
    return {Colours(network, vividness): number for network, vividness, number in counted}


def sorted_by_colours() -> dict[Colours, list[Answer]]:
    """The answers that count, of finished rounds of people who were attentive."""
    found: dict[Colours, list[Answer]] = {}
    counted = Trial.objects.filter(kind=Kind.TEST, is_counted=True, round__is_attentive=True)
    fields = ("round__network", "round__vividness", "visitor", "photo")
    rows = counted.order_by(*fields).values_list(*fields, "picked_first", "fake_is_first")
    for network, vividness, person, photo, picked, fake in rows:
        answer = (person, photo, picked != fake)
        found.setdefault(Colours(network, vividness), []).append(answer)
    return found


def figure_of(colours: Colours, answers: list[Answer], left_out: int = 0) -> Figure:
    people, photos, fooled = table(answers)
    low, high = interval(people, photos, fooled)
    return Figure(
        network=colours.network,
        vividness=colours.vividness,
        people=int(people.max()) + 1,
        photos=int(photos.max()) + 1,
        answers=len(answers),
        fooled=100 * float(fooled.mean()),
        low=low,
        high=high,
        left_out=left_out,
    )


def table(answers: list[Answer]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each answer the number of its person, the number of its photo, and whether they were
    fooled."""
    people = np.unique([person for person, _, _ in answers], return_inverse=True)[1]
    photos = np.unique([photo for _, photo, _ in answers], return_inverse=True)[1]
    return people, photos, np.array([fooled for _, _, fooled in answers], float)


def interval(
    people: np.ndarray, photos: np.ndarray, fooled: np.ndarray
) -> tuple[float | None, float | None]:
    """The 95 % percentile interval, in percent, of a bootstrap that draws people and photos again,
    independently (Owen 2007, “The pigeonhole bootstrap”): an answer counts as often as its person
    and its photo were drawn. Answers of one person, or about one photo, are alike, so other people
    or other photos could give figures further off than the number of answers suggests.
    """
    crowd, album = int(people.max()) + 1, int(photos.max()) + 1
    if min(crowd, album) < 2:
        return None, None
    rng = np.random.default_rng(SEED)
    shares = []
    for _ in range(DRAWS):
        weights = drawn(rng, crowd)[people] * drawn(rng, album)[photos]
        if total := weights.sum():
            # Several times as fast as `@`, which is slow for integers.
            shares.append(100 * float((weights * fooled).sum()) / total)
    low, high = np.percentile(shares, INTERVAL)
    return float(low), float(high)


def drawn(rng: np.random.Generator, number: int) -> np.ndarray:
    """How often each of that many was drawn, in as many draws."""
    return np.bincount(rng.integers(number, size=number), minlength=number)


COLUMNS = [field.name for field in fields(Figure)]


def as_rows(found: list[Figure]) -> Iterator[dict[str, Any]]:
    """For programs."""
    for figure in found:
        yield asdict(figure)

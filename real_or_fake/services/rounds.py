"""Start a round, and take its answers."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from real_or_fake.models import Kind, Round, Trial
from real_or_fake.protocol import FEWEST_PHOTOS, LONGER, SECONDS, Lengths, possible, wanted
from real_or_fake.services import colours, photos
from real_or_fake.visitors import Who

# After this time a round that nobody finished is forgotten.
ABANDONED_AFTER = timedelta(days=1)
# How many photos are compared to find colours that are obviously another's.
COMPARED = 6


class NotSetUp(Exception):
    """There are too few photos for a round."""


def length(longer: bool) -> int:
    """How many pairs a round has, if there are enough photos."""
    return int(settings.REAL_OR_FAKE_PAIRS) * (LONGER if longer else 1)


def is_possible(photos: int) -> bool:
    """Whether that many photos are enough for a round."""
    return photos >= FEWEST_PHOTOS


def can_be_longer(photos: int) -> bool:
    """Whether that many photos are enough for a longer round to be one."""
    return photos >= wanted(length(longer=True)).photos


def start(who: Who, longer: bool = False) -> Round:
    """A new round, with photos that this person has not seen as far as there are any.

    Raises NotSetUp, or Busy.
    """
    pairs = length(longer)
    drawn = draw(who, wanted(pairs).photos)
    if not is_possible(len(drawn)):
        raise NotSetUp
    asked = colours.drawn()
    # Photos are compared for it, for which the database need not wait.
    trials = list(arranged(drawn, possible(pairs, len(drawn))))
    with transaction.atomic():
        played = Round.objects.create(
            owner=who.user,
            visitor=who.keys[0],
            network=asked.network,
            vividness=asked.vividness,
        )
        Trial.objects.bulk_create(
            Trial(round=played, visitor=played.visitor, position=place, **facts)
            for place, facts in enumerate(trials, start=1)
        )
    return played


def draw(who: Who, number: int) -> list[str]:
    """At most that many photos, drawn by chance; those that the person has seen come last."""
    shuffled = photos.names()
    random.shuffle(shuffled)
    seen = set(Trial.objects.shown_to(who).values_list("photo", flat=True))
    shuffled.sort(key=lambda name: name in seen)
    found = photos.usable(shuffled)
    return [name for name, _ in zip(found, range(number), strict=False)]


def arranged(drawn: list[str], lengths: Lengths) -> Iterator[dict[str, object]]:
    """What the pairs of a round show, in their order: first the practice, then the rest mixed."""
    apart, tests = drawn[-lengths.apart :], drawn[: lengths.tests]
    for name in apart[: lengths.practice]:
        yield {"kind": Kind.PRACTICE, "photo": name} | by_chance()
    # From the end, so that the practice's are shown again only where there are no others.
    shown = [apart[-1 - number % len(apart)] for number in range(lengths.vigilance)]
    mixed: list[dict[str, object]] = [{"kind": Kind.TEST, "photo": name} for name in tests]
    mixed += [
        {"kind": Kind.VIGILANCE, "photo": name, "other": unlike(name, drawn)} for name in shown
    ]
    random.shuffle(mixed)
    for each in mixed:
        yield each | by_chance()


def by_chance() -> dict[str, object]:
    return {"fake_is_first": random.random() < 0.5}  # noqa: S311


def unlike(name: str, drawn: list[str]) -> str:
    """Of a few other photos, the one whose colours are furthest from this one's."""
    others = [other for other in drawn if other != name]
    return max(
        random.sample(others, min(COMPARED, len(others))),
        key=lambda other: photos.distance(name, other),
    )


def answer(
    who: Who,
    played: Round,
    position: int,
    picked_first: bool,
    may_count: Callable[[str], bool],
) -> Trial | None:
    """Take the answer to the current pair. None if it is about another pair: no answer is taken
    twice, and none is changed. `may_count`: whether an answer about this photo can count, as far as
    the page and the visitor's address say; asked only if it would."""
    now = timezone.now()
    with transaction.atomic():
        played = Round.objects.select_for_update().with_trials().get(pk=played.pk)
        trial = played.current()
        if trial is None or trial.position != position:
            return None
        trial.picked_first, trial.answered_at = picked_first, now
        trial.save(update_fields=["picked_first", "answered_at"])
        if is_fit(trial, now) and is_new_to(who, trial) and may_count(trial.photo):
            count(trial)
        if played.current() is None:
            finish(played, now)
    return trial


def is_fit(trial: Trial, now: datetime) -> bool:
    """Whether an answer can be counted: to a test pair that was shown once, after both photos have
    been sent, and no sooner than they can have been seen."""
    was_seen = trial.sent_first and trial.sent_second and trial.opened == 1
    late_enough = now - previous(trial) >= timedelta(seconds=2 * SECONDS)
    return trial.kind == Kind.TEST and was_seen and late_enough


def previous(trial: Trial) -> datetime:
    """When the answer before was given, or the round was started."""
    before = trial.round.trial_at(trial.position - 1)
    return (before and before.answered_at) or trial.round.created_at


def is_new_to(who: Who, trial: Trial) -> bool:
    """Whether this person sees the photo for the first time."""
    shown = Trial.objects.shown_to(who).filter(photo=trial.photo)
    return not shown.exclude(pk=trial.pk).exists()


def count(trial: Trial) -> None:
    """Count an answer, unless another round was quicker to count the same photo."""
    try:
        with transaction.atomic():
            Trial.objects.filter(pk=trial.pk).update(is_counted=True)
    except IntegrityError:
        return
    trial.is_counted = True


def finish(played: Round, now: datetime) -> None:
    """A person is attentive who noticed more than half of the other photos' colours."""
    checks = [trial.is_right for trial in played.trials.all() if trial.kind == Kind.VIGILANCE]
    played.finished_at, played.is_attentive = now, 2 * sum(checks) > len(checks)
    played.save(update_fields=["finished_at", "is_attentive"])


def forget_abandoned() -> int:
    """Delete rounds that were never finished; returns their number."""
    gone = Round.objects.abandoned(timezone.now() - ABANDONED_AFTER)
    number = gone.count()
    gone.delete()
    return number


@dataclass(frozen=True)
class Progress:
    """`number`: of the pair among `total` of its part, the practice or the rest."""

    is_practice: bool
    number: int
    total: int


def progress(trial: Trial) -> Progress:
    kinds = [each.kind for each in trial.round.trials.all()]
    practice = kinds.count(Kind.PRACTICE)
    if trial.position <= practice:
        return Progress(True, trial.position, practice)
    return Progress(False, trial.position - practice, len(kinds) - practice)


def feedback(trial: Trial) -> Trial | None:
    """The pair before, if its answer may be told: in the practice alone."""
    before = trial.round.trial_at(trial.position - 1)
    return before if before and before.kind == Kind.PRACTICE else None

"""How a round went, for the person who played it."""

from dataclasses import dataclass

from gallery.paging import counted
from real_or_fake.models import Kind, Round, Trial


@dataclass(frozen=True)
class Outcome:
    """`played`: the round; `trials`: all of its pairs in their order; `tests`: those with the
    network's colours."""

    played: Round
    trials: list[Trial]

    @classmethod
    def of(cls, played: Round) -> "Outcome":
        return cls(played, list(played.trials.all()))

    @property
    def shown(self) -> list[Trial]:
        """Without the practice."""
        return [trial for trial in self.trials if trial.kind != Kind.PRACTICE]

    @property
    def tests(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.kind == Kind.TEST]

    @property
    def found(self) -> int:
        return sum(trial.is_right for trial in self.tests)

    @property
    def fooled(self) -> int:
        return len(self.tests) - self.found

    @property
    def sentence(self) -> str:
        """Such as “You spotted 14 of 20 fakes. The computer fooled you 6 times, 30%.”"""
        spotted = f"You spotted {self.found} of {counted(len(self.tests), 'fake')}."
        if not self.fooled:
            return f"{spotted} The computer never fooled you."
        times = "once" if self.fooled == 1 else counted(self.fooled, "time")
        return f"{spotted} The computer fooled you {times}, {self.percent}%."

    @property
    def percent(self) -> int:
        return round(100 * self.fooled / len(self.tests))

    @property
    def check_sentence(self) -> str:
        """About the pairs with another photo's colours."""
        checks = [trial for trial in self.trials if trial.kind == Kind.VIGILANCE]
        noticed = sum(trial.is_right for trial in checks)
        what = "One more pair" if len(checks) == 1 else f"{len(checks)} more pairs"
        if len(checks) == 1:
            end = "You noticed it." if noticed else "You overlooked it."
        else:
            end = f"You noticed {noticed} of them."
        return f"{what} had the colours of another photo, to check that people look. {end}"

    @property
    def counted_sentence(self) -> str:
        """How many answers are in the figures, and why not all of them."""
        if not self.played.is_attentive:
            return "So your answers are left out of the figures."
        number = sum(trial.is_counted for trial in self.tests)
        if number == len(self.tests):
            return "All of your answers to these fakes count for the figures."
        return (
            f"{number} of your {len(self.tests)} answers to these fakes count for the figures. A "
            "photo counts once for each person, the first time, and only if it was shown for a "
            "second; without an account, three times a day for each address."
        )

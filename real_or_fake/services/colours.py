"""Which networks people judge, and how vivid."""

import random
from dataclasses import dataclass

from django.conf import settings

from colorize import service
from colorize.service import Options
from real_or_fake.models import Round


@dataclass(frozen=True)
class Colours:
    network: str
    vividness: float

    def __str__(self) -> str:
        """As `manage.py evaluate` names it."""
        return f"{self.network}, vividness {self.vividness:g}"

    def options(self) -> Options:
        return service.make_options(network=self.network, vividness=self.vividness)


def configured() -> list[Colours]:
    """What the settings say; by default the site's own colours."""
    named = settings.REAL_OR_FAKE_COLOURS or [(settings.NETWORK, settings.VIVIDNESS)]
    return [Colours(network, vividness) for network, vividness in named]


def drawn() -> Colours:
    """For a new round: each as often as the others."""
    return random.choice(configured())  # noqa: S311


def of(played: Round) -> Colours:
    return Colours(played.network, played.vividness)

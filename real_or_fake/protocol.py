"""How the test goes, each number declared once; see the docstring of `real_or_fake` for what is the
paper's."""

from dataclasses import dataclass

# The sides of the photos as they are shown, in pixels.
SIDE = 256
# How long each photo is shown. Nobody can answer sooner than after two of them.
SECONDS = 1.0
# Practice pairs for each pair of a round, and the share of pairs with another photo's colours.
PRACTICE, VIGILANCE = 1 / 4, 1 / 10
# With fewer photos there is no test: it needs one for practice, and two for pairs.
FEWEST_PHOTOS = 3
# How many times as long a longer round is.
LONGER = 2
# The share of the photos that is set apart, for practice and vigilance, where there are few.
APART = 1 / 4


@dataclass(frozen=True)
class Lengths:
    """How many pairs of each kind a round has, and how many photos it sets apart for practice and
    vigilance. `tests`: those that count, each with a photo of its own."""

    practice: int
    tests: int
    vigilance: int
    apart: int

    @property
    def photos(self) -> int:
        """How many it takes."""
        return self.tests + self.apart


def wanted(pairs: int) -> Lengths:
    """Of a round of that many pairs, if there are enough photos."""
    vigilance = max(1, round(VIGILANCE * pairs))
    practice = max(1, round(PRACTICE * pairs))
    return Lengths(practice, pairs - vigilance, vigilance, practice + vigilance)


def possible(pairs: int, photos: int) -> Lengths:
    """Of a round of at most that many pairs, with that many photos (at least FEWEST_PHOTOS). If
    there are few, the pairs for vigilance show the photos of the practice again."""
    full = wanted(pairs)
    apart = max(1, min(full.apart, int(APART * photos)))
    tests = min(full.tests, photos - apart)
    vigilance = max(1, round(tests * VIGILANCE / (1 - VIGILANCE)))
    return Lengths(min(full.practice, apart), tests, vigilance, apart)

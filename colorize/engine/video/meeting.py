"""Where two pieces of a film meet: in which mood, so that both can go with it. Knows no Django."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from colorize.engine.planes import Plane
from colorize.engine.video.film import Bytes
from colorize.engine.video.motion import FAMILIAR, Search
from colorize.engine.video.planes import sampled


class Meeting:
    """The frame at a join as (h, w) grey, and what the network says of it as (h, w, 2) ab."""

    def __init__(self, grey: Bytes, ab: Plane, around: Sequence[tuple[Bytes, Plane]]) -> None:
        """`around`: more frames, the same of each. The frame gets the middle one of their moods, as
        its own may be a whim."""
        self.grey, self.ab, self.search = grey, ab, Search()
        moods = [mood for each in around if (mood := self.mood(*each)) is not None]
        self.ab = ab + np.median([np.zeros(2, np.float32), *moods], axis=0).astype(np.float32)

    def mood(self, grey: Bytes, ab: Plane, known: Plane | float = 1.0) -> Plane | None:
        """(2,): how much more a and b another frame has in all places alike; None if it shows
        something else. `known`: how much each place's ab counts, 0..1."""
        motion = self.search.motion(grey, self.grey, (ab.shape[0], ab.shape[1]))
        weight = motion.trust * known
        if weight.mean() < FAMILIAR:
            return None
        off = ab - sampled(self.ab, motion.at)
        return np.asarray(np.tensordot(weight, off) / weight.sum(), np.float32)


class Near(NamedTuple):
    """Of a frame near a join: `share` of what its mood is off there is taken from its colours."""

    meeting: Meeting
    share: float

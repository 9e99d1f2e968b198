"""What colour hints and proposals promise, measured on colour photos that the network never saw:
one line a goal, and exit status 1 if any is missed."""

import argparse
import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

import numpy as np
from django.conf import settings

from colorize import service
from colorize.engine.options import Options
from colorize.engine.planes import Plane
from colorize.engine.predict import Predicted, predict
from colorize.engine.proposal_pictures import picture
from colorize.engine.proposals import proposals
from colorize.evaluation.hints import THEIRS, Reach, revealed, with_hints
from colorize.evaluation.run import photos_in, read_sample
from tests.benchmark.jobs.goals import Goals

# Decibels that so many hints gain at least.
GAINS = {1: 1.1, 5: 2.7, 10: 3.6, 50: 5.8, 100: 6.6}
# Milliseconds for 20 hints on a photo.
HINTS, SOLVE = 20, 10.0
# Of so many photos: decibels that the best of five is nearer to the truth than the first; Lab units
# between any two of them; milliseconds until all are there to be seen.
PHOTOS, NEARER, APART, SHOWN = 100, 0.8, 6.0, 300.0
Photo = tuple[str, Plane, Predicted]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.hints", description=__doc__)
    parser.add_argument("folder", type=Path, help="with colour photos")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth photo")
    options = parser.parse_args()
    goals = Goals()
    photos = list(predicted(options.folder, options.every))
    print(f"{len(photos)} photos", flush=True)
    measure_reach(goals, photos)
    measure_proposals(goals, photos[:: max(1, len(photos) // PHOTOS)][:PHOTOS])
    goals.exit()


def predicted(folder: Path, every: int) -> Iterator[Photo]:
    network = service.load_network(settings.NETWORK)
    for path in photos_in(folder)[::every]:
        sample = read_sample(path, folder, ())
        L = np.ascontiguousarray(sample.truth[..., 0])
        yield sample.name, sample.truth, predict(L, network)


def measure_reach(goals: Goals, photos: list[Photo]) -> None:
    # The faithful end, and what people get unless they choose otherwise.
    ends = [Reach(0.0), Reach(settings.VIVIDNESS)]
    for name, truth, seen in photos:
        steps = with_hints(name, seen, truth)
        for reach in ends:
            reach.add(steps, truth)
    for reach in ends:
        for count, gain in reach.gains().items():
            if count in GAINS:
                tell_gain(goals, reach.vividness, count, gain)
    took = median(solving(*photo) for photo in photos[:50])
    goals.tell(f"{HINTS} hints", f"{took:.1f} ms", f"{SOLVE:g} ms at most", took <= SOLVE)


def tell_gain(goals: Goals, vividness: float, count: int, gain: float) -> None:
    what = f"{count} hint{'s' * (count > 1)}, vividness {vividness:g}"
    found = f"{gain:.2f} dB (theirs {THEIRS[count]:.2f})"
    goals.tell(what, found, f"{GAINS[count]:g} dB at least", gain >= GAINS[count])


def measure_proposals(goals: Goals, photos: list[Photo]) -> None:
    vividness = settings.VIVIDNESS
    reach, nearer, apart, short = Reach(vividness), [], [], 0
    for _, truth, seen in photos:
        made = [seen, *(seen.hinted(hints) for hints in proposals(seen, vividness))]
        short += len(made) < 5
        found = [reach.psnr(each, truth) for each in made]
        nearer.append(max(found) - found[0])
        apart.append(nearest([each.prediction.ab(vividness) for each in made]))
    goals.tell(
        f"best of five on {len(photos)} photos",
        f"{fmean(nearer):.2f} dB nearer",
        f"{NEARER:g} dB at least",
        fmean(nearer) >= NEARER,
    )
    goals.tell("photos with fewer than five", f"{short}", "none", not short)
    least = min(apart)
    goals.tell("least distance of any two", f"{least:.1f}", f"{APART:g} at least", least >= APART)
    took = median(showing(truth, seen) for _, truth, seen in photos[:20])
    goals.tell("five small pictures", f"{took:.0f} ms", f"{SHOWN:g} ms at most", took <= SHOWN)


def nearest(planes: list[Plane]) -> float:
    """The least mean distance of any two."""
    return min(
        float(np.linalg.norm(one - other, axis=2).mean())
        for n, one in enumerate(planes)
        for other in planes[:n]
    )


def showing(truth: Plane, seen: Predicted) -> float:
    """Milliseconds until the small pictures are there, after the prediction."""
    options = Options(vividness=settings.VIVIDNESS)
    L = np.ascontiguousarray(truth[..., 0])
    start = time.perf_counter()
    for hints in [(), *proposals(seen, options.vividness)]:
        picture(L, seen, hints, options)
    return 1000 * (time.perf_counter() - start)


def solving(name: str, truth: Plane, seen: Predicted) -> float:
    """Milliseconds for HINTS hints."""
    hints = list(revealed(name, truth, HINTS))
    start = time.perf_counter()
    seen.hinted(hints)
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()

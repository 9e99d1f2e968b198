"""How steady films are, and whether that was bought by grey: beside the true films, and beside each
frame coloured alone the way of photos."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np

from colorize.engine.networks import Network
from colorize.engine.planes import Pixels
from colorize.engine.predict import predict
from colorize.engine.video.colours import FilmColours
from colorize.engine.video.film import Bytes, Chroma
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planes import chroma, lightness
from colorize.engine.video.shots import shots
from tests.benchmark.jobs.goals import Goals
from tests.benchmark.video.clips import Clip, clips_in, shown
from tests.benchmark.video.cost import network
from tests.benchmark.video.measures import Motion, Shown, motions

VIVIDNESS = FilmOptions().vividness
# Frames of a clip on its sheet.
ON_SHEET = 8


@dataclass(frozen=True)
class Measured:
    """A clip in colour. Of `usual` and `best`: see the goals. `flicker` and `moving`: as shares of
    the true film's; `warp`, `colourful`: as shares of those of each frame alone; `error`, `cut`:
    what is added to that."""

    flicker: float
    moving: float
    warp: float
    colourful: float
    error: float
    cut: float


def measure(goals: Goals, folder: Path, sheets: Path | None) -> None:
    usual, best = [], []
    for clip in clips_in(folder):
        found = of_clip(clip, sheets)
        if clip.has_colours:
            usual.append(found[0])
            best.append(found[1])
        else:
            print("    not counted below: it has no colours to compare with")
    if not usual:
        raise SystemExit(f"There are no films in colour in {folder}.")
    tell(goals, "usual", usual, 0.45)
    tell(goals, "best", best, 0.33)


def tell(goals: Goals, name: str, of: list[Measured], most_warp: float) -> None:
    def mean(value: Callable[[Measured], float]) -> float:
        return fmean(map(value, of))

    def line(what: str, found: str, goal: str, is_reached: bool) -> None:
        goals.tell(f"{name}: {what}", found, goal, is_reached)

    flicker, most = mean(lambda one: one.flicker), max(one.flicker for one in of)
    line(
        "flicker (CDC), of the true film's",
        f"{flicker:.2f}, worst clip {most:.2f}",
        "1.10 at most, no clip above 1.5",
        flicker <= 1.10 and most <= 1.5,
    )
    warp = mean(lambda one: one.warp)
    line("ab along motion, of frame by frame", f"{warp:.2f}", f"{most_warp}", warp <= most_warp)
    moving = mean(lambda one: one.moving)
    line("change of mean colour, of the truth's", f"{moving:.2f}", "1.1 at most", moving <= 1.1)
    error = mean(lambda one: one.error)
    line("ab error, added by steadiness", f"{error:+.2f}", "0.1 at most", error <= 0.1)
    colour = mean(lambda one: one.colourful)
    line("colourfulness, of frame by frame", f"{colour:.3f}", "0.95 at least", colour >= 0.95)
    cut = mean(lambda one: one.cut)
    line("ab error in 5 frames after a cut, added", f"{cut:+.2f}", "0.3 at most", cut <= 0.3)


def of_clip(clip: Clip, sheets: Path | None) -> list[Measured]:
    """The usual way and the best."""
    made = [FilmColours(network(), FilmOptions(best=best), clip.film) for best in (False, True)]
    cuts = cuts_of(clip, made[0])
    naive = seen(clip, [alone(luma, clip, network()) for luma in clip.lumas], cuts)
    ours = [seen(clip, list(each.run(clip.lumas)), cuts) for each in made]
    if sheets:
        sheet(sheets / f"{clip.name}.jpg", clip, [naive, *ours])
    truth = seen(clip, clip.truth, cuts)
    found = motions(truth)
    print(f"  {clip.name}: {len(clip.lumas)} frames, shots from {', '.join(map(str, cuts))}")
    measured = [beside(each, naive, truth, found) for each in ours]
    plain = beside(naive, naive, truth, found)
    for name, each in zip(("alone", "usual", "best"), [plain, *measured], strict=True):
        print(f"    {name:6}", *(f"{key} {value:.3f}" for key, value in vars(each).items()))
    return measured


def beside(ours: Shown, naive: Shown, truth: Shown, found: list[Motion]) -> Measured:
    after = truth.after_cuts()
    return Measured(
        flicker=ours.flicker / truth.flicker,
        moving=ours.mean_change / truth.mean_change,
        warp=ours.warp_error(found) / naive.warp_error(found),
        colourful=ours.colourfulness / naive.colourfulness,
        error=ours.error(truth) - naive.error(truth),
        cut=ours.error(truth, after) - naive.error(truth, after),
    )


def alone(luma: Bytes, clip: Clip, network: Network) -> Chroma:
    """A frame through the photo's way."""
    predicted = predict(lightness(luma, clip.film), network)
    return chroma(luma, predicted.prediction.ab(VIVIDNESS), clip.film, predicted.tones)


def cuts_of(clip: Clip, colours: FilmColours) -> tuple[int, ...]:
    found = shots(map(colours.frame, clip.lumas))
    return tuple(number for number, frame in enumerate(found) if frame.starts)


def seen(clip: Clip, chromas: list[Chroma], cuts: tuple[int, ...]) -> Shown:
    pairs = zip(clip.lumas, chromas, strict=True)
    return Shown([shown(luma, each, clip.film) for luma, each in pairs], cuts)


def sheet(path: Path, clip: Clip, ways: list[Shown]) -> None:
    """A row each: the film without colours, each frame alone, the usual way, the best."""
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = np.linspace(0, len(clip.lumas) - 1, ON_SHEET).astype(int)
    size = ways[0].frames[0].shape[1::-1]
    grey: list[Pixels] = [
        np.repeat(cv2.resize(luma, size)[..., None], 3, axis=2) for luma in clip.lumas
    ]
    every = [grey, *(one.frames for one in ways)]
    rows = [np.hstack([frames[n] for n in numbers]) for frames in every]
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))

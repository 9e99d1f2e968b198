"""Whether a classifier still recognises recoloured photos: the paper's semantic interpretability.
Needs torch and the classifier (requirements-train.txt)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

# (h, w, 3) sRGB 0..1 -> the ImageNet ID of its content, such as n01440764.
Judge: TypeAlias = Callable[[NDArray[np.float64]], str]
# The 1,000 classes of ILSVRC 2012, in the order of networks trained on them: sorted.
IDS = Path(__file__).with_name("imagenet.txt").read_text("ascii").split()


class NoJudge(Exception):
    """Why interpretability cannot be measured, as a sentence."""


def class_of(path: Path) -> str | None:
    """The ImageNet ID that the photo's folder is named after."""
    name = path.parent.name
    return name if name in IDS else None


def find_judge(paths: Sequence[Path]) -> Judge:
    """Raises NoJudge."""
    if not any(map(class_of, paths)):
        raise NoJudge("no folder is named after an ImageNet class, such as n01440764.")
    try:
        from colorize.training.classifier import Classifier
    except ImportError as problem:
        raise NoJudge(f"{problem.name} is missing: see requirements-train.txt.") from problem
    classify = Classifier()
    return lambda rgb: IDS[classify(rgb)]

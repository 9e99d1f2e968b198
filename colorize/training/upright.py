"""The head that tells turned photos and negatives by the encoder's deep features."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

TURNS = 4
# Features of the hidden layer, and the shares of its input and of its own that are left out at a
# time while learning.
WIDTH, DROPPED_BEFORE, DROPPED = 96, 0.3, 0.5


class Upright(nn.Module):
    """The encoder's taps at strides 16 and 32 -> turn (n, 4), the probability that 0 to 3 quarter
    turns clockwise make the photo upright, and negative (n, 1), the probability that it is one.

    `channels`: of the two taps.
    """

    def __init__(self, channels: tuple[int, int]) -> None:
        super().__init__()
        self.hidden = nn.Linear(4 * channels[0] + 5 * channels[1], WIDTH)
        self.out = nn.Linear(WIDTH, TURNS + 1)

    def forward(self, taps: list[Tensor]) -> tuple[Tensor, Tensor]:
        logits = self.logits(features(taps))
        return torch.softmax(logits[:, :TURNS], dim=1), torch.sigmoid(logits[:, TURNS:])

    def logits(self, features: Tensor) -> Tensor:
        """(n, `features`) -> (n, 5)."""
        kept = F.dropout(features, DROPPED_BEFORE, self.training)
        return self.out(F.dropout(F.relu(self.hidden(kept)), DROPPED, self.training))


def features(taps: list[Tensor]) -> Tensor:
    """(n, features), whatever the photo's size: means of its quarters, and the deepest tap's
    maximum."""
    middle, deepest = taps
    return torch.cat([quarters(middle), quarters(deepest), deepest.amax((2, 3))], dim=1)


def quarters(tap: Tensor) -> Tensor:
    """(n, channels, h, w) -> (n, 4 channels)."""
    fixed = F.interpolate(tap, size=(8, 8), mode="bilinear", align_corners=False)
    return F.avg_pool2d(fixed, 4).flatten(1)

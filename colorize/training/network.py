"""ColorNet: EfficientNet-Lite0 on grey input, a decoder with skips, 313 bins at a quarter size."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

# Repeats, kernel, stride, expansion, channels out; Liu et al. 2020, EfficientNet-Lite0.
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]
# The blocks whose output the decoder takes: strides 4, 8, 16, 32.
TAPS = (2, 4, 10, 15)
# What each answer is the mean of: the distribution as it was learned, a little flatter (one
# temperature for both ends, so that they share the exponential), with a share of the loss's class
# rebalancing taken back (Bayes). The share of the vivid end was chosen by measuring: less
# paints more patches and more purple (docs/network.md).
TEMPERATURE = 1.1
TAKEN_BACK = {"vivid": 0.15, "faithful": 1.0}
MEAN, SPREAD = 0.449, 0.226


class Block(nn.Module):
    """Inverted residual; named as in the package that the ImageNet weights come from."""

    def __init__(self, inside: int, out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inside * expansion
        self.residual = stride == 1 and inside == out
        if expansion > 1:
            self._expand_conv = nn.Conv2d(inside, wide, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(wide, eps=1e-3)
        self._depthwise_conv = nn.Conv2d(
            wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False
        )
        self._bn1 = nn.BatchNorm2d(wide, eps=1e-3)
        self._project_conv = nn.Conv2d(wide, out, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(out, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        if hasattr(self, "_expand_conv"):
            y = F.relu6(self._bn0(self._expand_conv(y)))
        y = F.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.residual else y


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = nn.Conv2d(3, 32, 3, 2, 1, bias=False)
        self._bn0 = nn.BatchNorm2d(32, eps=1e-3)
        self._blocks = nn.ModuleList()
        inside = 32
        for repeats, kernel, stride, expansion, out in STAGES:
            for n in range(repeats):
                step = stride if n == 0 else 1
                self._blocks.append(Block(inside, out, kernel, step, expansion))
                inside = out

    def forward(self, grey: Tensor) -> list[Tensor]:
        """(n, 1, h, w) -> the four taps, finest first."""
        stem = self._conv_stem.weight.sum(1, keepdim=True)
        x = F.relu6(self._bn0(F.conv2d(grey, stem, stride=2, padding=1)))
        taps = []
        for n, block in enumerate(self._blocks):
            x = block(x)
            if n in TAPS:
                taps.append(x)
        return taps


def cbr(inside: int, out: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, out, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(inplace=True),
    )


class ColorNet(nn.Module):
    """L (n, 1, h, w) 0..100, sides multiples of 32 -> logits (n, 313, h/4, w/4)."""

    bins: Tensor

    def __init__(self, bins: Tensor) -> None:
        super().__init__()
        self.register_buffer("bins", bins.clone())
        self.enc = Encoder()
        self.p5, self.g = cbr(320, 160, 1), nn.Sequential(nn.Linear(320, 160))
        self.l4, self.d4 = cbr(112, 160, 1), cbr(160, 128, 3)
        self.l3, self.d3 = cbr(40, 128, 1), cbr(128, 64, 3)
        self.l2, self.d2 = cbr(24, 64, 1), nn.Sequential(cbr(64, 64, 3), cbr(64, 64, 3))
        self.head = nn.Conv2d(64, len(bins), 1)

    def forward(self, L: Tensor) -> Tensor:
        s4, s8, s16, s32 = self.enc((L / 100 - MEAN) / SPREAD)
        scene = self.g(s32.mean((2, 3)))[:, :, None, None]
        y = self.p5(s32)
        # Expanded by hand: OpenCV 5.0 cannot fuse a broadcast addition after a convolution.
        y = y + scene.expand(-1, -1, y.shape[2], y.shape[3])
        for skip, lateral, decode in (
            (s16, self.l4, self.d4),
            (s8, self.l3, self.d3),
            (s4, self.l2, self.d2),
        ):
            y = decode(twice(y) + lateral(skip))
        return self.head(y)


def twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Answers(nn.Module):
    """What the product asks for, in plain operators: L -> ab_vivid, ab_faithful, confidence.

    `calibration` (2,): slope and offset of the confidence, a logistic function of the logarithm of
    the faithful distribution's variance; see calibrate.py.

    Two softmax operators over the 313 bins took half of OpenCV's time. So the exponentials are
    taken once for both ends, and one convolution sums both what a softmax sums and what it divides
    by. Subtracting each pixel's greatest logit first would cost as much as the head: export.py
    refuses a network whose logits come near an overflow.
    """

    slope: Tensor
    offset: Tensor

    def __init__(self, network: ColorNet, class_weight: Tensor, calibration: Tensor) -> None:
        super().__init__()
        self.network = network
        slope, offset = calibration.reshape(2, 1, 1, 1, 1).clone()
        self.register_buffer("slope", slope)
        self.register_buffer("offset", offset)
        bins, one = network.bins.T, torch.ones(1, len(network.bins))
        square = (bins**2).sum(0, keepdim=True)
        vivid = torch.cat([bins, one]) * left_of(class_weight, "vivid")
        faithful = torch.cat([bins, square, one]) * left_of(class_weight, "faithful")
        self.sums = fixed(torch.cat([vivid, faithful]))

    def forward(self, L: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        vivid, faithful, spread = self.means(L)
        return vivid, faithful, torch.sigmoid(spread * self.slope + self.offset)

    def means(self, L: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Vivid and faithful ab, and the logarithm of the latter's variance: what the confidence
        is made of."""
        return self.means_of(self.network(L))

    def means_of(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        sums = self.sums(torch.exp(logits * (1 / TEMPERATURE)))
        vivid, whole_vivid, faithful, square, whole = sums.split([2, 1, 2, 1, 1], dim=1)
        vivid, faithful = vivid / whole_vivid, faithful / whole
        variance = square / whole - (faithful * faithful).sum(1, keepdim=True)
        return vivid, faithful, torch.log(torch.relu(variance) + 1)


def left_of(class_weight: Tensor, end: str) -> Tensor:
    """What the exponentials are multiplied by to take the end's share of the weights back."""
    return class_weight ** (-TAKEN_BACK[end] / TEMPERATURE)


def fixed(weight: Tensor) -> nn.Conv2d:
    """A 1x1 convolution with these weights (out, in): sums over the bins."""
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], 1, bias=False)
    conv.weight.data = weight.reshape(*weight.shape, 1, 1).clone()
    return conv.requires_grad_(False)

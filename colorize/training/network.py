"""ColorNet: an EfficientNet-Lite on grey input, a decoder with skips, 313 bins at quarter size."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from colorize.training.upright import Upright

# Kernel, stride, expansion of each stage; Liu et al. 2020, EfficientNet-Lite.
STAGES = [(3, 1, 1), (3, 2, 6), (5, 2, 6), (3, 2, 6), (5, 1, 6), (5, 2, 6), (3, 1, 6)]
# For each member of the family: repeats and channels of its stages, and the size of its ImageNet
# photos.
FAMILY = {
    "lite0": ((1, 2, 2, 3, 3, 4, 1), (16, 24, 40, 80, 112, 192, 320), 224),
    "lite2": ((1, 3, 3, 4, 4, 5, 1), (16, 24, 48, 88, 120, 208, 352), 260),
}
# The stages whose outputs the decoder uses: strides 4, 8, 16, 32.
TAPS = (1, 2, 4, 6)
# Channels of the decoder's last stage.
FEATURES = 64
# The distribution behind each end: sharper than learned (one temperature for both ends, so that
# they share the exponential), with a share of the class rebalancing undone (Bayes). All three were
# chosen by measuring: at a temperature of 1 or more, things that could have many colours turn
# brown (docs/network-runs.md).
TEMPERATURE = 0.5
TAKEN_BACK = {"vivid": 0.2, "faithful": 0.8}


class Padded(nn.Conv2d):
    """A convolution without bias, padded like TensorFlow's "same" when ImageNet was learned.

    `side`: of its input there. If the stride divides it, the odd pixel is at the end, otherwise
    both ends are padded alike.
    """

    def __init__(
        self, inside: int, out: int, kernel: int, stride: int, side: int, groups: int = 1
    ) -> None:
        # The exporter sees this padding, which gives the same output size.
        super().__init__(inside, out, kernel, stride, kernel // 2, groups=groups, bias=False)
        whole = kernel - (stride if side % stride == 0 else side % stride)
        self.ends = whole // 2, whole - whole // 2


def normalised(x: Tensor, conv: Padded, norm: nn.BatchNorm2d, weight: Tensor) -> Tensor:
    """A convolution (with this weight) and its normalisation by ImageNet's statistics, which
    training never changes."""
    if torch.onnx.is_in_onnx_export():
        # Kept separate, so that training can continue from the file; export.pad fixes the padding.
        return norm(F.conv2d(x, weight, None, conv.stride, conv.padding, groups=conv.groups))
    assert norm.running_mean is not None and norm.running_var is not None  # noqa: S101
    scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
    weight = weight * scale[:, None, None, None]
    bias = norm.bias - norm.running_mean * scale
    before, after = conv.ends
    if before != after:
        x, before = F.pad(x, (before, after) * 2), 0
    return F.conv2d(x, weight, bias, conv.stride, before, groups=conv.groups)


class Block(nn.Module):
    """Inverted residual, with the names of the packages that the ImageNet weights come from."""

    def __init__(
        self, inside: int, out: int, kernel: int, stride: int, expansion: int, side: int
    ) -> None:
        super().__init__()
        wide = inside * expansion
        self.residual = stride == 1 and inside == out
        if expansion > 1:
            self._expand_conv = Padded(inside, wide, 1, 1, side)
            self._bn0 = nn.BatchNorm2d(wide, eps=1e-3)
        self._depthwise_conv = Padded(wide, wide, kernel, stride, side, groups=wide)
        self._bn1 = nn.BatchNorm2d(wide, eps=1e-3)
        self._project_conv = Padded(wide, out, 1, 1, side)
        self._bn2 = nn.BatchNorm2d(out, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        if hasattr(self, "_expand_conv"):
            y = F.relu6(normalised(y, self._expand_conv, self._bn0, self._expand_conv.weight))
        y = F.relu6(normalised(y, self._depthwise_conv, self._bn1, self._depthwise_conv.weight))
        y = normalised(y, self._project_conv, self._bn2, self._project_conv.weight)
        return x + y if self.residual else y


class Encoder(nn.Module):
    """`frozen_stages`: how many stages, with the stem, do not learn; 7 is all."""

    def __init__(self, member: str) -> None:
        super().__init__()
        self.member, self.frozen_stages = member, len(STAGES)
        repeats, channels, side = FAMILY[member]
        self._conv_stem = Padded(3, 32, 3, 2, side)
        self._bn0 = nn.BatchNorm2d(32, eps=1e-3)
        self._blocks = nn.ModuleList()
        self.last_of_stage: list[int] = []
        inside, side = 32, (side + 1) // 2
        for (kernel, stride, expansion), count, out in zip(STAGES, repeats, channels, strict=True):
            for step in [stride] + [1] * (count - 1):
                self._blocks.append(Block(inside, out, kernel, step, expansion, side))
                inside, side = out, (side + step - 1) // step
            self.last_of_stage.append(len(self._blocks) - 1)

    @property
    def tap_channels(self) -> list[int]:
        return [FAMILY[self.member][1][stage] for stage in TAPS]

    def stem(self, x: Tensor) -> Tensor:
        """Colours (n, 3, h, w), or grey (n, 1, h, w) as three equal channels, scaled as for
        ImageNet: (value - 127) / 128, values 0 to 255."""
        weight = self._conv_stem.weight
        weight = weight if x.shape[1] == 3 else weight.sum(1, keepdim=True)
        return F.relu6(normalised(x, self._conv_stem, self._bn0, weight))

    def forward(self, x: Tensor) -> list[Tensor]:
        """The four taps, finest first; see `stem`."""
        taps = []
        learning = torch.is_grad_enabled()
        with torch.set_grad_enabled(learning and not self.frozen_stages):
            x = self.stem(x)
        begin = 0
        for stage, last in enumerate(self.last_of_stage):
            with torch.set_grad_enabled(learning and stage >= self.frozen_stages):
                for block in self._blocks[begin : last + 1]:
                    x = block(x)
            begin = last + 1
            if stage in TAPS:
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

    def __init__(self, bins: Tensor, member: str = "lite2") -> None:
        super().__init__()
        self.register_buffer("bins", bins.clone())
        self.enc = Encoder(member)
        s4, s8, s16, s32 = self.enc.tap_channels
        self.p5, self.g = cbr(s32, 160, 1), nn.Sequential(nn.Linear(s32, 160))
        self.l4, self.d4 = cbr(s16, 160, 1), cbr(160, 128, 3)
        self.l3, self.d3 = cbr(s8, 128, 1), cbr(128, 64, 3)
        self.l2 = cbr(s4, 64, 1)
        # At first, the finest stage adds nothing to the output at stride 8.
        added = nn.BatchNorm2d(64)
        nn.init.zeros_(added.weight)
        self.d2 = nn.Sequential(*cbr(64, 64, 3), nn.Conv2d(64, 64, 1, bias=False), added)
        self.head = nn.Conv2d(FEATURES, len(bins), 1)

    def forward(self, L: Tensor, stride: int = 4) -> Tensor:
        """At stride 8, used early in training, the finest stage is skipped: (n, 313, h/8, w/8)."""
        return self.head(self.features(self.encode(L), stride))

    def encode(self, L: Tensor) -> list[Tensor]:
        """The encoder's taps, finest first."""
        taps: list[Tensor] = self.enc((L * 2.55 - 127) / 128)
        return taps

    def features(self, taps: list[Tensor], stride: int = 4) -> Tensor:
        """What the head reads the distribution from: (n, 64, h/4, w/4)."""
        s4, s8, s16, s32 = taps
        scene = self.g(s32.mean((2, 3)))[:, :, None, None]
        y = self.p5(s32)
        # Expanded explicitly: OpenCV 5.0 cannot fuse a broadcast addition after a convolution.
        y = y + scene.expand(-1, -1, y.shape[2], y.shape[3])
        y = self.d4(twice(y) + self.l4(s16))
        y = self.d3(twice(y) + self.l3(s8))
        if stride == 4:
            y = twice(y)
            y = y + self.d2(y + self.l2(s4))
        return y


def member_of(state: Mapping[str, Tensor]) -> str:
    """The member of the family of a state's encoder. Raises KeyError for an unknown one."""
    channels = len(state["l4.0.weight"][0])
    (member,) = [name for name, (_, wide, _) in FAMILY.items() if wide[TAPS[2]] == channels]
    return member


def twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Answers(nn.Module):
    """The network as exported, in plain operators: L -> ab_vivid, ab_faithful, confidence, features
    and variance, and, if it has the head for them, turn and negative.

    `calibration` (2,): slope and offset of the confidence, a logistic function of the log variance
    of the faithful distribution; see calibrate.py.

    Two softmax operators over the 313 bins took half of OpenCV's time. So the exponentials are
    computed once for both ends, and one convolution computes the numerators and denominators.
    Subtracting each pixel's largest logit first would cost as much as the head; export.py refuses
    networks whose logits come near an overflow.
    """

    slope: Tensor
    offset: Tensor

    def __init__(
        self,
        network: ColorNet,
        class_weight: Tensor,
        calibration: Tensor,
        upright: Upright | None = None,
    ) -> None:
        super().__init__()
        self.network, self.upright = network, upright
        slope, offset = calibration.reshape(2, 1, 1, 1, 1).clone()
        self.register_buffer("slope", slope)
        self.register_buffer("offset", offset)
        bins, one = network.bins.T, torch.ones(1, len(network.bins))
        square = (bins**2).sum(0, keepdim=True)
        vivid = torch.cat([bins, one]) * left_of(class_weight, "vivid")
        faithful = torch.cat([bins, square, one]) * left_of(class_weight, "faithful")
        self.sums = fixed(torch.cat([vivid, faithful]))

    def forward(self, L: Tensor) -> tuple[Tensor, ...]:
        taps = self.network.encode(L)
        features = self.network.features(taps)
        vivid, faithful, variance = self.means_of(self.network.head(features))
        confidence = torch.sigmoid(spread_of(variance) * self.slope + self.offset)
        planes = vivid, faithful, confidence, features, variance
        return planes + self.upright(taps[2:]) if self.upright else planes

    def readout(self) -> Tensor:
        """A weight for each feature, and a bias, of each bin: (313, 65). Their softmax is the
        faithful distribution."""
        head, left = self.network.head, self.sums.weight[-1].flatten()
        assert head.bias is not None  # noqa: S101
        weights = torch.cat([head.weight.flatten(1), head.bias[:, None]], dim=1) / TEMPERATURE
        weights[:, -1] += left.log()
        return weights

    def means(self, L: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Vivid and faithful ab, and the latter's variance."""
        return self.means_of(self.network(L))

    def means_of(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        sums = self.sums(torch.exp(logits * (1 / TEMPERATURE)))
        vivid, whole_vivid, faithful, square, whole = sums.split([2, 1, 2, 1, 1], dim=1)
        vivid, faithful = vivid / whole_vivid, faithful / whole
        variance = square / whole - (faithful * faithful).sum(1, keepdim=True)
        return vivid, faithful, torch.relu(variance)


def spread_of(variance: Tensor) -> Tensor:
    """The log variance, which gives the confidence."""
    return torch.log(variance + 1)


def left_of(class_weight: Tensor, end: str) -> Tensor:
    """Factors for the exponentials that undo an end's share of the class weights."""
    return class_weight ** (-TAKEN_BACK[end] / TEMPERATURE)


def fixed(weight: Tensor) -> nn.Conv2d:
    """A 1x1 convolution with fixed weights (out, in), for sums over the bins."""
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], 1, bias=False)
    conv.weight.data = weight.reshape(*weight.shape, 1, 1).clone()
    return conv.requires_grad_(False)

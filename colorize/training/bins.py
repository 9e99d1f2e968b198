"""The 313 ab bins: soft encoding and class rebalancing (Zhang, Isola, Efros 2016)."""

import torch
from torch import Tensor

NEIGHBOURS = 5
SIGMA = 5.0
REACH = 110


class SoftEncoding:
    """ab -> the 5 nearest bins and their Gaussian weights, from a table of whole Lab units."""

    def __init__(self, bins: Tensor, device: torch.device | str = "cpu") -> None:
        """`bins`: (313, 2) ab centres; `device`: of what is encoded. The table is made on the
        processor, so that it is the same everywhere."""
        axis = torch.arange(-REACH, REACH + 1, dtype=torch.float32)
        grid = torch.cartesian_prod(axis, axis)
        distance, nearest = torch.cdist(grid, bins.cpu()).topk(NEIGHBOURS, largest=False)
        weight = torch.exp(-(distance**2) / (2 * SIGMA**2))
        self.nearest = nearest.to(device)
        self.weight = (weight / weight.sum(1, keepdim=True)).to(device)

    def __call__(self, ab: Tensor) -> tuple[Tensor, Tensor]:
        """(n, 2, h, w) -> bins and weights, both (n, 5, h, w)."""
        at = ab.round().clamp(-REACH, REACH).long() + REACH
        index = at[:, 0] * (2 * REACH + 1) + at[:, 1]
        return self.nearest[index].movedim(-1, 1), self.weight[index].movedim(-1, 1)


def rebalancing(prior: Tensor, uniform: float = 0.5) -> Tensor:
    """Class weights (313,): 1 / (prior mixed with a uniform share), with a mean of 1 under the
    prior."""
    weight = 1 / ((1 - uniform) * prior + uniform / len(prior))
    return weight / (prior * weight).sum()


def rebalanced_loss(
    logits: Tensor, nearest: Tensor, weight: Tensor, class_weight: Tensor
) -> Tensor:
    """Soft-encoded cross-entropy; each pixel is weighted by the class of its nearest bin.

    `logits` (n, 313, h, w); `nearest`, `weight` (n, 5, h, w); `class_weight` (313,).
    """
    # The weights of a pixel sum to one, so the log-softmax need not be computed in full: for 313
    # bins it would cost as much as the last stage of the network.
    entropy = logits.logsumexp(1) - (weight * logits.gather(1, nearest)).sum(1)
    return (class_weight[nearest[:, 0]] * entropy).mean()

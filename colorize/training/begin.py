"""The start of training: an ImageNet encoder, and a decoder that knows no colours yet."""

import copy
from itertools import islice

import torch
from torch import Tensor

from colorize.engine.networks.bins import CENTRES
from colorize.training.bins import SoftEncoding
from colorize.training.checkpoint import UNCALIBRATED, State
from colorize.training.classifier import imagenet
from colorize.training.data import Photos
from colorize.training.network import ColorNet

# Number of batches to estimate the prior from.
BATCHES = 300


def begin(member: str, photos: Photos) -> State:
    """A new network. `member`: of the encoder family. The prior of the bins comes from the photos,
    soft-encoded as in training. Raises TrainingError."""
    bins = torch.from_numpy(CENTRES)
    network = ColorNet(bins, member)
    trained = imagenet(member).state_dict()
    network.enc.load_state_dict({name: trained[name] for name in network.enc.state_dict()})
    return State(network, copy.deepcopy(network).eval(), prior_of(photos, bins), UNCALIBRATED)


def prior_of(photos: Photos, bins: Tensor) -> Tensor:
    """The frequency of each bin (n,), with a sum of 1."""
    encoding, counted = SoftEncoding(bins), torch.zeros(len(bins))
    for _, ab, *_ in islice(photos, BATCHES):
        nearest, weight = encoding(ab)
        counted.index_add_(0, nearest.flatten(), weight.flatten())
    return counted / counted.sum()

"""How well borders are found: framed copies of photos, and the photos without a frame."""

from dataclasses import dataclass, field

import numpy as np

from colorize.engine.networks import Network
from colorize.engine.planes import Plane, resize
from colorize.engine.predict import predict
from colorize.evaluation.frames import KINDS, framed
from colorize.evaluation.metrics import Errors

# Pixels with less of the picture than this are the border's.
OUTSIDE = 0.001


@dataclass
class Group:
    """Framed copies of one kind. `found`: in how many a border was found; `chroma`: of each one's
    border in the result, in Lab units; `plain`, `copies`: errors in the visible part of the
    pictures, without and with a frame."""

    photos: int = 0
    found: int = 0
    chroma: list[float] = field(default_factory=list)
    plain: Errors = field(default_factory=Errors)
    copies: Errors = field(default_factory=Errors)


class Framing:
    """Add photos, then read the groups. `unframed`: the names of photos that were taken for framed
    ones as they are; `photos`: the number of photos."""

    def __init__(self, vividness: float) -> None:
        self.vividness = vividness
        self.groups = {kind: Group() for kind in KINDS}
        self.unframed: list[str] = []
        self.photos = 0

    def add(self, network: Network, name: str, truth: Plane, plain: Plane) -> None:
        """Add a photo: `truth` (h, w, 3) in Lab, and the network's ab (h, w, 2) for it as it is."""
        L = np.ascontiguousarray(truth[..., 0])
        if predict(L, network, borders=True).noticed.border:
            self.unframed.append(name)
        copy = framed(L, self.photos)
        predicted = predict(copy.L, network, borders=True)
        ab = resize(predicted.mix(self.vividness)[0], *copy.L.shape)
        group = self.groups[copy.kind]
        group.photos += 1
        group.found += predicted.noticed.border is not None
        group.chroma.append(float(np.linalg.norm(ab[copy.picture < OUTSIDE], axis=1).mean()))
        group.copies.add(copy.inside(ab)[copy.visible], truth[copy.visible, 1:])
        group.plain.add(plain[copy.visible], truth[copy.visible, 1:])
        self.photos += 1

    def all(self) -> Group:
        """The sum of the groups."""
        whole = Group()
        for group in self.groups.values():
            whole.photos += group.photos
            whole.found += group.found
            whole.chroma += group.chroma
            whole.plain.counts += group.plain.counts
            whole.copies.counts += group.copies.counts
        return whole

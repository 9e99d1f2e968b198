"""The way of the student project, with the network of the paper. Loads nothing of ours."""

from pathlib import Path

import cv2
import numpy as np


class Naive:
    """Bytes of a JPEG in, bytes of a JPEG out."""

    def __init__(self, network: Path) -> None:
        self.net = cv2.dnn.readNetFromONNX(str(network))

    def __call__(self, photo: bytes) -> bytes:
        image = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        lab = cv2.cvtColor(image.astype("float32") / 255.0, cv2.COLOR_BGR2LAB)
        L = cv2.split(cv2.resize(lab, (224, 224)))[0] - 50
        self.net.setInput(cv2.dnn.blobFromImage(L))
        ab = self.net.forward()[0].transpose((1, 2, 0))
        ab = cv2.resize(ab, (image.shape[1], image.shape[0]))
        colorized = np.concatenate((cv2.split(lab)[0][:, :, np.newaxis], ab), axis=2)
        colorized = np.clip(cv2.cvtColor(colorized, cv2.COLOR_LAB2BGR), 0, 1)
        return cv2.imencode(".jpg", (255 * colorized).astype("uint8"))[1].tobytes()

"""Colours one film in this process, the way of films or each frame the way of photos, and tells as
JSON what that took."""

import json
import re
import sys
import tempfile
import time
from pathlib import Path

import av
import cv2

from colorize.engine import networks
from colorize.engine.networks import Network
from colorize.engine.pipeline import predict
from colorize.engine.planes import Pixels
from colorize.engine.render import recombine
from colorize.engine.video.bounds import USUAL
from colorize.engine.video.colouring import colour
from colorize.engine.video.colours import FilmColours
from colorize.engine.video.looking import look
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planes import lightness
from colorize.engine.video.writing import ENCODER
from tests.benchmark.video.clips import film_of, planes_of
from tests.benchmark.video.cost import ALONE_FRAMES, MODELS, NETWORK

OPTIONS = FilmOptions()


def main(path: Path, way: str) -> None:
    cv2.setNumThreads(1)
    network = networks.read(MODELS, NETWORK, quick=way == "film")
    with tempfile.TemporaryDirectory() as folder:
        start, processor = time.perf_counter(), time.process_time()
        make = as_film if way == "film" else as_photos
        frames = make(path, network, Path(folder, "made.mp4"))
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert peak
    told = {
        "processor": 1000 * processor / frames,
        "seconds": seconds,
        "memory": int(peak[1]) * 1024 / 1e6,
    }
    print(json.dumps(told))


def as_film(path: Path, network: Network, made: Path) -> int:
    with path.open("rb") as file:
        plan = look(file, OPTIONS, USUAL)
        (piece,) = plan.pieces
        colours = FilmColours(network, OPTIONS, plan.film)
        return colour(file, plan.film, piece, colours, made, lambda share: None).frames


def as_photos(path: Path, network: Network, made: Path) -> int:
    """Some of its frames: decoded, coloured alone, encoded."""
    with av.open(str(path)) as film, av.open(str(made), "w") as out:
        stream = out.add_stream("libx264", rate=25, options=ENCODER)
        for number, frame in enumerate(film.decode(video=0)):
            if number == ALONE_FRAMES:
                break
            if not number:
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
            L = lightness(planes_of(frame)[0], film_of(frame))
            predicted = predict(L, network)
            ab, _ = predicted.mix(OPTIONS.vividness)
            picture: Pixels = recombine(L, ab)[..., :3]
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture.copy(), format="rgb24")))
        out.mux(stream.encode(None))
    return ALONE_FRAMES


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

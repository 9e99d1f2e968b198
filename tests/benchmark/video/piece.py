"""Colours one film in this process, the way of films or each frame the way of photos, and tells as
JSON what that took."""

import io
import json
import re
import sys
import tempfile
import time
from pathlib import Path

import av
import cv2
from PIL import Image

from colorize.engine import networks
from colorize.engine.limits import Limits
from colorize.engine.networks import Network
from colorize.engine.options import Options
from colorize.engine.pipeline import colorize
from colorize.engine.video.bounds import USUAL
from colorize.engine.video.colouring import colour
from colorize.engine.video.colours import FilmColours
from colorize.engine.video.looking import look
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.writing import ENCODER
from tests.benchmark.video.cost import ALONE_FRAMES, MODELS, NETWORK

OPTIONS, LIMITS = FilmOptions(), Limits(10**8, 16)


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
    """Some of its frames: decoded, each coloured as a photo of its own, encoded."""
    with av.open(str(path)) as film, av.open(str(made), "w") as out:
        stream = out.add_stream("libx264", rate=25, options=ENCODER)
        for number, frame in enumerate(film.decode(video=0)):
            if number == ALONE_FRAMES:
                break
            if not number:
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
            result = colorize(as_jpeg(frame.to_image()), network, Options(), LIMITS)
            picture = av.VideoFrame.from_image(Image.open(result.file))
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return ALONE_FRAMES


def as_jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.convert("L").save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

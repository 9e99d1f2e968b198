"""python -m colorize.training pack|outsiders|begin|train|calibrate|turns|holdout|export|doubt"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from math import inf
from pathlib import Path

try:
    from colorize.training import checkpoint, doubt
    from colorize.training.calibrate import calibrate
    from colorize.training.data import Photos, decode, is_fair_sample, is_held_out
    from colorize.training.devices import SAVE_SECONDS, device_named, readers
    from colorize.training.errors import TrainingError
    from colorize.training.export import export
    from colorize.training.loop import FROZEN, Run, Settings
    from colorize.training.network import FAMILY
    from colorize.training.pack import add_verbs, whole
    from colorize.training.shards import Files, index, members
    from colorize.training.timing import paces
    from colorize.training.tones import ToneRun
    from colorize.training.turns import PHOTOS, learned
except ImportError as problem:
    sys.exit(f"{problem.name} is missing: see requirements-train.txt")

import cv2
from PIL import Image

from colorize.engine.networks.onnx import OnnxNetwork
from colorize.engine.networks.runtimes import OpenCvSession
from colorize.evaluation.metrics import SIDE


def main() -> None:
    options = arguments().parse_args()
    try:
        options.do(options)
    except TrainingError as problem:
        sys.exit(f"{problem}.")
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        sys.exit(f"{where}{problem.strerror or problem}.")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m colorize.training",
        description="Pack photos into tar shards, train the network on them, calibrate its "
        "confidence on those held out, teach it to tell turned photos and negatives, and export "
        "the ONNX that the product runs. docs/network.md tells the way.",
    )
    verbs = parser.add_subparsers(
        required=True, metavar="pack|outsiders|begin|train|calibrate|turns|holdout|export|doubt"
    )
    add_verbs(verbs)
    verb = verbs.add_parser("begin", help="write a checkpoint that knows ImageNet, and no colours")
    verb.add_argument("checkpoint", type=Path, help="the file to write")
    verb.add_argument("--encoder", choices=FAMILY, default="lite2", help="(default lite2)")
    add_shards(verb)
    verb.set_defaults(do=begin_with)
    verb = verbs.add_parser("train", help="train on, from a checkpoint")
    verb.add_argument(
        "--start", type=Path, required=True, help="checkpoint, or exported ONNX, to begin from"
    )
    add_shards(verb)
    verb.add_argument("--folder", type=Path, required=True, help="for the run; resumed if there")
    verb.add_argument(
        "--minutes",
        type=positive,
        required=True,
        help="of training in all, less reading the shards",
    )
    add_setting(verb, "rate", positive, "peak learning rate")
    verb.add_argument(
        "--learn",
        choices=FROZEN,
        default=Settings.learn,
        help="the decoder alone, the encoder's deep stages too, or (default) all but the first",
    )
    verb.add_argument(
        "--stride",
        type=int,
        choices=(8, 4),
        default=Settings.stride,
        help="of the answers learned: 8 is faster and leaves the finest stage alone (default 4)",
    )
    add_setting(verb, "side", int, "the longest side of the crops")
    verb.add_argument(
        "--tones",
        action="store_true",
        help="faces of all skin tones alike, among other photos (the shards must have both)",
    )
    add_pace(verb)
    verb.set_defaults(do=train)
    verb = verbs.add_parser("calibrate", help="fit the confidence on the held-out photos")
    verb.add_argument("checkpoint", type=Path, help="written back with the calibration")
    add_shards(verb)
    verb.set_defaults(do=fit_confidence)
    verb = verbs.add_parser("turns", help="fit what tells turned photos and negatives")
    verb.add_argument("checkpoint", type=Path, help="written back with it")
    add_shards(verb)
    verb.add_argument(
        "--photos", type=int, default=PHOTOS, help=f"to learn from (default {PHOTOS})"
    )
    verb.set_defaults(do=fit_turns)
    verb = verbs.add_parser("holdout", help="write the photos that training never sees")
    add_shards(verb)
    verb.add_argument("--folder", type=Path, required=True, help="for the photos, as PNG")
    verb.set_defaults(do=hold_out)
    verb = verbs.add_parser("export", help="write the ONNX that the product runs")
    verb.add_argument("checkpoint", type=Path, help="to export, calibrated")
    verb.add_argument("onnx", type=Path, help="the file to write")
    verb.add_argument("--full", action="store_true", help="weights in single precision")
    verb.set_defaults(do=write)
    verb = verbs.add_parser("doubt", help="measure how sure to be of faded and dark photos")
    verb.add_argument("onnx", type=Path, help="the exported network")
    add_shards(verb)
    verb.add_argument("--most", type=int, default=200, help="photos to take, at most (default 200)")
    verb.set_defaults(do=measure_doubt)
    return parser


def add_shards(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--shards", type=Path, nargs="+", required=True, metavar="TAR", help="tars of photos"
    )


def add_pace(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--device", choices=SAVE_SECONDS, help="to compute on (default cuda if there is a GPU)"
    )
    add_setting(verb, "batch", whole, "crops of 160 pixels a step, more if smaller")
    verb.add_argument(
        "--workers",
        type=whole,
        help="processes that read photos (default 1, with a GPU one for each core but one)",
    )
    add_setting(verb, "warm_up", whole, "steps until the full rate")
    add_setting(verb, "decay", share, "of the running average, a step")
    verb.add_argument(
        "--save",
        type=positive,
        metavar="SECONDS",
        help="between checkpoints (default {cpu:g}, with a GPU {cuda:g})".format(**SAVE_SECONDS),
    )
    verb.add_argument(
        "--time",
        type=whole,
        metavar="STEPS",
        help="tell how fast photos are read, and learned from, in this many steps; keep nothing",
    )


def add_setting(
    verb: argparse.ArgumentParser, name: str, kind: Callable[[str], float], says: str
) -> None:
    """An option for one of the Settings, which have its default."""
    default = getattr(Settings, name)
    option, says = f"--{name.replace('_', '-')}", f"{says} (default {default:g})"
    verb.add_argument(option, type=kind, default=default, help=says)


def share(text: str) -> float:
    if (value := positive(text)) < 1:
        return value
    raise argparse.ArgumentTypeError(f"{text} is not below 1")


def positive(text: str) -> float:
    try:
        if 0 < (value := float(text)) < inf:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a number above 0")


def begin_with(options: argparse.Namespace) -> None:
    # Its packages have the weights of ImageNet, and are not where only training goes on.
    try:
        from colorize.training.begin import begin
    except ImportError as problem:
        sys.exit(f"{problem.name} is missing: see requirements-train.txt")
    photos = Photos(options.shards, Settings.batch, Settings.seed, side=160, stride=8)
    checkpoint.save(options.checkpoint, begin(options.encoder, photos))
    print(f"{options.checkpoint}: the encoder of {options.encoder}, nothing of colours yet")


def train(options: argparse.Namespace) -> None:
    device = device_named(options.device)
    settings = Settings(
        folder=options.folder,
        shards=options.shards,
        minutes=options.minutes,
        rate=options.rate,
        learn=options.learn,
        stride=options.stride,
        side=options.side,
        batch=options.batch,
        workers=options.workers or readers(device),
        device=device,
        warm_up=options.warm_up,
        decay=options.decay,
        save=options.save or SAVE_SECONDS[device],
    )
    run = (ToneRun if options.tones else Run)(checkpoint.load(options.start), settings)
    if options.time:
        for line in paces(run, options.time):
            print(line, flush=True)
    else:
        run.train()


def fit_confidence(options: argparse.Namespace) -> None:
    state = checkpoint_at(options.checkpoint)
    photos = (decode(file, name) for name, file in members(options.shards) if is_fair_sample(name))
    state.calibration = calibrate(state, photos)
    checkpoint.save(options.checkpoint, state)
    slope, offset = state.calibration.tolist()
    print(f"confidence = sigmoid({slope:.3f} log(variance + 1) + {offset:.3f})")


def fit_turns(options: argparse.Namespace) -> None:
    state = checkpoint_at(options.checkpoint)
    state.upright = learned(state.average, options.shards, options.photos)
    checkpoint.save(options.checkpoint, state)
    print(f"{options.checkpoint} tells turned photos and negatives")


def checkpoint_at(path: Path) -> checkpoint.State:
    """A checkpoint to be written back. Raises TrainingError for an exported file."""
    if path.suffix == checkpoint.ONNX:
        raise TrainingError(
            f"{path} is not a checkpoint: train on from it, calibrate that, export again"
        )
    return checkpoint.load(path)


def hold_out(options: argparse.Namespace) -> None:
    count = 0
    for name, file in members(options.shards):
        if is_held_out(name):
            photo = Image.fromarray(decode(file, name))
            options.folder.mkdir(parents=True, exist_ok=True)
            photo.save((options.folder / name.replace("/", "-")).with_suffix(".png"))
            count += 1
    print(f"{count:,} photos held out")


def write(options: argparse.Namespace) -> None:
    answers = checkpoint.load(options.checkpoint).answers
    difference = export(answers, options.onnx, half=not options.full)
    size = options.onnx.stat().st_size / 1e6
    print(f"{options.onnx}: {size:.1f} MB, at most {difference:.5f} from torch's answer")


def measure_doubt(options: argparse.Namespace) -> None:
    network = OnnxNetwork(options.onnx.stem, OpenCvSession(options.onnx), SIDE)
    held_out = [each for each in index(options.shards) if is_fair_sample(each.name)]
    files = Files(held_out[:: -(-len(held_out) // max(options.most, 1)) or 1])
    photos = ((each.name, decode(files[n], each.name)) for n, each in enumerate(files.members))
    copies = doubt.copies_of(network, photos)
    found = doubt.measure(copies)
    print("\n".join(doubt.table(copies, found)))
    print(f"In its entry of the manifest: {json.dumps({'doubt': asdict(found)})[1:-1]}")


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()

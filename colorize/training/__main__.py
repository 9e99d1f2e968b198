"""python -m colorize.training train|calibrate|holdout|export"""

import argparse
from pathlib import Path

import cv2
from PIL import Image

from colorize.training import checkpoint
from colorize.training.calibrate import calibrate
from colorize.training.data import decode, is_fair_sample, is_held_out, members
from colorize.training.export import export
from colorize.training.loop import Run, Settings
from colorize.training.tones import ToneRun


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m colorize.training")
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("train", help="train on, from a checkpoint")
    verb.add_argument(
        "--start", type=Path, required=True, help="checkpoint, or exported ONNX, to begin from"
    )
    verb.add_argument("--shards", type=Path, nargs="+", required=True, help="tars of photos")
    verb.add_argument("--folder", type=Path, required=True, help="for the run; resumed if there")
    verb.add_argument("--minutes", type=float, required=True)
    verb.add_argument("--rate", type=float, default=4e-4, help="peak learning rate")
    verb.add_argument(
        "--tones", action="store_true", help="faces of all skin tones alike, and nothing else"
    )
    verb.set_defaults(do=train)
    verb = verbs.add_parser("calibrate", help="fit the confidence on the held-out photos")
    verb.add_argument("checkpoint", type=Path, help="written back with the calibration")
    verb.add_argument("--shards", type=Path, nargs="+", required=True, help="tars of photos")
    verb.set_defaults(do=fit_confidence)
    verb = verbs.add_parser("holdout", help="write the photos that training never sees")
    verb.add_argument("--shards", type=Path, nargs="+", required=True, help="tars of photos")
    verb.add_argument("--folder", type=Path, required=True)
    verb.set_defaults(do=hold_out)
    verb = verbs.add_parser("export", help="write the ONNX that the product runs")
    verb.add_argument("checkpoint", type=Path)
    verb.add_argument("onnx", type=Path)
    verb.add_argument("--full", action="store_true", help="weights in single precision")
    verb.set_defaults(do=write)
    options = parser.parse_args()
    options.do(options)


def train(options: argparse.Namespace) -> None:
    settings = Settings(options.folder, options.shards, options.minutes, options.rate)
    run = ToneRun if options.tones else Run
    run(checkpoint.load(options.start), settings).train()


def fit_confidence(options: argparse.Namespace) -> None:
    state = checkpoint.load(options.checkpoint)
    photos = (decode(file) for name, file in members(options.shards) if is_fair_sample(name))
    state.calibration = calibrate(state, photos)
    checkpoint.save(options.checkpoint, state)
    slope, offset = state.calibration.tolist()
    print(f"confidence = sigmoid({slope:.3f} log(variance + 1) + {offset:.3f})")


def hold_out(options: argparse.Namespace) -> None:
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, file in members(options.shards):
        if is_held_out(name):
            target = (options.folder / name.replace("/", "-")).with_suffix(".png")
            Image.fromarray(decode(file)).save(target)


def write(options: argparse.Namespace) -> None:
    answers = checkpoint.load(options.checkpoint).answers
    difference = export(answers, options.onnx, half=not options.full)
    size = options.onnx.stat().st_size / 1e6
    print(f"{options.onnx}: {size:.1f} MB, at most {difference:.5f} from torch's answer")


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()

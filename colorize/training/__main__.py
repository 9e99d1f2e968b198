"""python -m colorize.training train|measure|export"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2

from colorize.planes import Pixels
from colorize.training import checkpoint
from colorize.training.data import decode, is_held_out, members
from colorize.training.export import export
from colorize.training.loop import Run, Settings
from colorize.training.measure import measure

ENDS = [0.0, 0.4, 0.6, 1.0]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m colorize.training")
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("train", help="train on, from a checkpoint")
    verb.add_argument("--start", type=Path, required=True, help="checkpoint to begin from")
    verb.add_argument("--shards", type=Path, nargs="+", required=True, help="tars of photos")
    verb.add_argument("--folder", type=Path, required=True, help="for the run; resumed if there")
    verb.add_argument("--minutes", type=float, required=True)
    verb.add_argument("--rate", type=float, default=4e-4, help="peak learning rate")
    verb.set_defaults(do=train)
    verb = verbs.add_parser("measure", help="AuC, PSNR and colourfulness on unseen photos")
    verb.add_argument("checkpoints", type=Path, nargs="+")
    verb.add_argument("--shards", type=Path, nargs="*", default=[], help="their held-out photos")
    verb.add_argument("--photos", type=Path, nargs="*", default=[], help="folders of photos")
    verb.set_defaults(do=score)
    verb = verbs.add_parser("export", help="write the ONNX that the product runs")
    verb.add_argument("checkpoint", type=Path)
    verb.add_argument("onnx", type=Path)
    verb.add_argument("--full", action="store_true", help="weights in single precision")
    verb.set_defaults(do=write)
    options = parser.parse_args()
    options.do(options)


def train(options: argparse.Namespace) -> None:
    settings = Settings(options.folder, options.shards, options.minutes, options.rate)
    Run(checkpoint.load(options.start), settings).train()


def score(options: argparse.Namespace) -> None:
    print("| network | vividness | AuC plain | rebalanced | PSNR | colourfulness |")
    print("|---|---|---|---|---|---|")
    for path in options.checkpoints:
        state = checkpoint.load(path)
        photos = unseen(options.shards, options.photos)
        for name, row in measure(state.answers, state.average.bins, photos, ENDS).items():
            print(f"| {path.stem} | {name} | " + " | ".join(f"{value:.2f}" for value in row) + " |")


def unseen(shards: list[Path], folders: list[Path]) -> Iterator[Pixels]:
    yield from (decode(file) for name, file in members(shards) if is_held_out(name))
    for folder in folders:
        for path in sorted(folder.iterdir()):
            yield decode(path.read_bytes())


def write(options: argparse.Namespace) -> None:
    answers = checkpoint.load(options.checkpoint).answers
    difference = export(answers, options.onnx, half=not options.full)
    size = options.onnx.stat().st_size / 1e6
    print(f"{options.onnx}: {size:.1f} MB, at most {difference:.5f} from torch's answer")


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()

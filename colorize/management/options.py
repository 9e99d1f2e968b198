"""The colour options as command-line arguments; see colorize/engine/options.py."""

import argparse
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from colorize import service
from colorize.engine.options import OPTIONS, Option, Options, Value, written
from colorize.engine.video.options import FILM_OPTIONS, FilmOptions
from colorize.management.sequences import FASTEST, FILM, KINDS, PHOTOS, RATE, SLOWEST

BY_NAME = {option.name: option for option in OPTIONS}
# Those that photos have, too, are declared once.
OF_FILMS = [each for each in FILM_OPTIONS if each.name not in BY_NAME]


def add_options(parser: CommandParser) -> None:
    usual = service.make_options()
    for option in OPTIONS:
        words = f"{option.help} Default: {told(getattr(usual, option.name))}."
        if option.one:
            words += " May be repeated, each time in quotes, because # is special to shells."
        name = argument(option.one or option.name)
        parser.add_argument(name, dest=option.name, help=words, **kind_of(option))


def add_film_options(parser: CommandParser) -> None:
    group = parser.add_argument_group("films")
    for option in OF_FILMS:
        words = f"{option.help} Default: {told(option.default)}."
        group.add_argument(argument(option.name), dest=option.name, help=words, **kind_of(option))


def add_sequence_options(parser: CommandParser) -> None:
    group = parser.add_argument_group("films as numbered photos")
    group.add_argument(
        "--sequence",
        choices=KINDS,
        help="The numbered photos in each folder are the frames of a film, and get colours as "
        f"steady as one. {FILM}: they become FOLDER-colorized.mp4, beside their folder. {PHOTOS}: "
        "they become photos again, NAME-colorized.jpg each.",
    )
    group.add_argument(
        "--rate",
        type=rate,
        default=RATE,
        metavar="NUMBER",
        help=f"How many of the numbered photos make a second. Default: {RATE:g}.",
    )


def rate(text: str) -> float:
    """Raises ArgumentTypeError."""
    try:
        if SLOWEST <= (value := float(text)) <= FASTEST:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a number from {SLOWEST:g} to {FASTEST:g}")


def argument(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def arguments_for(changes: Mapping[str, Any]) -> str:
    """The arguments that change these options."""
    words = []
    for name, value in changes.items():
        match value:
            case bool():
                words.append(argument(name if value else f"no_{name}"))
            case tuple():
                one = argument(BY_NAME[name].one)
                words += [f"{one} {shlex.quote(str(each))}" for each in value]
            case _:
                words += [argument(name), shlex.quote(str(value))]
    return " ".join(words)


def kind_of(option: Option) -> dict[str, Any]:
    if option.choices:
        return {"type": int, "choices": [value for value, _ in option.choices]}
    match option.default:
        case bool():
            return {"action": argparse.BooleanOptionalAction, "default": None}
        case str():
            return {"type": checking(option.read), "metavar": "TEXT"}
        case tuple():
            return {"type": checking(option.read), "metavar": "X,Y,COLOUR", "action": "extend"}
        case _:
            return {"type": number_of(option), "metavar": "NUMBER"}


def told(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else written(value) or "none"


def checking(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def text(given: str) -> Any:
        try:
            return read(given)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from problem

    return text


def number_of(option: Option) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            if option.least <= (value := float(text)) <= option.most:
                return value
        except ValueError:
            pass
        reason = f"{text} is not a number from {option.least:g} to {option.most:g}"
        raise argparse.ArgumentTypeError(reason)

    return number


def options_of(arguments: dict[str, Any]) -> Options:
    """The options from the command line. Raises CommandError."""
    try:
        given = {each.name: together(each, arguments[each.name]) for each in OPTIONS}
    except ValueError as problem:
        raise CommandError(str(problem).capitalize()) from problem
    return service.make_options(**given)


def together(option: Option, given: Any) -> Any:
    """One value of what was given several times. Raises ValueError with a sentence for people."""
    return option.read(written(tuple(given))) if isinstance(given, list) else given


def film_options_of(arguments: dict[str, Any]) -> FilmOptions:
    """The same for films."""
    chosen = options_of(arguments)
    given = {each.name: value for each in OF_FILMS if (value := arguments[each.name]) is not None}
    return FilmOptions(chosen.vividness, chosen.network, **given)

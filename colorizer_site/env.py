"""Typed settings from the environment. Invalid values are refused with a clear sentence."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class Env:
    """Reads typed values; an empty variable counts as unset.

    Every read names its variable, so that a bad value is refused in one sentence that says which
    variable it is and what it takes. Raises ImproperlyConfigured.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.asked: set[str] = set()
        self.secrets: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self.asked.add(name)
        return self.values.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """A password or key: the value, or the content of the file that NAME_FILE names, as Docker
        and systemd hand them over."""
        self.secrets.add(name)
        value, file = self.text(name), self.values.get(f"{name}_FILE", "").strip()
        if value and file:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Remove one of them.")
        return content_of(file, f"{name}_FILE") if file else value

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name).lower()
        if value in TRUE | FALSE or not value:
            return value in TRUE if value else default
        raise refused(name, value, "yes or no")

    def whole(self, name: str, default: int, least: int = 0) -> int:
        value = self.text(name, str(default))
        if is_whole(value) and int(value) >= least:
            return int(value)
        raise refused(name, value, f"a whole number of at least {least}")

    def whole_or_auto(self, name: str) -> int | None:
        """A whole number; None for "auto", which is the default."""
        value = self.text(name, "auto").lower()
        if value == "auto":
            return None
        if is_whole(value):
            return int(value)
        raise refused(name, value, "a whole number, or auto")

    def number(self, name: str, default: float, least: float, most: float) -> float:
        value = self.text(name, str(default))
        try:
            if least <= (number := float(value)) <= most:
                return number
        except ValueError:
            pass
        raise refused(name, value, f"a number from {least} to {most}")

    def choice(self, name: str, default: str, choices: list[str]) -> str:
        """One of `choices`, in any case; returned as spelt there."""
        value = self.text(name, default)
        for choice in choices:
            if choice.lower() == value.lower():
                return choice
        raise refused(name, value, f"{', '.join(choices[:-1])} or {choices[-1]}")

    def rate(self, name: str, default: str) -> str:
        """A rate as in REST framework: 60/min."""
        value = self.text(name, default)
        if re.fullmatch(r"[1-9]\d*/(s|sec|second|m|min|minute|h|hour|d|day)", value):
            return value
        raise refused(name, value, "NUMBER/second, minute, hour or day")

    def words(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """A comma-separated list of addresses and networks."""
        value = self.text(name)
        try:
            return [ip_network(word, strict=False) for word in self.words(name)]
        except ValueError:
            raise refused(name, value, "addresses or networks, such as 10.0.0.0/8") from None

    def vividnesses(self, name: str) -> list[tuple[str, float]]:
        """A comma-separated list of networks, each with a vividness from 0 to 1 behind its name."""
        value, found = self.text(name), []
        for word in self.words(name):
            network, _, number = word.rpartition(" ")
            if not network or not re.fullmatch(r"0|1|0?\.\d+|1\.0+", number):
                raise refused(name, value, "networks with a vividness from 0 to 1: colornet 0.5")
            found.append((network.strip(), float(number)))
        return found

    def origin(self, name: str) -> str:
        """An origin such as https://photos.example.org, without a final slash; empty if unset."""
        value = self.text(name)
        parts = urlsplit(value)
        if not value or (parts.scheme in ("http", "https") and parts.hostname and is_bare(parts)):
            return value.rstrip("/")
        raise refused(name, value, "http:// or https:// with a host name, and no path")

    def url(self, name: str) -> str:
        """An address such as https://login.example.org/family, without a final slash; empty if
        unset."""
        value = self.text(name)
        parts = urlsplit(value)
        if not value or (parts.scheme in ("http", "https") and parts.hostname):
            return value.rstrip("/")
        raise refused(name, value, "an address that begins with https:// and a host name")

    def folder(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().resolve()


def is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit()


def is_bare(parts: SplitResult) -> bool:
    """Whether a URL has only a scheme, host and port."""
    return parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)


def guessed_origin(hosts: list[str], https: bool, port: int) -> str:
    """The site's address if none is set: the first of its host names. With HTTPS there is a proxy
    in front, at the usual port."""
    named = [host for host in hosts if not host.startswith((".", "*"))]
    host = named[0] if named else "localhost"
    return f"https://{host}" if https else f"http://{host}:{port}"


def content_of(file: str, name: str) -> str:
    """The secret in a file, without the line's end. Raises ImproperlyConfigured."""
    try:
        secret = Path(file).expanduser().read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise refused(name, file, "a file that the site can read") from problem
    if not secret:
        raise refused(name, file, "a file with a secret in it; this one is empty")
    return secret


def refused(name: str, value: str, wanted: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {value!r}, but must be {wanted}. See .env.example.")


def from_file(path: Path) -> dict[str, str]:
    """The NAME=value lines of an .env file; empty if there is no file."""
    return dict(_assignments(path)) if path.is_file() else {}


def _assignments(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise ImproperlyConfigured(f"{path.name}, line {number}: expected NAME=value.")
        yield name.strip(), value.strip().strip("\"'")


def read(path: Path) -> Env:
    """The environment, with the .env file at `path` as defaults."""
    return Env(from_file(path) | dict(os.environ))


def kept_secret(path: Path) -> str:
    """The secret key in the file at `path`, created on the first call, readable only by its owner.

    Two processes that start at once get the same key: the first to link its file wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()

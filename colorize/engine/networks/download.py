"""A published file, from the first of its mirrors that has it. Knows no Django."""

import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from colorize.engine.networks.manifest import Download

TIMEOUT = 30
CHUNK = 1 << 18
# What is shown while it comes: bytes that are here, and bytes in all where the server says so.
Show = Callable[[int, int | None], None]


class DownloadError(Exception):
    """No mirror had the file; says what each answered."""


class MirrorError(Exception):
    """This mirror did not give the file."""


def download(item: Download, target: Path, show: Show) -> None:
    """Brings `item` to `target`, which appears once it is whole and its hash is right.

    What an interrupted download left in `target`.part is gone on from, at any mirror: the hash
    tells in the end whether the pieces belong together. Raises DownloadError, and OSError where it
    cannot be written.
    """
    part = target.with_name(target.name + ".part")
    problems = []
    for url in item.mirrors:
        try:
            from_mirror(url, item, part, show)
            part.replace(target)
            return
        except MirrorError as problem:
            problems.append(f"{url}: {problem}")
    raise DownloadError("\n".join([f"No mirror gave {item.file}.", *problems]))


def from_mirror(url: str, item: Download, part: Path, show: Show) -> None:
    """A file of the wrong hash is removed; what was gone on from is tried once from the start."""
    begun = size_of(part)
    receive(url, part, show)
    if item.matches(part):
        return
    part.unlink()
    if not begun:
        raise MirrorError("what it sent is another file (its hash is wrong).")
    from_mirror(url, item, part, show)


def receive(url: str, part: Path, show: Show) -> None:
    request = Request(url, headers={"User-Agent": "image-colorizer"})  # noqa: S310 (see `secure`)
    if begun := size_of(part):
        request.add_header("Range", f"bytes={begun}-")
    try:
        with urlopen(secure(request), timeout=TIMEOUT) as response:  # noqa: S310
            save(response, part, begun, show)
    except HTTPError as problem:
        if not (begun and problem.code == 416):  # 416: there is no more of it
            raise MirrorError(f"{problem.code} {problem.reason}.") from problem
    except URLError as problem:
        reason = getattr(problem.reason, "strerror", None) or problem.reason
        raise MirrorError(f"not to be reached: {reason}.") from problem
    except (HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as problem:
        raise MirrorError(f"the connection broke: {problem}.") from problem


def secure(request: Request) -> Request:
    """The manifest names web addresses; a file:// one would copy any file of this machine."""
    if request.type not in ("http", "https"):
        raise MirrorError("not a web address.")
    return request


def save(response: HTTPResponse, part: Path, begun: int, show: Show) -> None:
    """Appends where the server goes on from `begun`, and begins anew where it does not."""
    goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {begun}-")
    here = begun if response.status == 206 and goes_on else 0
    length = response.headers.get("Content-Length")
    total = here + int(length) if length else None
    with part.open("ab" if here else "wb") as file:
        while chunk := response.read(CHUNK):
            file.write(chunk)
            here += len(chunk)
            show(here, total)
    if total is not None and here < total:
        raise MirrorError(f"the connection broke after {here} of {total} bytes.")


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0

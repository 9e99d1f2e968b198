"""Downloads a published file from the first mirror that has it. Knows no Django."""

import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from colorize.engine.networks.manifest import Download

TIMEOUT = 30
CHUNK = 1 << 18
# Called with progress: bytes so far, and the total if the server gives it.
Show = Callable[[int, int | None], None]


class DownloadError(Exception):
    """No mirror had the file; the message says what each answered."""


class MirrorError(Exception):
    """This mirror did not give the file."""


def download(item: Download, target: Path, show: Show) -> None:
    """Download `item` to `target`, which appears once it is complete and its hash is right.

    Continues an interrupted download from `target`.part, at any mirror; the hash decides in the end
    whether the parts belong together. Raises DownloadError, or OSError if it cannot be written.
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
    """Download from one mirror. A file with the wrong hash is deleted; if it was a continued
    download, it is tried once from the start."""
    begun = size_of(part)
    receive(url, part, show)
    if item.matches(part):
        return
    part.unlink()
    if not begun:
        raise MirrorError("it sent a different file (the hash is wrong).")
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
        raise MirrorError(f"it cannot be reached: {reason}.") from problem
    except (HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as problem:
        raise MirrorError(f"the connection broke: {problem}.") from problem


def secure(request: Request) -> Request:
    """Refuse URLs other than http(s): a file:// URL in the manifest could copy any local file."""
    if request.type not in ("http", "https"):
        raise MirrorError("not a web address.")
    return request


def save(response: HTTPResponse, part: Path, begun: int, show: Show) -> None:
    """Append if the server continues from `begun`, otherwise start again."""
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

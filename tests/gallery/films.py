"""Films in the gallery, of a few bytes: made as if a job had coloured them."""

import hashlib
import io
from pathlib import Path
from typing import Any

from accounts.models import User
from colorize.engine.video.film import Film, Stills
from colorize.engine.video.options import FilmOptions
from colorize.films import Joined
from gallery.models import Picture, Version
from gallery.services import films, pictures, versions
from gallery.services.files import file_transaction
from gallery.services.films import Original
from gallery.services.pictures import Words
from tests.photos import photo, stripes

HEAD = b"\0\0\0\x18ftypisom\0\0\2\0"
BYTES = HEAD + bytes(range(256)) * 4
COLOURED = HEAD + bytes(range(255, -1, -1)) * 6
FACTS = Film(width=80, height=60, seconds=83.4, rate=25, frames=2085, notes=("It has no sound.",))
OPTIONS = FilmOptions(vividness=0.5, network="colornet", start=2)


def original(content: bytes = BYTES, name: str = "Harbour.mov") -> Original:
    digest = hashlib.sha256(content).hexdigest()
    return Original(io.BytesIO(content), len(content), digest, name)


def joined(folder: Path, facts: Film = FACTS, content: bytes = COLOURED) -> Joined:
    file = folder / "joined.mp4"
    file.write_bytes(content)
    stills = Stills(*(photo(pixels=stripes(24 + 3 * n, 16)) for n in range(5)))
    return Joined(file, facts, stills)


def save_film(owner: User, folder: Path, content: bytes = BYTES, **words: Any) -> Picture:
    with file_transaction() as batch:
        made = joined(folder)
        source = original(content)
        picture, version = films.write(
            owner, source, made, OPTIONS, 0.62, Words(source.filename, **words), batch
        )
        pictures.insert(picture, version, words.get("album"))
    return picture


def add_version(picture: Picture, folder: Path, facts: Film = FACTS, **asked: Any) -> Version:
    """The film in other colours, as a job would add it; the earlier version if there is one."""
    options = FilmOptions(**({"vividness": 0.1, "best": True} | asked))
    with file_transaction() as batch:
        version = films.write_version(picture, joined(folder, facts), options, None, batch)
        kept = versions.insert_version(picture, version, options)
        if kept is not version:
            batch.undo()
    picture.refresh_from_db()
    return kept

"""manage.py colorize with films, with the real network in a child process."""

from pathlib import Path

import av
import pytest

from tests.commands.test_command import counted, run
from tests.engine.video import made
from tests.photos import photo

pytestmark = pytest.mark.slow


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A film, one of which nothing can be read, and a text."""
    (tmp_path / "walk.mov").write_bytes(made.film("mov"))
    (tmp_path / "torn.mp4").write_bytes(made.film()[:200])
    (tmp_path / "notes.txt").write_text("no film")
    return tmp_path


def test_a_folder_of_films(shelf: Path) -> None:
    before = (shelf / "walk.mov").read_bytes()
    status, out, err = run(shelf, end=0.4)
    assert (status, counted(out)) == (1, "1 of 2 films done.")
    with av.open(str(shelf / "walk-colorized.mp4")) as film:
        assert len(list(film.decode(video=0))) == 10
    assert "torn.mp4: " in err and "skipped 1 file" in err
    assert (shelf / "walk.mov").read_bytes() == before
    left = {file.name for file in shelf.iterdir()}
    assert left == {"walk.mov", "walk-colorized.mp4", "torn.mp4", "notes.txt"}


def test_a_film_that_is_there_is_not_made_again(shelf: Path) -> None:
    run(shelf / "walk.mov")
    first = (shelf / "walk-colorized.mp4").read_bytes()
    status, out, err = run(shelf / "walk.mov", vividness=0)
    assert (status, counted(out)) == (0, "1 of 1 films done, 1 of them earlier.")
    assert "use --overwrite" in err and (shelf / "walk-colorized.mp4").read_bytes() == first


def test_photos_and_films_together_are_files(tmp_path: Path) -> None:
    (tmp_path / "walk.mov").write_bytes(made.film("mov", frames=5))
    (tmp_path / "house.jpg").write_bytes(photo("JPEG"))
    assert counted(run(tmp_path)[1]) == "2 of 2 files done."

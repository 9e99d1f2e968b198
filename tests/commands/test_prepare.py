"""manage.py prepare: again it is quick, and it misses nothing."""

import os
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
OUR_OWN = "django.contrib.staticfiles.finders.FileSystemFinder"
STATIC = {"staticfiles": {"BACKEND": "colorizer_site.storage.StaticStorage"}}


@pytest.fixture
def style(settings: Settings, tmp_path: Path) -> Path:
    """The one static file."""
    settings.STATIC_ROOT = tmp_path / "root"
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = [OUR_OWN]
    settings.STORAGES = settings.STORAGES | STATIC
    (tmp_path / "source").mkdir()
    style = tmp_path / "source/site.css"
    write(style, "p { color: red }", when=1_000_000_000)
    return style


def write(file: Path, text: str, when: int) -> None:
    file.write_text(text)
    os.utime(file, (when, when))


def served(style: Path) -> str:
    """What a visitor gets who asks for it."""
    return (
        style.parent.parent / "root" / Path(staticfiles_storage.url(style.name)).name
    ).read_text()


def made_at(style: Path) -> int:
    return (style.parent.parent / "root/staticfiles.json").stat().st_mtime_ns


def test_static_files_are_collected_once(style: Path) -> None:
    call_command("prepare")
    assert served(style) == "p { color: red }"
    before = made_at(style)
    call_command("prepare")
    assert made_at(style) == before


def test_a_new_static_file_is_not_missed(style: Path) -> None:
    call_command("prepare")
    write(style, "p { color: blue }", when=4_000_000_000)
    call_command("prepare")
    assert served(style) == "p { color: blue }"


def test_an_interrupted_run_starts_again(style: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("prepare")
    write(style, "p { color: blue }", when=4_000_000_000)

    def cut_off(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("colorizer_site.storage.StaticStorage.post_process", cut_off)
        with pytest.raises(KeyboardInterrupt):
            call_command("prepare")
    call_command("prepare")
    assert served(style) == "p { color: blue }"


@pytest.mark.slow
def test_the_files_of_the_site_can_be_collected(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = [OUR_OWN]
    settings.STORAGES = settings.STORAGES | STATIC
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()

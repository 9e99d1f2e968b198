"""Films of the gallery that are coloured again: by the page, by the API, and what can go wrong."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from colorize import films as engine
from colorize.engine.errors import UserError
from colorize.engine.video.options import FilmOptions
from gallery.errors import OverQuota
from gallery.models import Picture
from gallery.services import bin
from jobs import worker
from jobs.models import Job, JobFile, JobState
from jobs.services import films, jobs
from tests.cast import content, person, picture
from tests.gallery.api import Api
from tests.jobs import reels
from tests.jobs.batch import work_off
from tests.jobs.reels import film
from tests.jobs.test_api import problem
from tests.login import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "reel")]


@pytest.fixture
def reel(monkeypatch: pytest.MonkeyPatch) -> None:
    reels.use(monkeypatch.setattr)


@pytest.fixture
def wedding(owner: User, reel: None) -> Picture:
    lane = jobs.lane_of(owner, "")
    films.start(owner, lane, FilmOptions(vividness=0.5), reels.opened(film(2)))
    work_off()
    return Picture.objects.get()


def again(film: Picture, **options: Any) -> Job:
    lane = jobs.lane_of(film.owner, "")
    return films.begin_again(film, film.owner, lane, FilmOptions(**options))


def ended(job: Job) -> tuple[str, str]:
    """Its state, and the code of its error."""
    work_off()
    job.refresh_from_db()
    return job.state, (job.error or {}).get("error", "")


def vividness(film: Picture) -> float:
    return Picture.objects.get(pk=film.pk).shown.filmed_with.vividness


def test_it_becomes_a_version_and_the_earlier_one_stays(wedding: Picture, media: Any) -> None:
    before = wedding.bytes
    job = again(wedding, vividness=0.9)
    assert job.title == "Wedding" and job.items.get().is_finished is False
    assert ended(job) == (JobState.DONE, "")
    kept = Picture.objects.get()
    assert kept.versions.count() == 2 and vividness(kept) == 0.9
    assert content(kept.original) == film(2)
    assert kept.bytes == before + kept.shown.bytes
    # Neither the pieces nor a second copy of the original.
    assert not JobFile.objects.exists() and len(media()) == 7 + 4


def test_the_same_options_show_the_version_that_there_is(wedding: Picture, media: Any) -> None:
    assert ended(again(wedding, vividness=0.9)) == (JobState.DONE, "")
    files = media()
    job = again(wedding, vividness=0.5)
    assert ended(job) == (JobState.DONE, "") and job.items.count() == 1
    assert vividness(wedding) == 0.5 and media() == files


def test_the_same_twice_at_once_is_one_version(wedding: Picture, media: Any) -> None:
    both = [again(wedding, vividness=0.9), again(wedding, vividness=0.9)]
    assert [ended(job)[0] for job in both] == [JobState.DONE] * 2
    assert wedding.versions.count() == 2 and len(media()) == 7 + 4


def test_a_film_that_is_gone_ends_its_job_in_words(wedding: Picture, media: Any) -> None:
    job = again(wedding, vividness=0.9)
    worker.do_next()
    bin.move_to_bin(Picture.objects.all())
    assert ended(job) == (JobState.FAILED, "not_found")
    assert job.error and "no longer in your gallery" in job.error["message"]
    bin.restore(Picture.objects.all())
    jobs.retry(job)
    assert ended(job) == (JobState.DONE, "") and vividness(wedding) == 0.9


def test_a_lost_original_is_told(wedding: Picture) -> None:
    default_storage.delete(wedding.original.name or "")
    assert ended(again(wedding, vividness=0.9)) == (JobState.FAILED, "original_lost")


def test_a_full_gallery_takes_no_new_version(wedding: Picture, settings: Any, media: Any) -> None:
    files = media()
    job = again(wedding, vividness=0.9)
    settings.QUOTA_BYTES = wedding.bytes
    with pytest.raises(OverQuota):
        again(wedding, vividness=0.8)
    assert ended(job) == (JobState.FAILED, "over_quota")
    assert wedding.versions.count() == 1 and set(files) <= set(media())
    settings.QUOTA_BYTES = 10**9
    jobs.retry(job)
    assert ended(job) == (JobState.DONE, "")


@pytest.mark.parametrize("wanted", [{"network": "none-such"}, {"off": True}])
def test_what_cannot_be_done_is_told_at_once(
    wedding: Picture, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if wanted.pop("off", False):
        monkeypatch.setattr(engine, "are_on", lambda: False)
    with pytest.raises(UserError):
        again(wedding, **wanted)
    assert Job.objects.count() == 1


def test_by_the_page(wedding: Picture) -> None:
    client = logged_in(wedding.owner)
    page = client.get(wedding.get_absolute_url()).content.decode()
    place = f"/pictures/{wedding.pk}/recolor-film"
    assert place in page and "Colour again" in page
    answer = client.post(place, {"vividness": "0.9", "best": "true"})
    job = Job.objects.latest("created_at")
    assert answer["Location"] == job.get_absolute_url() and ended(job)[0] == JobState.DONE
    told = client.get(answer["Location"]).content.decode()
    assert f'href="{wedding.get_absolute_url()}"' in told
    assert Picture.objects.get().shown.filmed_with.best
    assert "Use this version" in client.get(wedding.get_absolute_url()).content.decode()


def test_a_wrong_value_is_told_beside_the_form(wedding: Picture) -> None:
    place = f"/pictures/{wedding.pk}/recolor-film"
    answer = logged_in(wedding.owner).post(place, {"vividness": "2"})
    assert answer.status_code == 400 and "vividness" in answer.content.decode()
    assert logged_in(person("another")).post(place).status_code == 404
    assert Job.objects.count() == 1


def test_by_the_api(wedding: Picture, owner: User) -> None:
    api = Api(owner)
    begun = api.post(f"pictures/{wedding.pk}/recolor-film", {"vividness": 0.9, "end": 30})
    assert begun.status_code == 202, begun.content
    work_off()
    told = api.get(begun.json()["url"]).json()
    assert (told["state"], told["film"]["picture"]) == (
        "done",
        f"http://testserver{api_of(wedding)}",
    )
    shown = api.get(f"pictures/{wedding.pk}").json()
    assert (shown["vividness"], shown["end"], len(shown["versions"])) == (0.9, 30, 2)


def api_of(film: Picture) -> str:
    return f"/api/v1/pictures/{film.pk}"


def test_what_the_api_refuses(wedding: Picture, owner: User) -> None:
    api, photo = Api(owner), picture(owner)
    refused = api.post(f"pictures/{photo.pk}/recolor-film", {})
    assert problem(refused) == (409, "not_for_photos")
    refused = api.post(f"pictures/{wedding.pk}/recolor-film", {"turn": 90})
    assert refused.status_code == 400
    others = Api(person("another")).post(f"pictures/{wedding.pk}/recolor-film", {})
    assert others.status_code == 404 and Job.objects.count() == 1

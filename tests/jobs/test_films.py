"""Films as jobs, from the upload to the film in the gallery, or beside the job for a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from colorize import films as engine
from colorize.engine.errors import UserError
from colorize.engine.video.options import FilmOptions
from gallery.models import Album, Picture
from jobs import totals, worker
from jobs.errors import FilmFileTooLarge, FilmsForMembers, TooLateForThat, TooManyBatches
from jobs.film_state import may_leave_out
from jobs.models import Item, ItemState, Job, JobFile, JobState, Total
from jobs.services import films, jobs, removal, uploads
from jobs.services.batches import Promised
from tests.cast import content
from tests.jobs import reels
from tests.jobs.batch import work_off
from tests.jobs.reels import film

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "reel")]


@pytest.fixture
def reel(monkeypatch: pytest.MonkeyPatch) -> None:
    reels.use(monkeypatch.setattr)


def start(owner: User | None = None, data: bytes | None = None, **options: Any) -> Job:
    file = reels.opened(film() if data is None else data)
    lane = jobs.lane_of(owner, "somebody")
    return films.start(owner, lane, FilmOptions(**options), file)


def states(job: Job) -> list[str]:
    return list(job.items.order_by("position").values_list("state", flat=True))


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def test_a_film_of_an_account_goes_into_the_gallery(owner: User, media: Any) -> None:
    album = Album.objects.create(owner=owner, name="Grandma")
    lane = jobs.lane_of(owner, "")
    job = films.start(owner, lane, FilmOptions(vividness=0.5), reels.opened(film()), album)
    work_off()
    assert again(job).state == JobState.DONE and states(job) == [ItemState.DONE] * 5
    kept = Picture.objects.get()
    assert (kept.title, kept.seconds, kept.album) == ("Wedding", 60, album)
    assert content(kept.original) == film() and content(kept.shown.result) == b"film of <0><1><2>"
    assert kept.shown.options["vividness"] == 0.5 and kept.shown.confidence == 50
    # Neither the upload nor the pieces are kept beside it.
    assert not JobFile.objects.exists() and len(media()) == 7


def test_a_visitors_film_is_kept_with_its_job(media: Any) -> None:
    job = start()
    work_off()
    assert again(job).state == JobState.DONE and job.expires_at
    last = job.items.order_by("position").last()
    assert last and content(last.files.get(role="result").file) == b"film of <0><1><2>"
    roles = {"result", "result_medium", "result_small", "before", "original_small", "strip"}
    assert set(last.files.values_list("role", flat=True)) == roles and len(media()) == 6
    removal.delete(job)
    assert media() == []


def test_it_is_uploaded_in_pieces_that_go_on_where_they_stopped(owner: User) -> None:
    data = film(padding=100)
    job = films.begin(owner, "user:1", FilmOptions(), Promised("Wedding.mp4", len(data)))
    work_off()
    assert states(job) == [ItemState.UPLOADING]
    item = films.first_of(job)
    uploads.append(item, 0, data[:50])
    uploads.append(item, 50, data[50:])
    work_off()
    assert content(Picture.objects.get().original) == data


def test_the_same_film_is_not_coloured_again(owner: User) -> None:
    start(owner)
    work_off()
    Picture.objects.update(deleted_at="2026-01-01T00:00:00Z")
    job = start(owner)
    work_off()
    kept = Picture.objects.get()
    assert kept.deleted_at is None and states(job) == [ItemState.DONE]
    assert films.first_of(job).told("picture") == str(kept.pk) and not JobFile.objects.exists()


def test_the_same_film_twice_at_once_is_saved_once(owner: User) -> None:
    both = [start(owner), start(owner)]
    work_off()
    assert {again(job).state for job in both} == {JobState.DONE}
    assert Picture.objects.count() == 1 and not JobFile.objects.exists()


def test_a_piece_that_fails_ends_the_film_with_its_sentence(owner: User) -> None:
    job = start(owner, film(4, damaged=[1]))
    work_off()
    error = again(job).error
    assert job.state == JobState.FAILED and error and error["error"] == "film_damaged"
    done, failed, cancelled = ItemState.DONE, ItemState.FAILED, ItemState.CANCELLED
    assert states(job) == [done, done, failed, cancelled, cancelled]
    assert may_leave_out(job)


def test_a_damaged_film_is_coloured_as_far_as_it_can_be_read_if_asked(owner: User) -> None:
    job = start(owner, film(3, damaged=[-1, 1]))
    work_off()
    assert states(job) == [ItemState.FAILED] and may_leave_out(again(job))
    films.leave_out(job)
    work_off()
    assert again(job).state == JobState.DONE
    assert content(Picture.objects.get().shown.result) == b"film of <0><2>"
    with pytest.raises(TooLateForThat):
        films.leave_out(job)


def test_of_a_film_without_anything_to_read_there_is_nothing(owner: User) -> None:
    job = start(owner, film(2, damaged=[0, 1]), incomplete=True)
    work_off()
    error = again(job).error
    assert job.state == JobState.FAILED and error and error["error"] == "film_unreadable"
    assert not may_leave_out(job)


def test_what_is_no_film_fails_with_its_sentence(owner: User) -> None:
    job = start(owner, b"no film")
    work_off()
    error = again(job).error
    assert job.state == JobState.FAILED and error and error["error"] == "no_film"
    with pytest.raises(TooLateForThat):
        films.leave_out(job)


def test_a_cancelled_film_goes_on_with_what_it_lacks(owner: User, monkeypatch: Any) -> None:
    job, real = start(owner), engine.colour
    coloured: list[int] = []

    def colour(source: Any, whole: Any, piece: Any, *others: Any) -> Any:
        coloured.append(piece.number)
        if coloured == [0, 1]:
            jobs.cancel(job)
        return real(source, whole, piece, *others)

    monkeypatch.setattr(engine, "colour", colour)
    work_off()
    assert states(job) == [ItemState.DONE] * 2 + [ItemState.CANCELLED] * 2
    assert jobs.retry(again(job)) == 2
    work_off()
    assert coloured == [0, 1, 1, 2] and again(job).state == JobState.DONE
    assert content(Picture.objects.get().shown.result) == b"film of <0><1><2>"


def test_of_a_film_no_piece_is_tried_again_alone(owner: User) -> None:
    """The job would end without its film."""
    job = start(owner, film(3, damaged=[1]))
    work_off()
    failed = job.items.get(state=ItemState.FAILED)
    assert jobs.retry(again(job), failed.pk) == 2
    assert sorted(states(job)) == [ItemState.DONE] * 2 + [ItemState.WAITING] * 2


def test_a_full_gallery_costs_only_the_last_step(owner: User, settings: Any) -> None:
    job = start(owner)
    while Item.objects.filter(payload__has_key="join").count() == 0:
        work_off_one()
    settings.QUOTA_BYTES = 10
    work_off()
    error = again(job).error
    assert error and error["error"] == "over_quota" and not Picture.objects.exists()
    settings.QUOTA_BYTES = 10**9
    assert jobs.retry(job) == 1
    work_off()
    assert again(job).state == JobState.DONE and Picture.objects.count() == 1


def work_off_one() -> None:
    assert worker.do_next()


@pytest.mark.parametrize("is_visitor", [False, True])
def test_a_film_is_as_long_and_as_large_as_allowed(
    owner: User, settings: Any, is_visitor: bool
) -> None:
    who = None if is_visitor else owner
    prefix = "VISITOR_" if is_visitor else ""
    setattr(settings, f"{prefix}FILM_SECONDS", 59)
    job = start(who)
    work_off()
    error = again(job).error
    assert error and error["error"] == "film_too_long"
    setattr(settings, f"{prefix}FILM_BYTES", 10)
    with pytest.raises(FilmFileTooLarge):
        start(who)
    assert Job.objects.count() == 1


def test_there_may_be_no_films_for_visitors(settings: Any, owner: User) -> None:
    settings.VISITOR_FILM_BYTES = 0
    with pytest.raises(FilmsForMembers):
        start()
    start(owner)


def test_a_site_without_what_reads_films_says_so(owner: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(engine, "are_on", lambda: False)
    with pytest.raises(UserError) as raised:
        start(owner)
    assert raised.value.code == "films_off" and not Job.objects.exists()


@pytest.mark.parametrize("is_visitor", [False, True])
def test_nobody_has_too_many_at_once(owner: User, settings: Any, is_visitor: bool) -> None:
    settings.VISITOR_BATCHES = settings.BATCHES_AT_ONCE = 2
    who = None if is_visitor else owner
    start(who)
    start(who)
    with pytest.raises(TooManyBatches) as raised:
        start(who)
    assert "2 films" in raised.value.message and Job.objects.count() == 2


def test_a_full_gallery_is_noticed_before_anything_is_sent(owner: User, settings: Any) -> None:
    settings.QUOTA_BYTES = 10
    with pytest.raises(UserError) as raised:
        start(owner)
    assert raised.value.code == "over_quota" and not Job.objects.exists()


def test_an_upload_that_never_ends_is_given_up(owner: User, settings: Any, media: Any) -> None:
    job = films.begin(owner, "user:1", FilmOptions(), Promised("Wedding.mp4", 100))
    uploads.append(films.first_of(job), 0, b"x" * 50)
    settings.UPLOAD_HOURS = 0
    assert uploads.give_up_abandoned() == 1
    assert again(job).state == JobState.FAILED and states(job) == [ItemState.FAILED]
    assert media() == [] and jobs.retry(job) == 0


def test_the_time_left_goes_by_what_a_second_of_film_took(owner: User) -> None:
    job = start(owner, film(4))
    work_off_one()
    assert jobs.seconds_left(again(job)) is None
    now = timezone.now()
    first, second = job.items.order_by("position")[1:3]
    for item, state, ago, share in (
        (first, ItemState.DONE, 40, 1),
        (second, ItemState.RUNNING, 20, 0.5),
    ):
        item.state, item.progress, item.started_at = state, share, now - timedelta(seconds=ago)
        item.finished_at = now if state == ItemState.DONE else None
        item.save()
    # Of 80 seconds 30 took a minute; one worker is at it.
    assert jobs.seconds_left(again(job)) == pytest.approx(100, abs=1)


def test_who_asked_for_it_gets_an_email(owner: User, mailoutbox: list[Any]) -> None:
    lane = jobs.lane_of(owner, "")
    files = reels.opened(film()), reels.opened(b"no film", "Other.mp4")
    for file in files:
        films.start(owner, lane, FilmOptions(), file, notify=True)
    work_off()
    said = {mail.subject.partition(": ")[2]: mail.body for mail in mailoutbox}
    assert set(said) == {"Your film is in colour", "A job had to stop"}
    assert "There are no moving pictures" in said["A job had to stop"]


def test_what_its_steps_take_is_counted(owner: User) -> None:
    start(owner)
    work_off()
    totals.flush()
    counts = dict(Total.objects.filter(kind="film").values_list("what", "count"))
    assert counts == {"done": 5, "look": 1, "read": 2, "colour": 3, "join": 1, "store": 4}

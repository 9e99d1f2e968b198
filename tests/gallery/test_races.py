"""Two at once: each change is whole, and nobody meets an error that is not theirs."""

from collections import Counter
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from colorize import service as colorizer
from colorize.service import Options
from gallery.models import Album, Answer, Picture, Report, Review, ShareLink, Visibility
from gallery.models.pictures import PictureQuerySet
from gallery.services import (
    albums,
    bin,
    moderation,
    personal_data,
    pictures,
    reports,
    sharing,
    versions,
)
from gallery.views.pictures import NOTHING_TICKED
from tests.cast import grey, picture, public_picture
from tests.gallery.api import Api
from tests.gallery.at_once import SENT, Meanwhile, at_once, outcome, together
from tests.login import logged_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("network")]


def all_of(owner: User) -> Any:
    return Picture.objects.owned_by(owner)


def test_a_link_taken_back_while_another_is_made(owner: User) -> None:
    kept = picture(owner)
    mine = Picture.objects.filter(pk=kept.pk)

    def change(number: int) -> str:
        own = mine.get()
        ways = [lambda: sharing.share(own), lambda: sharing.make_private(mine)]
        return outcome(ways[number % 2])

    assert set(together(change, 60)) == {""}
    is_unlisted = mine.get().visibility == Visibility.UNLISTED
    assert ShareLink.objects.filter(picture=kept).exists() == is_unlisted


def test_what_is_moved_to_the_bin_while_others_come_back_stays_in_the_bin(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, binned = public_picture(owner), picture(owner, "Aunt", 20)
    bin.move_to_bin(Picture.objects.filter(pk=binned.pk))
    somebody = Meanwhile(lambda: bin.move_to_bin(Picture.objects.filter(pk=shown.pk)))
    make_private = sharing.make_private

    def then_come(rows: Any) -> int:
        done = make_private(rows)
        somebody.come()
        return done

    monkeypatch.setattr(sharing, "make_private", then_come)
    bin.restore(all_of(owner))
    assert somebody.finish() == ""
    assert Picture.objects.get(pk=binned.pk).deleted_at is None
    assert Picture.objects.get(pk=shown.pk).deleted_at is not None


def test_a_photo_sent_again_while_the_bin_is_emptied_is_new(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = grey(10)
    earlier = pictures.colorize_and_save(owner, photo, Options()).picture
    bin.move_to_bin(all_of(owner))

    def too_late(rows: Any) -> int:
        bin.purge(rows)
        return bin.restore(rows)

    monkeypatch.setattr(pictures, "restore", too_late)
    saved = pictures.colorize_and_save(owner, photo, Options())
    assert saved.is_new and saved.picture.pk != earlier.pk


def test_a_photo_sent_twice_of_which_one_is_deleted_again_is_saved(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert, tried = pictures.insert, []

    def collide(*args: Any) -> None:
        tried.append(args)
        if len(tried) == 1:
            raise IntegrityError
        insert(*args)

    monkeypatch.setattr(pictures, "insert", collide)
    assert pictures.colorize_and_save(owner, grey(10), Options()).is_new
    assert all_of(owner).count() == 1


def test_a_zip_of_pictures_that_another_tab_has_just_deleted(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, aggregate = picture(owner), PictureQuerySet.aggregate

    def too_late(rows: PictureQuerySet, **what: Any) -> Any:
        bin.purge(all_of(owner))
        return aggregate(rows, **what)

    monkeypatch.setattr(PictureQuerySet, "aggregate", too_late)
    answer = logged_in(owner).post("/gallery/download", {"pictures": kept.pk}, follow=True)
    assert NOTHING_TICKED.encode() in answer.content


CHANGES = {
    "recolor": lambda own, _: versions.recolor(own, Options(vividness=0.5)),
    "use": versions.use_version,
    "remove": versions.remove_version,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_picture_deleted_for_good_right_after_a_change_is_not_found(
    owner: User, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    own = picture(owner)
    first = own.shown
    versions.recolor(own, Options(vividness=0.25))
    read_again = Picture.refresh_from_db

    def gone(row: Picture, **within: Any) -> None:
        if not within:
            bin.purge(all_of(owner))
        read_again(row, **within)

    monkeypatch.setattr(Picture, "refresh_from_db", gone)
    assert outcome(lambda: change(own, first)) == "NotFound"


def test_an_album_deleted_while_a_photo_is_coloured_costs_the_album_alone(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    album, colorize = albums.make_album(owner, "Holidays"), colorizer.colorize

    def slowly(*args: Any, **kwargs: Any) -> Any:
        albums.delete_album(Album.objects.get())
        return colorize(*args, **kwargs)

    monkeypatch.setattr(colorizer, "colorize", slowly)
    saved = pictures.colorize_and_save(owner, grey(), Options(), "a.png", album=album)
    assert saved.is_new and Picture.objects.get().album is None


def test_an_album_deleted_while_pictures_are_moved_into_it(owner: User) -> None:
    kept, album = picture(owner), albums.make_album(owner, "Holidays")
    mover = Meanwhile(lambda: albums.move(Picture.objects.filter(pk=kept.pk), album))

    def come(execute: Any, sql: str, *facts: Any) -> Any:
        if sql.startswith('DELETE FROM "gallery_album"'):
            mover.come()
        return execute(sql, *facts)

    with connection.execute_wrapper(come):
        assert outcome(lambda: albums.delete_album(Album.objects.get())) == ""
    assert mover.finish() in ("", "NotFound")
    assert Picture.objects.get().album is None and not Album.objects.exists()


def test_albums_filled_and_deleted_by_programs(api: Api, owner: User) -> None:
    kept = [picture(owner, shade=20 + n) for n in range(4)]
    made = [albums.make_album(owner, f"Album {n}") for n in range(SENT)]

    def send(number: int) -> Any:
        one = Api(owner)
        if number % 2:
            return one.delete(f"albums/{made[number // 2].pk}")
        return one.patch(f"pictures/{kept[number % 4].pk}", {"album": str(made[number // 2].pk)})

    assert set(at_once(send)) <= {200, 204, 404}


def test_an_account_deleted_while_a_photo_is_coloured(
    owner: User, media: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    colorize = colorizer.colorize

    def slowly(*args: Any, **kwargs: Any) -> Any:
        personal_data.delete_account(User.objects.get(pk=owner.pk))
        return colorize(*args, **kwargs)

    monkeypatch.setattr(colorizer, "colorize", slowly)
    save = lambda: pictures.colorize_and_save(owner, grey(), Options(), "a.png")  # noqa: E731
    assert outcome(save) == "NotLoggedIn"
    assert not Picture.objects.exists() and media() == []


def test_a_picture_deleted_for_good_while_it_is_described(owner: User) -> None:
    kept = picture(owner)
    bin.purge(all_of(owner))
    assert outcome(lambda: pictures.describe(kept, "Another title")) == "NotFound"


def test_the_same_colours_asked_for_at_once_are_one_version(owner: User) -> None:
    kept = picture(owner)

    def recolor(number: int) -> str:
        return str(versions.recolor(Picture.objects.get(), Options(vividness=0.9)).pk)

    assert len(set(together(recolor, 8))) == 1
    assert kept.versions.count() == 2


def test_other_colours_asked_for_at_once_are_counted_together(owner: User, media: Any) -> None:
    kept = picture(owner)
    taken = kept.bytes - sum(kept.versions.values_list("bytes", flat=True))

    def recolor(number: int) -> str:
        options = Options(vividness=number / 10)
        return outcome(lambda: versions.recolor(Picture.objects.get(), options))

    assert set(together(recolor, 6)) == {""}
    now = Picture.objects.get()
    assert now.versions.count() == 7 and len(media()) == 3 * 8
    assert now.bytes == taken + sum(now.versions.values_list("bytes", flat=True))


def test_a_version_is_removed_once(owner: User) -> None:
    kept = picture(owner)
    first = kept.shown
    versions.recolor(kept, Options(vividness=0.9))
    before = Picture.objects.get().bytes

    def remove(number: int) -> str:
        return outcome(lambda: versions.remove_version(Picture.objects.get(), first))

    assert Counter(together(remove, 8)) == {"": 1, "NotFound": 7}
    assert Picture.objects.get().bytes == before - first.bytes


def test_the_same_photo_sent_at_once_is_one_picture(owner: User, media: Any) -> None:
    assert at_once(lambda _: Api(owner).upload(), 8).count(201) == 1
    assert Picture.objects.count() == 1 and len(media()) == 6


def test_an_album_of_one_name_is_made_once(owner: User) -> None:
    send = lambda _: Api(owner).post("albums", {"name": "Holidays"})  # noqa: E731
    assert at_once(send) == [201] + [409] * (SENT - 1)


def test_a_request_that_comes_many_times_at_once_is_done_once(owner: User) -> None:
    def send(number: int) -> Any:
        return Api(owner).post("albums", {"name": "Holidays"}, Idempotency_Key="one")

    statuses = at_once(send)
    assert set(statuses) <= {201, 409} and 201 in statuses
    assert Album.objects.count() == Answer.objects.count() == 1


def test_of_moderators_who_saw_the_same_one_decides(owner: User) -> None:
    shown = picture(owner)
    sharing.publish(shown)
    seen = {str(shown.pk): moderation.stamp(Picture.objects.get())}
    people = [User.objects.create_superuser(f"admin{n}") for n in range(8)]

    def decide(number: int) -> int:
        rows = Picture.objects.filter(pk=shown.pk)
        return len(moderation.reject(people[number], rows, "No.", seen).done)

    assert sorted(together(decide, 8)) == [0] * 7 + [1]
    assert LogEntry.objects.filter(additional_data__verb="reject").count() == 1


def test_many_decide_of_many(owner: User) -> None:
    for shade in range(6):
        sharing.publish(picture(owner, shade=20 + shade))
    people = [User.objects.create_superuser(f"admin{n}") for n in range(6)]

    def decide(number: int) -> str:
        rows = Picture.objects.order_by("-created_at" if number % 2 else "created_at")
        return outcome(lambda: moderation.approve(people[number], rows))

    assert set(together(decide, 6)) == {""}
    assert set(Picture.objects.values_list("review", flat=True)) == {Review.APPROVED}


def test_reports_at_once_call_the_moderators_once(owner: User, settings: Settings) -> None:
    User.objects.create_superuser("admin", "admin@example.org")
    settings.REPORTS_MAIL_AT, settings.REPORTS_HIDE_AT = 3, 6
    shown = public_picture(owner)

    def report(number: int) -> str:
        return outcome(lambda: reports.report(shown, None, f"192.0.2.{number % 8}", "offensive"))

    told = Counter(together(report, 16))
    assert set(told) <= {"", "AlreadyThere", "NotFound"}
    assert told[""] == Report.objects.count() == 6
    assert Picture.objects.get().review == Review.HIDDEN
    subjects = [message.subject for message in mail.outbox]
    assert subjects.count("Image Colorizer: A picture has been reported several times") == 1


def test_one_of_those_who_choose_a_name_at_once_gets_it() -> None:
    def register(number: int) -> Any:
        fields = {"username": "Anna", "email": f"anna{number}@example.org"}
        passwords = dict.fromkeys(["password1", "password2"], "Harbour 1931")
        return Client().post("/accounts/signup/", fields | passwords)

    statuses = at_once(register, 4)
    assert set(statuses) == {200, 302} and statuses.count(302) == 1
    assert User.objects.count() == 1


def test_passwords_guessed_at_once_are_all_counted(owner: User, hashed: list[str]) -> None:
    def guess(number: int) -> Any:
        return Client().post("/accounts/login/", {"login": "owner", "password": f"Wrong {number}"})

    hashed.clear()
    assert at_once(guess, 16) == [200] * 5 + [429] * 11
    assert len(hashed) == 5

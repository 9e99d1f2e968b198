"""Anyone can report a public picture; reports call moderators and hide nothing by themselves."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.management import call_command
from django.test import Client
from rest_framework.settings import api_settings

from accounts.models import User
from gallery.admin import queue
from gallery.errors import AlreadyThere, BadField, NotAllowed, NotFound
from gallery.models import Picture, Report, Review
from gallery.services import bin, moderation, personal_data, pictures, reports, sharing
from tests.cast import make_moderator, person, picture, public_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
State = Report.State


@pytest.fixture
def now(django_capture_on_commit_callbacks: Any) -> Any:
    """What happens after the commit happens at once."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def shown(owner: User) -> Picture:
    return public_picture(owner)


def report(shown: Picture, somebody: User | None = None, address: str = "192.0.2.1") -> Report:
    return reports.report(shown, somebody, address, "rights")


def state(row: Report) -> str:
    row.refresh_from_db()
    return row.state


def address(row: Picture) -> str:
    return f"/pictures/{row.pk}/report"


def test_one_report_a_person_and_picture(shown: Picture, owner: User, stranger: User) -> None:
    report(shown, stranger)
    report(public_picture(owner, "Another", 3), stranger)
    report(shown, None, "192.0.2.1")
    report(shown, None, "192.0.2.2")
    for again in (stranger, None):
        with pytest.raises(AlreadyThere, match="already reported this picture"):
            report(shown, again)
    assert Report.objects.count() == 4


def test_a_visitors_address_is_not_kept(shown: Picture) -> None:
    visitor = report(shown).visitor
    assert len(visitor) == 64 and "192.0.2.1" not in visitor


def test_only_what_is_public_can_be_reported_and_not_ones_own(shown: Picture, owner: User) -> None:
    with pytest.raises(NotAllowed):
        report(shown, owner)
    with pytest.raises(NotFound):
        report(picture(owner, "Private", 4))
    with pytest.raises(BadField):
        reports.report(shown, None, "", "because")
    moderation_waits = picture(owner, "Waiting", 5)
    sharing.publish(moderation_waits)
    with pytest.raises(NotFound):
        report(moderation_waits)


def test_from_open_to_resolved_and_open_again(
    shown: Picture, stranger: User, moderator: User, now: Any
) -> None:
    row = report(shown, stranger)
    assert state(row) == State.OPEN
    reports.assign(moderator, row)
    assert state(row) == State.ASSIGNED
    with now():
        reports.resolve(moderator, row, "The owner had the right to show it.")
    assert state(row) == State.RESOLVED
    [message] = mail.outbox
    assert message.to == [stranger.email]
    assert "The owner had the right to show it." in message.body
    assert "owner@" not in message.body and "Harbour" not in message.body
    with pytest.raises(NotAllowed):
        reports.assign(moderator, row)
    with pytest.raises(NotAllowed):
        reports.resolve(moderator, row, "Again")
    reports.reopen(moderator, row, "New facts")
    assert state(row) == State.OPEN and row.assignee is None and row.outcome == ""
    with pytest.raises(NotAllowed):
        reports.reopen(moderator, row)
    entries = LogEntry.objects.order_by("pk")
    assert [entry.additional_data["verb"] for entry in entries] == ["assign", "resolve", "reopen"]
    assert {entry.actor for entry in entries} == {moderator}


def test_a_visitor_hears_where_they_left_an_address(
    shown: Picture, moderator: User, now: Any
) -> None:
    silent = report(shown)
    heard = reports.report(shown, None, "192.0.2.9", "other", "Look", "visitor@example.org")
    with now():
        for row in (silent, heard):
            reports.resolve(moderator, row, "Done.")
    assert [message.to for message in mail.outbox] == [["visitor@example.org"]]
    assert "Look" not in mail.outbox[0].body


def test_only_moderators_handle_reports(shown: Picture, owner: User, stranger: User) -> None:
    row = report(shown, stranger)
    for somebody in (owner, stranger, person("clerk", is_staff=True)):
        with pytest.raises(NotAllowed):
            reports.assign(somebody, row)
        with pytest.raises(NotAllowed):
            reports.resolve(somebody, row, "Done.")
    assert state(row) == State.OPEN


def test_many_reports_call_the_moderators_once_and_hide_nothing(
    shown: Picture, moderator: User, settings: Any, now: Any
) -> None:
    settings.REPORTS_MAIL_AT = 3
    make_moderator("second")
    left = make_moderator("left")
    User.objects.filter(pk=left.pk).update(is_active=False)
    for number in range(5):
        with now():
            report(shown, None, f"192.0.2.{number}")
    assert [message.to for message in mail.outbox] == [
        ["moderator@example.org"],
        ["second@example.org"],
    ]
    assert f"{settings.SITE_URL}/admin/gallery/picture/queue/" in mail.outbox[0].body
    assert Picture.objects.visible_to(AnonymousUser()).get() == shown


def test_they_hide_only_where_the_settings_say_so(
    shown: Picture, moderator: User, settings: Any, now: Any
) -> None:
    settings.REPORTS_HIDE_AT, settings.REPORTS_MAIL_AT = 2, 0
    with now():
        report(shown, None, "192.0.2.1")
        assert Picture.objects.public()
        report(shown, None, "192.0.2.2")
    assert not Picture.objects.visible_to(AnonymousUser())
    shown.refresh_from_db()
    assert (shown.review, shown.review_reason) == (Review.HIDDEN, reports.UNTIL_LOOKED_AT)
    entry = LogEntry.objects.get()
    assert entry.actor is None and entry.additional_data["by"] == "the site"
    assert mail.outbox[0].to == ["owner@example.org"]
    moderation.approve(moderator, Picture.objects.all())
    report(shown, None, "192.0.2.3")
    assert Picture.objects.visible_to(AnonymousUser()).get() == shown


def test_more_reports_come_first(owner: User, stranger: User) -> None:
    quiet, loud = public_picture(owner, "Quiet", 1), public_picture(owner, "Loud", 2)
    report(loud, stranger)
    assert list(queue.waiting()) == [loud]
    Picture.objects.update(review=Review.WAITING)
    assert list(queue.waiting()) == [loud, quiet]


def test_the_page_takes_a_report_of_a_visitor(shown: Picture, client: Client) -> None:
    page = client.get(address(shown)).content.decode()
    assert "It is offensive or hurtful" in page and 'type="email"' in page
    answer = client.post(
        address(shown),
        {"reason": "offensive", "words": "Look at it", "email": "visitor@example.org"},
    )
    assert answer.status_code == 302 and answer["Location"] == f"/pictures/{shown.pk}"
    row = Report.objects.get()
    assert (row.reason, row.words, row.email) == ("offensive", "Look at it", "visitor@example.org")
    again = client.post(address(shown), {"reason": "offensive"})
    assert again.status_code == 409 and "already reported this picture" in again.content.decode()


def test_the_page_knows_who_is_logged_in(shown: Picture, stranger: User, client: Client) -> None:
    client.force_login(stranger)
    assert 'type="email"' not in client.get(address(shown)).content.decode()
    client.post(address(shown), {"reason": "rights", "email": "another@example.org"})
    row = Report.objects.get()
    assert (row.reporter, row.visitor, row.email) == (stranger, "", "")


def test_the_page_says_what_is_missing(shown: Picture, client: Client) -> None:
    nobody = [{"reason": "rights", "email": email} for email in ("me", "me@\u05d0a.org")]
    for wrong in ({}, {"reason": "other"}, {"reason": "x"}, *nobody):
        answer = client.post(address(shown), wrong)
        assert answer.status_code == 400 and 'class="errorlist"' in answer.content.decode(), wrong
    assert not Report.objects.exists()


def test_the_page_is_there_for_public_pictures_only(
    shown: Picture, owner: User, client: Client
) -> None:
    private = picture(owner, "Private", 3)
    client.force_login(owner)
    assert client.get(address(private)).status_code == 404
    assert client.get(address(shown)).status_code == 403
    assert client.post(address(shown), {"reason": "rights"}).status_code == 403
    Picture.objects.update(review=Review.HIDDEN)
    assert client.post(address(shown), {"reason": "rights"}).status_code == 404


def test_the_form_wants_its_token(shown: Picture) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(shown), {"reason": "rights"}).status_code == 403


def test_reports_are_limited(owner: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "reports", "2/hour")
    rows = [public_picture(owner, f"Picture {shade}", shade) for shade in (1, 2, 3)]
    answers = [client.post(address(row), {"reason": "rights"}) for row in rows]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert "too many reports" in answers[2].content.decode()


def move_to_bin(owner: User) -> None:
    bin.move_to_bin(Picture.objects.owned_by(owner))
    bin.purge(Picture.objects.owned_by(owner).binned())


def run_empty_bin(owner: User) -> None:
    bin.move_to_bin(Picture.objects.owned_by(owner))
    call_command("empty_bin", "--all")


@pytest.mark.parametrize("way", [move_to_bin, run_empty_bin, personal_data.delete_account])
def test_a_report_outlives_its_picture_and_the_reporter_hears(
    way: Any, shown: Picture, owner: User, stranger: User, now: Any, client: Client
) -> None:
    row = report(shown, stranger)
    with now():
        sharing.make_private(Picture.objects.all())
        way(owner)
    assert state(row) == State.RESOLVED
    assert (row.picture, row.title, row.outcome) == (None, "Harbour", reports.GONE)
    [message] = [each for each in mail.outbox if each.to == [stranger.email]]
    assert reports.GONE in message.body and "moderator" not in message.body
    entry = LogEntry.objects.get()
    assert (entry.additional_data["verb"], entry.additional_data["by"]) == (
        "resolve",
        "the site",
    )
    client.force_login(stranger)
    assert reports.GONE in client.get("/profile").content.decode()


def test_what_was_resolved_before_the_picture_went_stays_as_it_is(
    shown: Picture, owner: User, moderator: User, now: Any
) -> None:
    row = report(shown)
    reports.resolve(moderator, row, "Done.")
    with now():
        move_to_bin(owner)
    assert state(row) == State.RESOLVED and row.outcome == "Done."
    assert LogEntry.objects.count() == 1 and mail.outbox == []


def test_the_desk_lists_reports_of_what_was_withdrawn_and_of_what_is_gone(
    shown: Picture, owner: User, stranger: User, moderator: User, client: Client
) -> None:
    row = report(shown, stranger)
    another = public_picture(owner, "Another", 3)
    client.force_login(moderator)
    pages = ["/admin/gallery/report/?state=open", f"/admin/gallery/report/{row.pk}/change/"]
    sharing.make_private(Picture.objects.filter(pk=shown.pk))
    pictures.describe(shown, title="A private word")
    for page in pages:
        told = client.get(page).content.decode()
        assert "Harbour (withdrawn by its owner)" in told and "A private word" not in told
    bin.purge(Picture.objects.filter(pk=shown.pk))
    pages[0] = "/admin/gallery/report/?q=owner"
    for page in pages:
        assert "Harbour (deleted)" in client.get(page).content.decode()
    reports.reopen(moderator, row)
    listed = client.get("/admin/gallery/picture/?reports=none").content.decode()
    assert str(another.pk) in listed


def test_reports_of_ones_own_picture_are_somebody_elses(moderator: User, stranger: User) -> None:
    row = report(public_picture(moderator, "Mine", 4), stranger)
    for verb in (reports.assign, reports.resolve, reports.reopen):
        arguments = ["Done."] if verb == reports.resolve else []
        with pytest.raises(NotAllowed, match="it is about your own picture"):
            verb(moderator, row, *arguments)
    reports.resolve(make_moderator("colleague"), row, "Done.")
    assert state(row) == State.RESOLVED

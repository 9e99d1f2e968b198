"""“Email me when it is done”."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework.settings import api_settings

from accounts.models import User
from colorize.engine.errors import Damaged
from colorize.web.errors import BadField
from gallery.errors import OverQuota
from jobs import registry
from jobs.errors import StopJob, TooLateForThat, TooManyEmails
from jobs.models import Job
from jobs.registry import Kind
from jobs.services import jobs, notify
from jobs.services.jobs import NewItem
from jobs.work import Work
from tests.jobs.batch import work_off
from tests.jobs.conftest import Chores
from tests.photos import photo

pytestmark = pytest.mark.django_db
REQUEST = RequestFactory().get("/")


@pytest.fixture(autouse=True)
def told_kind(chores: Chores, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind("chore", "Heap of chores", chores.run, after=notify.finished)
    monkeypatch.setitem(registry.KINDS, kind.name, kind)


def start(owner: User | None, email: str = "", **fields: Any) -> Job:
    asked = notify.wish(REQUEST, owner, email) | fields
    return jobs.start("chore", owner, "lane", [NewItem("a"), NewItem("b")], **asked)


def test_an_owner_gets_one_email_with_the_link(
    owner: User, chores: Chores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def do(work: Work) -> None:
        if work.item.name == "b":
            raise Damaged

    monkeypatch.setattr(chores, "do", do)
    job = start(owner, title="Grandma", expires_at=timezone.now() + timedelta(days=30))
    work_off()
    [message] = mail.outbox
    assert message.to == [owner.email]
    assert message.subject == "Image Colorizer: 1 of 2 items are done"
    text = str(message.body)
    assert f"{settings.SITE_URL}/jobs/{job.pk}\n" in text and "“Grandma”" in text
    assert "1 could not be done. The page says why" in text and "is kept until" in text
    assert "we have already forgotten" not in text and "\n\n\n" not in text


def test_a_visitors_address_is_forgotten_with_its_email(chores: Chores) -> None:
    job = start(None, "ann@example.org", title="Buy at evil.example")
    work_off()
    [message] = mail.outbox
    assert message.to == ["ann@example.org"]
    text = str(message.body)
    assert f"/jobs/{job.pk}" in text and "It is the only one" in text
    assert "evil" not in text  # a stranger can write nothing into it
    job.refresh_from_db()
    assert not job.email and not job.notify


def test_nobody_is_told_who_did_not_ask(owner: User, chores: Chores) -> None:
    jobs.start("chore", owner, "lane", [NewItem("a")])
    work_off()
    assert mail.outbox == []


def test_a_job_that_is_tried_again_tells_only_if_asked_again(
    owner: User, chores: Chores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(work: Work) -> None:
        raise Damaged

    monkeypatch.setattr(chores, "do", fail)
    job = start(owner)
    work_off()
    assert mail.outbox[0].subject.endswith("had to stop")
    jobs.retry(job)
    work_off()
    assert len(mail.outbox) == 1
    with pytest.raises(TooLateForThat):
        notify.ask(job, REQUEST)
    jobs.retry(job)
    notify.ask(job, REQUEST)
    work_off()
    assert len(mail.outbox) == 2


def test_the_email_says_why_a_job_stopped(
    owner: User, chores: Chores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(work: Work) -> None:
        raise StopJob(OverQuota(reason="it is full"))

    monkeypatch.setattr(chores, "do", stop)
    start(owner)
    work_off()
    told = str(mail.outbox[0].body)
    assert "Your gallery is full: it is full. What does not fit is not saved" in told


def test_a_job_that_is_cancelled_forgets_the_address(chores: Chores) -> None:
    job = start(None, "ann@example.org")
    jobs.cancel(job)
    assert mail.outbox == [] and not Job.objects.get().email


def test_only_a_few_emails_a_day_go_to_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "notify_to", "2/day")
    for number, email in enumerate(["ann@example.org", "ANN+2@example.org"]):
        notify.wish(RequestFactory().get("/", REMOTE_ADDR=f"192.0.2.{number}"), None, email)
    for same in ('"a\\nn"@example.org', "ann@\uff45xample.org"):
        with pytest.raises(TooManyEmails):
            notify.wish(REQUEST, None, same)
    with pytest.raises(TooManyEmails) as problem:
        notify.wish(REQUEST, None, "a.n.n+3@Example.org")
    assert "at most 2 can go to an address" in str(problem.value) and problem.value.retry_after
    notify.wish(REQUEST, None, "bob@example.org")


def test_only_a_few_emails_a_day_are_asked_for_from_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "notify_from", "2/day")
    for name in ("ann", "bob"):
        notify.wish(REQUEST, None, f"{name}@example.org")
    with pytest.raises(TooManyEmails):
        notify.wish(REQUEST, None, "carol@example.org")
    notify.wish(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7"), None, "carol@example.org")


@pytest.mark.parametrize(
    "email", ["", "ann", "ann@example.org\nBcc: bob@example.org", "ann@\u05d0a.org"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(BadField):
        notify.wish(REQUEST, None, email)


def test_an_account_without_an_address_is_told_so(owner: User) -> None:
    owner.email = ""
    with pytest.raises(BadField):
        notify.wish(REQUEST, owner)


@pytest.mark.usefixtures("network")
def test_a_visitor_leaves_an_address_with_the_form(client: Client) -> None:
    upload = {"files": [photo_file()], "email": "ann@example.org", "notify": "on"}
    answer = client.post("/batch", upload)
    assert answer.status_code == 302 and Job.objects.get().email == "ann@example.org"
    work_off()
    assert mail.outbox[0].to == ["ann@example.org"]
    assert "is kept until" in str(mail.outbox[0].body)
    wrong = client.post("/batch", {"files": [photo_file()], "email": "ann"})
    assert wrong.status_code == 400 and Job.objects.count() == 1


@pytest.mark.usefixtures("network")
def test_a_person_ticks_a_box_of_the_form(client: Client, owner: User) -> None:
    client.force_login(owner)
    client.post("/batch", {"files": [photo_file()], "notify": "on", "email": "eve@example.org"})
    work_off()
    assert [message.to for message in mail.outbox] == [[owner.email]]


def photo_file() -> Any:
    file = BytesIO(photo())
    file.name = "a.jpg"
    return file

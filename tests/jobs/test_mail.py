"""Mail through the ledger: it survives a server that is down, and is never sent twice."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from jobs import ledger, worker
from jobs.delivery import LateDot
from jobs.kinds import mail
from jobs.models import Item, ItemState, Job
from jobs.registry import KINDS
from jobs.services import jobs
from jobs.work import Work
from tests.jobs.batch import work_off
from tests.jobs.letterbox import Letterbox, served
from tests.processes import free_port

pytestmark = pytest.mark.django_db
SECRET = "http://testserver/accounts/password/reset/key/1b-secret/"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What the site has logged; the servers of the tests log what they are told."""
    ours = ("jobs", "django")
    return lambda: "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(ours)
    )


@pytest.fixture(autouse=True)
def through_the_ledger(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "jobs.mail.LedgerBackend"
    settings.EMAIL_DELIVERY = "jobs.delivery.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = False


def send(*to: str) -> None:
    EmailMessage("A new password", f"Grüße,\n\n.\n{SECRET}\n", to=to or ["ann@example.org"]).send()


def work_off_later() -> None:
    """After the next pause."""
    Item.objects.filter(state=ItemState.RESTING).update(not_before=timezone.now())
    ledger.sweep()
    work_off()


def states() -> list[str]:
    return [item.state for item in Item.objects.order_by("pk")]


def is_forgotten() -> bool:
    """Whether nothing of the email is in the ledger."""
    payloads = list(Item.objects.values_list("payload", flat=True))
    return not any({"to", "message"} & set(payload) for payload in payloads)


def test_an_email_is_sent_by_the_worker_and_forgotten() -> None:
    box = Letterbox()
    send()
    assert states() == [ItemState.WAITING] and not is_forgotten()
    with served(box, configured.EMAIL_PORT):
        work_off()
    [letter] = box.letters
    assert letter["To"] == "ann@example.org" and letter["Subject"] == "A new password"
    assert letter.get_payload(decode=True).decode().splitlines() == ["Grüße,", "", ".", SECRET]
    assert states() == [ItemState.DONE] and is_forgotten()
    assert not KINDS["mail"].listed


def test_an_address_that_cannot_be_written_stops_nothing(logged: Callable[[], str]) -> None:
    """Right and left are mixed in its host, which Django finds valid. Such as the address of a
    report that a moderator closes, or of a job that ends."""
    EmailMessage("A new password", "Hello", to=["ann@\u05d0a.org"]).send()
    assert not Item.objects.exists() and "an email is left out" in logged()


def test_an_email_goes_only_with_what_it_tells_about() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send()
        _ = 1 / 0
    assert not Item.objects.exists()


def test_a_server_that_is_down_delays_an_email_and_no_more(logged: Callable[[], str]) -> None:
    send()
    for _ in range(6):
        work_off_later()
    item = Item.objects.get()
    assert item.state == ItemState.RESTING and item.attempts == 6
    assert item.error and item.error["error"] == "mail_server_down"
    box = Letterbox()
    with served(box, configured.EMAIL_PORT):
        work_off_later()
        work_off_later()
    assert len(box.letters) == 1 and states() == [ItemState.DONE] and is_forgotten()
    assert "Connection refused" in logged()
    assert "ann@" not in logged() and SECRET not in logged()


def test_each_attempt_is_the_same_email() -> None:
    send()
    box = Letterbox("451 try again, ann@example.org", "450 later")
    seen = set()
    with served(box, configured.EMAIL_PORT):
        for _ in range(3):
            seen.add(Item.objects.get().payload["message"])
            work_off_later()
    assert len(seen) == 1 and len(box.letters) == 1 and box.letters[0]["Message-ID"]


def test_a_refused_email_is_given_up_at_once(logged: Callable[[], str]) -> None:
    send()
    box = Letterbox("550 5.1.1 ann@example.org is unknown here")
    with served(box, configured.EMAIL_PORT):
        work_off()
    item = Item.objects.get()
    assert item.state == ItemState.FAILED and item.error and item.error["error"] == "mail_refused"
    assert "550" in item.error["message"] and is_forgotten() and not box.letters
    assert "550" in logged() and "ann@" not in logged()
    assert jobs.retry(item.job) == 0  # there is nothing left to send


def test_recipients_are_accepted_and_refused_on_their_own() -> None:
    send("nobody@example.org", "ann@example.org")
    box = Letterbox("550 unknown")
    with served(box, configured.EMAIL_PORT):
        work_off()
    assert states() == [ItemState.FAILED, ItemState.DONE] and len(box.letters) == 1
    assert is_forgotten()


def test_a_wrong_password_of_the_site_is_tried_again(settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "site", "wrong"
    send()
    with served(Letterbox(), configured.EMAIL_PORT):
        work_off()
        assert states() == [ItemState.RESTING]
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        work_off_later()
    assert states() == [ItemState.DONE]


def test_an_email_is_given_up_after_a_day() -> None:
    send()
    day = timedelta()
    while states() != [ItemState.FAILED]:
        work_off_later()
        if item := Item.objects.filter(state=ItemState.RESTING).first():
            assert item.not_before
            day += item.not_before - timezone.now()
    assert timedelta(hours=23) < day < timedelta(hours=24) and is_forgotten()


def test_an_email_that_is_cancelled_is_forgotten() -> None:
    send()
    jobs.cancel(Job.objects.get())
    assert is_forgotten()


class Breaking:
    """A server for one email that hangs up once it has read the line `end` of it."""

    def __init__(self, end: bytes, last_words: bytes = b"") -> None:
        self.end, self.last_words = end, last_words
        self.got: list[bytes] = []
        self.is_gone = threading.Event()

    def serve(self, server: socket.socket) -> None:
        line, _ = server.accept()
        with line, line.makefile("rwb", 0) as stream:
            stream.write(b"220 here\r\n")
            while (said := stream.readline()) and not said.lower().startswith(b"data"):
                stream.write(b"250 OK\r\n")
            stream.write(b"354 go on\r\n")
            while said and said != self.end:
                said = stream.readline()
                self.got.append(said)
            stream.write(self.last_words)
        self.is_gone.set()


@contextmanager
def broken(breaking: Breaking) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", configured.EMAIL_PORT)) as server:
        thread = threading.Thread(target=breaking.serve, args=(server,))
        thread.start()
        yield
        thread.join()


def test_an_email_that_a_server_died_over_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its end, a server cannot have taken it."""
    send()
    breaking, look = Breaking(b"\r\n"), LateDot.expect_silence
    with broken(breaking), monkeypatch.context() as slow:
        slow.setattr(
            LateDot, "expect_silence", lambda self: breaking.is_gone.wait(10) and look(self)
        )
        work_off()
    assert breaking.got and b".\r\n" not in breaking.got and states() == [ItemState.RESTING]
    box = Letterbox()
    with served(box, configured.EMAIL_PORT):
        work_off_later()
        work_off_later()
    assert len(box.letters) == 1 and states() == [ItemState.DONE]


def test_an_email_that_was_handed_over_without_an_answer_is_not_sent_again(
    logged: Callable[[], str],
) -> None:
    send()
    with broken(Breaking(b".\r\n")):
        work_off()
    item = Item.objects.get()
    assert item.state == ItemState.FAILED and item.error and item.error["error"] == "mail_unclear"
    assert is_forgotten() and "Disconnected" in logged() and "ann@" not in logged()


@pytest.mark.parametrize(
    ("answer", "state"), [(b"452 full\r\n", ItemState.RESTING), (b"554 spam\r\n", ItemState.FAILED)]
)
def test_a_refusal_after_the_end_is_an_answer_too(answer: bytes, state: ItemState) -> None:
    send()
    with broken(Breaking(b".\r\n", answer)):
        work_off()
    assert states() == [state]
    box = Letterbox()
    with served(box, configured.EMAIL_PORT):
        work_off_later()
    assert len(box.letters) == (state == ItemState.RESTING) and is_forgotten()


def test_a_worker_that_was_killed_between_handing_over_and_noting_it() -> None:
    send()
    lost = ledger.claim()
    assert lost
    mail.hand_over(Work(lost))
    Item.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    ledger.sweep()
    box = Letterbox()
    with served(box, configured.EMAIL_PORT):
        work_off()
    assert not box.letters and states() == [ItemState.FAILED] and is_forgotten()


def test_a_worker_that_was_taken_for_dead_sends_nothing() -> None:
    """Its email is another worker's, which sends it."""
    send()
    slow = ledger.claim()
    assert slow
    Item.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    ledger.sweep()
    box = Letterbox()
    with served(box, configured.EMAIL_PORT):
        worker.do(slow)
        assert not box.letters
        work_off()
    assert len(box.letters) == 1 and states() == [ItemState.DONE]

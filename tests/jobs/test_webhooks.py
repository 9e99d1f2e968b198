"""Webhooks: who is told what, and that nobody looks into the site's network with them."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import User
from gallery.services.personal_data import about, close_account
from jobs import ledger, outgoing
from jobs.errors import CallbackRefused, WebhookUndelivered
from jobs.models import Item, ItemState, Job
from jobs.services import removal, webhooks
from tests.gallery.api import Api
from tests.jobs.batch import work_off
from tests.jobs.receiver import Receiver, encrypt, receiving
from tests.jobs.test_api import photos, problem, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network", "committed", "media")]
PUBLIC = "93.184.215.14"
HOOK = "https://photos.example.org/done"


@pytest.fixture
def api(owner: User) -> Api:
    return Api(owner)


@pytest.fixture
def secret(api: Api) -> str:
    made = api.post("webhook-secret", None)
    assert made.status_code == 201 and made["Cache-Control"] == "no-store"
    return str(made.json()["secret"])


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with receiving(Receiver()) as server:
        yield server


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Gives names their addresses, one answer after the other, of which the last one stays; numbers
    mean themselves. Returns the list of names that were looked up."""
    real = socket.getaddrinfo
    looked_up: list[str] = []

    def install(*answers: list[str]) -> list[str]:
        left = list(answers)

        def fake(host: str, port: int, *args: Any, **named: Any) -> Any:
            if host.endswith(".example.org"):
                looked_up.append(host)
                found = left.pop(0) if len(left) > 1 else left[0]
                if not found:
                    raise socket.gaierror("no such host")
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]
            return real(host, port, *args, **named)

        monkeypatch.setattr(socket, "getaddrinfo", fake)
        return looked_up

    return install


def end() -> tuple[str, str]:
    """The state and the error of the webhook."""
    item = Item.objects.get(kind=webhooks.KIND)
    return item.state, (item.error or {}).get("error", "")


def try_again() -> None:
    """At once."""
    Item.objects.filter(state=ItemState.RESTING).update(not_before=timezone.now())
    ledger.sweep()
    work_off()


def test_a_finished_job_is_told_and_signed(api: Api, secret: str, receiver: Receiver) -> None:
    job = send(api, "jobs", images=photos(1, 2), title="Scans", callback_url=receiver.url())
    work_off()
    [(path, headers, body)] = receiver.seen
    assert path == "/done?of=scans" and headers["Host"] == f"127.0.0.1:{receiver.server_port}"
    event = Webhook(secret).verify(body, headers)
    listed = api.get("jobs").json()["results"][0]
    site = configured.SITE_URL
    assert event == {"type": "job.finished", "timestamp": listed["finished_at"], "data": listed}
    assert listed["url"] == job.json()["url"] and listed["url"].startswith(site)
    assert (listed["state"], listed["counts"]["done"]) == ("done", 2)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    assert len(api.get("jobs").json()["results"]) == 1


def test_what_is_not_taken_is_sent_again_as_the_same(
    api: Api, secret: str, receiver: Receiver
) -> None:
    receiver.answers = [500, 302, 404]
    api.post(f"jobs/{begin(api, receiver)}/start", None)
    work_off()
    assert end() == (ItemState.RESTING, "webhook_undelivered")
    for _ in range(3):
        try_again()
    assert end() == (ItemState.DONE, "")
    ids = {headers["webhook-id"] for _, headers, _ in receiver.seen}
    bodies = {body for _, _, body in receiver.seen}
    assert (len(receiver.seen), len(ids), len(bodies)) == (4, 1, 1)


def begin(api: Api, receiver: Receiver) -> str:
    answer = api.post("jobs", {"callback_url": receiver.url()})
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def test_a_receiver_that_is_gone_is_left_alone(api: Api, secret: str, receiver: Receiver) -> None:
    receiver.answers = [410]
    api.post(f"jobs/{begin(api, receiver)}/start", None)
    work_off()
    assert end() == (ItemState.FAILED, "webhook_unwanted")


def test_a_cancelled_job_is_told_too_and_a_new_secret_counts(
    api: Api, secret: str, receiver: Receiver
) -> None:
    key = begin(api, receiver)
    fresh = api.post("webhook-secret", None).json()["secret"]
    api.delete(f"jobs/{key}?forget=true")
    work_off()
    [(_, headers, body)] = receiver.seen
    assert fresh != secret
    assert Webhook(fresh).verify(body, headers)["data"]["state"] == "cancelled"


def test_a_job_that_is_tried_again_is_told_again(api: Api, secret: str, receiver: Receiver) -> None:
    job = send(api, "jobs", images=photos(1), callback_url=receiver.url()).json()
    api.delete(job["url"])
    work_off()
    api.post(f"{job['url']}/retry", {})
    work_off()
    told = [Webhook(secret).verify(body, headers) for _, headers, body in receiver.seen]
    assert [event["data"]["state"] for event in told] == ["cancelled", "done"]
    assert len({headers["webhook-id"] for _, headers, _ in receiver.seen}) == 2


def test_a_fault_in_telling_undoes_nothing_else(
    api: Api, secret: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "queue", lambda *_: 1 / 0)
    key = begin(api, receiver)
    before = Job.objects.get(pk=key).expires_at
    api.post(f"jobs/{key}/start", None)
    job = Job.objects.get(pk=key)
    assert job.state == "done" and job.expires_at != before


def test_an_account_that_is_closed_tells_nobody(
    api: Api, owner: User, secret: str, receiver: Receiver
) -> None:
    begin(api, receiver)
    close_account(owner)
    removal.delete_all_of(owner)
    work_off()
    assert not receiver.seen and not Item.objects.filter(kind=webhooks.KIND).exists()


def test_who_has_no_secret_is_told_what_to_do_first(api: Api, owner: User) -> None:
    refused = api.post("jobs", {"callback_url": HOOK})
    assert problem(refused) == (409, "no_webhook_secret")
    assert "/api/v1/webhook-secret" in refused.json()["message"]
    assert Api(owner, "read").post("webhook-secret", None).status_code == 403
    assert not Job.objects.exists()


def test_switched_off(api: Api, secret: str, receiver: Receiver, settings: Any) -> None:
    key = begin(api, receiver)
    settings.WEBHOOKS = False
    assert problem(api.post("webhook-secret", None)) == (403, "webhooks_off")
    assert problem(api.post("jobs", {"callback_url": HOOK})) == (403, "webhooks_off")
    api.post(f"jobs/{key}/start", None)
    work_off()
    assert not receiver.seen


def test_a_dead_receiver_does_not_pile_up_work(
    api: Api, secret: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_UNDELIVERED", 1)
    api.post(f"jobs/{begin(api, receiver)}/start", None)
    refused = api.post("jobs", {"callback_url": receiver.url()})
    assert problem(refused) == (429, "too_many_webhooks") and refused["Retry-After"]
    work_off()
    begin(api, receiver)


def test_a_job_that_is_repeated_all_the_time_does_not_pile_up_work(
    api: Api, secret: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time it ends, its program is told."""
    monkeypatch.setattr(webhooks, "MOST_UNDELIVERED", 2)
    key = begin(api, receiver)
    assert send(api, f"jobs/{key}/items", image=photos(1)[0]).status_code == 201
    for _ in range(4):
        api.delete(f"jobs/{key}")
        assert api.post(f"jobs/{key}/retry", {}).json()["state"] == "running"
    assert Job.objects.filter(kind=webhooks.KIND).count() == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://photos.example.org/",
        "ftp://photos.example.org/",
        "photos.example.org",
        "https://",
        "https://anna:secret@photos.example.org/",
        "https://photos.example.org@127.0.0.1/",
        "https://photos.example.org:22/",
        "https://photos.example.org:0/",
        "https://photos.example.org:port/",
        "https://photos.example.org/\r\nX: y",
        "https://photos.example.org/ a",
        "https://phötos.example.org/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest/meta-data",
        f"https://{'a' * 70}.example.com/",
    ],
)
def test_an_address_that_is_none_is_refused_at_once(
    url: str, api: Api, secret: str, resolve: Any
) -> None:
    resolve([PUBLIC])
    refused = api.post("jobs", {"callback_url": url})
    assert problem(refused) == (400, "callback_refused")
    assert not Job.objects.exists()


@pytest.mark.parametrize("addresses", [["10.0.0.1"], [PUBLIC, "192.168.1.1"], []])
def test_all_addresses_of_a_host_must_be_public(
    addresses: list[str], api: Api, secret: str, resolve: Any
) -> None:
    resolve(addresses)
    form = send(api, "jobs", images=photos(1), callback_url=HOOK)
    assert problem(form) == (400, "callback_refused")
    assert not Job.objects.exists()


def test_a_public_host_is_taken_at_any_high_port(api: Api, secret: str, resolve: Any) -> None:
    resolve([PUBLIC])
    for url in (HOOK, "https://photos.example.org:8443/"):
        assert api.post("jobs", {"callback_url": url}).status_code == 201


def test_a_name_that_means_another_address_later_is_refused_then(
    api: Api, secret: str, resolve: Any, receiver: Receiver
) -> None:
    resolve([PUBLIC], ["127.0.0.1"])
    url = receiver.url("https", "photos.example.org")
    key = api.post("jobs", {"callback_url": url}).json()["id"]
    api.post(f"jobs/{key}/start", None)
    work_off()
    assert end() == (ItemState.FAILED, "callback_refused")
    assert not receiver.seen


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PUBLIC, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("100.100.100.200", False),
        ("168.63.129.16", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.0.0.192", False),
        ("192.88.99.1", False),
        ("192.168.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        (f"::ffff:{PUBLIC}", False),
        ("64:ff9b::5db8:d70e", False),
        ("64:ff9b:1::1", False),
        ("2001::1", False),
        ("2002:7f00:1::1", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fe80::1%2", False),
        ("fec0::1", False),
        ("ff0e::1", False),
    ],
)
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert outgoing.is_public(address) is expected


@pytest.fixture
def secure(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver by HTTPS, whose certificate is for photos.example.org, and is trusted."""
    settings.WEBHOOK_HOSTS = ["photos.example.org", "other.example.org"]
    server = Receiver()
    encrypt(server, tmp_path / "certificate.pem", "photos.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with receiving(server):
        yield server


def test_it_goes_to_the_address_that_was_looked_at_by_the_name(
    secure: Receiver, resolve: Any
) -> None:
    looked_up = resolve(["127.0.0.1"], ["127.0.0.9"])
    url = secure.url("https", "photos.example.org")
    assert outgoing.post(url, b"{}", {}) == 204
    assert looked_up == ["photos.example.org"]
    assert secure.seen[0][1]["Host"] == f"photos.example.org:{secure.server_port}"


def test_a_certificate_must_be_for_the_name(secure: Receiver, resolve: Any) -> None:
    resolve(["127.0.0.1"])
    with pytest.raises(WebhookUndelivered):
        outgoing.post(secure.url("https", "other.example.org"), b"{}", {})
    assert not secure.seen


def test_a_second_address_is_tried(secure: Receiver, resolve: Any) -> None:
    resolve(["127.0.0.9", "127.0.0.1"])
    assert outgoing.post(secure.url("https", "photos.example.org"), b"{}", {}) == 204


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_answers_a_byte_at_a_time_is_not_waited_for(
    scheme: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(outgoing, "ANSWER_SECONDS", 0.3)
    hung_up = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=drip, args=(server, hung_up), daemon=True)
        thread.start()
        with pytest.raises(WebhookUndelivered):
            outgoing.post(f"{scheme}://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        assert hung_up.wait(5)
        thread.join()


def drip(server: socket.socket, hung_up: threading.Event) -> None:
    """Each byte comes before a timeout of a socket ends."""
    client, _ = server.accept()
    with client:
        # As HTTP a status without an end, as TLS the beginning of a long record.
        start = b"\x16\x03\x03\x40\x00" if client.recv(1) == b"\x16" else b"HTTP/1.1 200 "
        try:
            client.sendall(start)
            while not hung_up.wait(0.05):
                client.sendall(b"O")
        except OSError:
            hung_up.set()


@pytest.mark.parametrize("said", [b"", b"220 mail.example.org\r\n", b"HTTP/1.1 \xff\xff\r\n\r\n"])
def test_what_is_no_web_server_has_not_answered(said: bytes, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]

    def answer() -> None:
        client, _ = server.accept()
        with client:
            client.recv(1000)
            client.sendall(said)

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(WebhookUndelivered, match="no answer"):
            outgoing.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        thread.join()


def test_a_slow_lookup_is_not_waited_for(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(outgoing, "LOOKUP_SECONDS", 0.05)

    def look(*_: Any, **__: Any) -> list[Any]:
        over.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look)
    with pytest.raises(CallbackRefused, match="was not found"):
        outgoing.check(HOOK)
    over.set()


def test_no_secret_is_shown_again(api: Api, owner: User, secret: str) -> None:
    assert secret not in json.dumps(about(owner), default=str)

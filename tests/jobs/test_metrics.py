"""Figures for Prometheus."""

import http.client
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from colorize.engine.errors import Damaged
from colorize.web.errors import NotFound
from colorize.web.ratelimit import address_of
from jobs import totals, worker
from jobs.models import Total
from jobs.services import jobs
from jobs.services.jobs import NewItem
from jobs.work import Work
from tests.jobs.conftest import Chores
from tests.processes import Server

pytestmark = pytest.mark.django_db


def figures(page: str) -> dict[str, float]:
    lines = re.findall(r"^(colorizer_\S+) (\S+)$", page, re.MULTILINE)
    return {name: float(value) for name, value in lines}


def ledger_figures() -> dict[str, float]:
    from prometheus_client import CollectorRegistry, generate_latest

    from colorizer_site.metrics import Ledger

    registry = CollectorRegistry()
    registry.register(Ledger())
    return figures(generate_latest(registry).decode())


def test_the_figures_say_what_waits_and_what_was_done(
    chores: Chores, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def do(work: Work) -> None:
        with work.step("sweep"):
            if work.item.name == "bad":
                raise Damaged()

    monkeypatch.setattr(chores, "do", do)
    jobs.start("chore", owner, "lane", [NewItem("good"), NewItem("bad"), NewItem("later")])
    for _ in range(2):
        worker.do_next()
    worker.see("machine:1")
    told = ledger_figures()
    waiting = 'kind="chore",state="waiting"'
    assert told[f"colorizer_items{{{waiting}}}"] == 1
    assert told[f"colorizer_oldest_item_seconds{{{waiting}}}"] >= 0
    assert told['colorizer_attempts_total{kind="chore",outcome="done"}'] == 1
    assert told['colorizer_attempts_total{kind="chore",outcome="failed"}'] == 1
    assert told['colorizer_steps_total{kind="chore",step="sweep"}'] == 1
    assert told["colorizer_workers"] == 1


def test_totals_outlive_their_items_and_are_added_once(chores: Chores, owner: User) -> None:
    for _ in range(2):
        totals.note("chore", "done")
        totals.flush()
        totals.flush()
    assert Total.objects.get(kind="chore", what="done").count == 2


def test_without_the_setting_there_is_nothing(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("address", "allowed"), [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("192.0.2.1", False)]
)
def test_only_the_addresses_of_the_setting_are_answered(
    address: str, allowed: bool, settings: object
) -> None:
    from ipaddress import ip_network

    from colorizer_site import metrics

    settings.METRICS_FOR = [ip_network("10.0.0.0/8")]  # type: ignore[attr-defined]
    request = RequestFactory().get("/metrics", REMOTE_ADDR=address)
    assert metrics.is_allowed(address_of(request)) is allowed
    if not allowed:
        with pytest.raises(NotFound):
            metrics.metrics(request)


@pytest.mark.slow
def test_a_proxy_that_the_settings_do_not_know_lets_nobody_in(settings: Any) -> None:
    """All visitors come from its address."""
    from colorizer_site import metrics

    settings.METRICS_FOR, settings.NUM_PROXIES = [ip_network("127.0.0.1")], 0
    for said in ("192.0.2.7", "127.0.0.1"):
        request = RequestFactory().get("/metrics", headers={"X-Forwarded-For": said})
        with pytest.raises(NotFound):
            metrics.metrics(request)


@pytest.mark.slow
def test_the_server_counts_the_requests_of_all_its_processes(
    tmp_path: Path, template: Path
) -> None:
    server = Server(tmp_path, template, METRICS_FOR="127.0.0.1")
    try:
        for _ in range(6):
            assert server.get("/about")[0] == 200
        status, page = server.get("/metrics")
        assert status == 200
        counted = re.search(
            r'django_http_requests_total_by_view_transport_method_total\{.*view="about"\} (\S+)',
            page,
        )
        assert counted and float(counted[1]) == 6
        assert figures(page)["colorizer_workers"] == 0
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", "/metrics", headers={"X-Forwarded-For": "192.0.2.1"})
        assert connection.getresponse().status == 404
    finally:
        server.kill()

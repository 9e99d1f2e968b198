"""GET /metrics, for Prometheus: the requests of this server's processes, and the ledger."""

from collections.abc import Iterable
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from colorize.web.errors import NotFound
from colorize.web.methods import allow_methods
from colorize.web.ratelimit import address_of
from jobs.models import Item, Total, Worker
from jobs.models.items import UNFINISHED

OUTCOMES = ("done", "failed", "again")


@allow_methods("GET", "HEAD")
def metrics(request: HttpRequest) -> HttpResponse:
    """Raises NotFound for addresses that METRICS_FOR does not name, and for all that a proxy passes
    on of which NUM_PROXIES does not know: they would have the proxy's address."""
    is_hidden = not settings.NUM_PROXIES and "X-Forwarded-For" in request.headers
    if is_hidden or not is_allowed(address_of(request)):
        raise NotFound()
    registry = CollectorRegistry()
    folder = str(settings.METRICS_DIR)
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    registry.register(Ledger())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def is_allowed(address: str) -> bool:
    try:
        plain = ip_address(address)
    except ValueError:
        return False
    return any(plain in network for network in settings.METRICS_FOR)


class Ledger:
    """The metrics of long work, of all machines together."""

    def collect(self) -> Iterable[Metric]:
        yield from self.queue()
        yield from self.totals()
        present = Worker.objects.present().count()
        yield GaugeMetricFamily("colorizer_workers", "Workers seen in the last minute", present)

    def queue(self) -> Iterable[Metric]:
        items = GaugeMetricFamily(
            "colorizer_items", "Items that are not finished", labels=["kind", "state"]
        )
        age = GaugeMetricFamily(
            "colorizer_oldest_item_seconds", "Age of the oldest of them", labels=["kind", "state"]
        )
        rows = Item.objects.filter(state__in=UNFINISHED).order_by().values("kind", "state")
        for row in rows.annotate(count=Count("*"), oldest=Min("created_at")):
            labels = [row["kind"], row["state"]]
            items.add_metric(labels, row["count"])
            age.add_metric(labels, (timezone.now() - row["oldest"]).total_seconds())
        yield from (items, age)

    def totals(self) -> Iterable[Metric]:
        ended = CounterMetricFamily(
            "colorizer_attempts", "Attempts at items by outcome", labels=["kind", "outcome"]
        )
        seconds = CounterMetricFamily(
            "colorizer_step_seconds", "Time spent on a step", labels=["kind", "step"]
        )
        times = CounterMetricFamily(
            "colorizer_steps", "How often a step was done", labels=["kind", "step"]
        )
        for row in Total.objects.order_by("kind", "what"):
            if row.what in OUTCOMES:
                ended.add_metric([row.kind, row.what], row.count)
            else:
                times.add_metric([row.kind, row.what], row.count)
                seconds.add_metric([row.kind, row.what], row.seconds)
        yield from (ended, times, seconds)

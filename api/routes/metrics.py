"""Metrics for Prometheus: the sums of all processes, and what the job store knows at this moment."""

import math
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from api.dependencies import Context
from shared.jobs.figures import Figures
from shared.observability.metrics import METRICS, SECONDS, SEPARATOR, Kind

router = APIRouter(tags=["health"])

PREFIX = "dicom_analysis_"


@router.get(
    "/metrics",
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus or OpenMetrics text"}},
    summary="Read metrics",
    description="Figures of the whole installation, the same from every api process, and of this process.",
)
async def read_metrics(request: Request, context: Context) -> Response:
    """Answer with every metric."""
    figures = await context.figures.read()
    registry = CollectorRegistry()
    registry.register(InstallationCollector(figures))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(registry), headers={"Cache-Control": "no-store"}, media_type=media_type)


class InstallationCollector(Collector):
    """Figures in the shape that Prometheus' client writes."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Give every family."""
        yield from _gauges(self._figures)
        sums = _by_metric(self._figures.sums)
        for name, metric in METRICS.items():
            found = sums.get(name, {})
            labels = list(metric.labels)
            if metric.kind is Kind.HISTOGRAM:
                yield _histogram(PREFIX + name, metric.help, labels, found)
            else:
                family = CounterMetricFamily(PREFIX + name, metric.help, labels=labels)
                for values, amount in sorted(found.items()):
                    family.add_metric(values, amount)
                yield family


def _by_metric(sums: dict[str, float]) -> dict[str, dict[tuple[str, ...], float]]:
    """Sort sums by their metric; what another version counted and this one does not know is left out."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for name, amount in sums.items():
        metric, *rest = name.split(SEPARATOR)
        if metric in METRICS:
            found.setdefault(metric, {})[tuple(rest)] = amount
    return found


def _histogram(
    name: str, documentation: str, labels: list[str], found: dict[tuple[str, ...], float]
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, documentation, labels=labels)
    for values in sorted({rest[:-1] for rest in found}):
        total = 0.0
        buckets = []
        for bound in (*(str(seconds) for seconds in SECONDS), "+Inf"):
            total += found.get((*values, bound), 0.0)
            buckets.append((bound, total))
        family.add_metric(values, buckets, sum_value=found.get((*values, "sum"), math.nan))
    return family


def _gauges(figures: Figures) -> Iterator[Metric]:
    jobs = GaugeMetricFamily(PREFIX + "jobs", "Jobs that are kept, by kind and status.", labels=["kind", "status"])
    for (kind, status), number in sorted(figures.jobs.items()):
        jobs.add_metric([kind, status], number)
    yield jobs
    depth = GaugeMetricFamily(PREFIX + "queue_depth", "Units of work that wait to be claimed.", labels=["stage"])
    oldest = GaugeMetricFamily(
        PREFIX + "queue_oldest_seconds", "Age of the oldest job that waits for a stage.", labels=["stage"]
    )
    for name, queue in figures.queues.items():
        depth.add_metric([name], queue.depth)
        oldest.add_metric([name], queue.oldest_seconds)
    yield depth
    yield oldest
    processes = GaugeMetricFamily(PREFIX + "processes", "Processes that reported lately.", labels=["role"])
    resident = GaugeMetricFamily(PREFIX + "resident_memory_bytes", "Memory of all processes.", labels=["role"])
    for role, figure in sorted(figures.roles.items()):
        processes.add_metric([role], figure.processes)
        resident.add_metric([role], figure.resident_bytes)
    yield processes
    yield resident
    for name, documentation, value in (
        ("unfinished_units", "Units of work that somebody must still act on.", figures.unfinished_units),
        ("store_memory_bytes", "Memory that the job store uses.", figures.memory_bytes),
        ("store_memory_limit_bytes", "Memory that the job store may use; 0: no limit.", figures.memory_limit_bytes),
    ):
        yield GaugeMetricFamily(PREFIX + name, documentation, value=value)

"""What is counted, in one table, and the counts that this process has gathered and not yet handed over.

Counting is adding to a dictionary; a thread hands the sums to the job store every few seconds, where the api reads
those of all processes. A label takes its values from a closed set that stands in the table: what is not in it is
counted as ``other``, so that nothing of a file, a request or a foreign message can ever become a label.
"""

import bisect
import threading
from enum import StrEnum

from msgspec import Struct

OTHER = "other"
"""What a label says that was given a value outside its set."""

SEPARATOR = "|"
"""Between a metric's name, its label values and the bound of a bucket, in the name of a sum."""

STAGES = ("extract", "assemble", "summarize")
KINDS = ("analyze", "summarize")
WAIT_REASONS = (
    *("rate_limited", "concurrency", "model_overloaded", "model_outage", "model_spend_cap", "model_budget"),
    "same_question_running",
)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
"""Upper bounds of buckets, from a single slice to a study that waits."""


class Kind(StrEnum):
    """How sums of a metric are to be read."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"


class Metric(Struct, frozen=True):
    """One thing that is counted."""

    help: str
    labels: dict[str, tuple[str, ...]] = {}
    kind: Kind = Kind.COUNTER


METRICS: dict[str, Metric] = {
    "jobs_accepted": Metric("Jobs accepted.", {"kind": KINDS}),
    "jobs_finished": Metric(
        "Jobs that reached a terminal state.", {"kind": KINDS, "status": ("succeeded", "failed", "canceled")}
    ),
    "job_seconds": Metric(
        "Time from a job's submission to the end of its last stage.", {"kind": KINDS}, Kind.HISTOGRAM
    ),
    "job_wait_seconds": Metric(
        "Time from a job's submission to the first claim of its work.", {"kind": KINDS}, Kind.HISTOGRAM
    ),
    "attempts": Metric("Claims of units of work.", {"stage": STAGES, "attempt": ("first", "again")}),
    "units": Metric(
        "Units of work by how their attempt ended.",
        {
            "stage": STAGES,
            "outcome": ("finished", "failed", "deferred", "crashed", "lease_lost", "too_long", "refused"),
        },
    ),
    "stage_seconds": Metric("Time that the attempt at a unit of work took.", {"stage": STAGES}, Kind.HISTOGRAM),
    "sweeps": Metric("Units and jobs the sweeper acted on.", {"action": ("recovered", "resumed", "asked", "given_up")}),
    "upload_bytes": Metric("Bytes of files received."),
    "upload_files": Metric("Files received.", {"outcome": ("stored", "refused")}),
    "model_calls": Metric("Calls of the model.", {"outcome": ("answered", "unanswered")}),
    "model_refusals": Metric(
        "Calls that the model's vendor turned away (rate_limited: 429), by what is waited for.",
        {"reason": WAIT_REASONS},
    ),
    "model_denials": Metric("Calls that the installation's own limits put off.", {"reason": WAIT_REASONS}),
    "model_tokens": Metric("Tokens of answered calls.", {"type": ("input", "output", "cached")}),
    "model_cost_micro_usd": Metric("Cost of answered calls in millionths of a US dollar, by list price."),
    "webhook_attempts": Metric(
        "Attempts to deliver a webhook.", {"verdict": ("delivered", "failed", "throttled", "gone")}
    ),
    "webhook_seconds": Metric("Time that an attempt to deliver a webhook took.", {}, Kind.HISTOGRAM),
    "cpu_seconds": Metric(
        "Processor time of all processes of a role.", {"role": ("api", "extract", "network", "deliver", "sweeper")}
    ),
}
"""Everything that is counted. A new counter is a row here and a call of ``count`` or ``observe`` where it happens."""


class Tally:
    """Sums that this process has gathered; safe for any number of threads."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._lock = threading.Lock()

    def add(self, sums: dict[str, float]) -> None:
        """Add to sums by their names."""
        with self._lock:
            for name, amount in sums.items():
                self._sums[name] = self._sums.get(name, 0) + amount

    def drain(self) -> dict[str, float]:
        """Give the sums and begin anew."""
        with self._lock:
            sums, self._sums = self._sums, {}
        return sums


_tally = Tally()


def count(metric: str, amount: float = 1, **labels: str) -> None:
    """Count something that happened.

    Parameters
    ----------
    metric
        A name of the table; an unknown one raises KeyError.
    labels
        Every label of the metric, and no other.
    """
    _tally.add({sum_name(metric, **labels): amount})


def observe(metric: str, seconds: float, **labels: str) -> None:
    """Count how long something took."""
    name = sum_name(metric, **labels)
    bucket = bisect.bisect_left(SECONDS, seconds)
    bound = str(SECONDS[bucket]) if bucket < len(SECONDS) else "+Inf"
    _tally.add({f"{name}{SEPARATOR}{bound}": 1, f"{name}{SEPARATOR}sum": max(seconds, 0.0)})


def sum_name(metric: str, **labels: str) -> str:
    """Give the name under which a sum is kept: the metric and its label values in the table's order."""
    sets = METRICS[metric].labels
    if labels.keys() != sets.keys():
        raise KeyError(metric)
    return SEPARATOR.join([metric, *(labels[name] if labels[name] in known else OTHER for name, known in sets.items())])


def current_tally() -> Tally:
    """Give this process's tally."""
    return _tally


def forget_counts() -> None:
    """Begin anew in a forked child: what its parent gathered is the parent's to hand over."""
    global _tally  # noqa: PLW0603 - one tally for each process, as there is one logger
    _tally = Tally()

"""What a worker tells about each attempt at a unit: bound log fields, counts and a span; ids and closed sets alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars

from shared.jobs.claim import Claim
from shared.jobs.job import Stage, stage_after
from shared.observability.metrics import count, observe
from shared.observability.traces import annotate, span
from worker.leases import Lease

FIRST_PART = "extract/0"
"""The unit whose first claim ends a job's wait."""


@contextmanager
def observed(lease: Lease) -> Iterator[None]:
    """Tell about the attempt that the block makes; ``lease.outcome`` says how it ended."""
    claim = lease.claim
    count("attempts", stage=claim.stage, attempt="first" if claim.attempt == 1 else "again")
    if claim.part == FIRST_PART and claim.attempt == 1:
        observe("job_wait_seconds", _age_seconds(claim), kind=claim.kind)
    ids: dict[str, str | int] = {"job.id": claim.job_id, "job.unit": claim.part, "job.attempt": claim.attempt}
    began = time.perf_counter()
    with (
        bound_contextvars(job=claim.job_id, unit=f"{claim.job_id}/{claim.part}", attempt=claim.attempt),
        span(claim.stage, ids, claim.traceparent),
    ):
        try:
            yield
        finally:
            annotate("job.outcome", lease.outcome)
            observe("stage_seconds", time.perf_counter() - began, stage=claim.stage)
            count("units", stage=claim.stage, outcome=lease.outcome)
            if lease.outcome == "finished" and _is_last(claim):
                observe("job_seconds", _age_seconds(claim), kind=claim.kind)


def _is_last(claim: Claim) -> bool:
    return claim.stage is not Stage.EXTRACT and stage_after(claim.kind, claim.stage) is None


def _age_seconds(claim: Claim) -> float:
    """Give the time since a job's id was minted, by this machine's clock; its first 12 digits are milliseconds."""
    return max(0.0, time.time() - int(claim.job_id[:12], 16) / 1000)

"""The stage that words a summary."""

import random
from datetime import timedelta
from functools import partial

import msgspec
from celery import shared_task

from shared.dicom.findings import Finding
from shared.jobs.job import JobKind, Stage
from shared.llm.client import ModelUnavailable
from shared.llm.request import ModelInput
from shared.observability import get_logger
from shared.summaries.completion import Unanswered
from worker.context import WorkerContext, current_model, summary_turns
from worker.leased_task import Commit, drain
from worker.leases import Lease, LeaseLost
from worker.pipelines.summarize import (
    WITHOUT_MODEL,
    Ask,
    Summarized,
    do_not_ask,
    patience_left,
    summarize_comparison,
    summarize_result,
)

SHORTEST_WAIT = timedelta(seconds=1)
"""A summary that has to wait is not looked at again before."""

SPREAD = 0.1
"""Share of a wait by which it is prolonged by chance, so that not everybody comes back at once."""

SECONDS_PER_HINT = 30.0
"""How long a wake-up serves summaries: several answers of the model, so that a hundred threads do not need a message
for each, and short enough that one soon erases what is due."""

_findings = msgspec.json.Decoder(tuple[Finding, ...])


def perform_summary(lease: Lease, context: WorkerContext) -> Commit:
    """Summarize the result of a claim's job; where the model must be waited for, the unit is given back."""
    claim, work = lease.claim, context.work
    result = work.read_result(claim)
    summarize_job = summarize_comparison if claim.kind is JobKind.COMPARE else summarize_result
    try:
        summarized = summarize_job(result, _ask(lease, context))
    except ModelUnavailable as error:
        patience = patience_left(claim.waited, claim.left, context.settings.model_max_wait)
        if patience > timedelta(0):
            wait, reason = min(_spread(error.wait), patience), error.reason.value
            lease.outcome = "deferred"
            return lambda: work.defer(claim, wait, reason)
        summarized = summarize_job(result, do_not_ask(error.code))
    return _finish(lease, context, summarized)


def _ask(lease: Lease, context: WorkerContext) -> Ask:
    model = current_model()
    if isinstance(model, Unanswered):
        return do_not_ask(model.reason)

    def disclose(sent: ModelInput) -> None:
        lease.check()
        if not context.work.disclose(lease.claim, msgspec.json.encode(sent)):
            raise LeaseLost

    return partial(model.complete, asker=lease.claim.unit, disclose=disclose)


def _finish(lease: Lease, context: WorkerContext, summarized: Summarized) -> Commit:
    claim, work = lease.claim, context.work
    warnings = work.read_warnings(claim)
    if summarized.warning is not None:
        if summarized.warning.code not in WITHOUT_MODEL:
            get_logger().warning("summary without the model", code=summarized.warning.code)
        warnings = msgspec.json.encode((*_findings.decode(warnings), summarized.warning))
    return lambda: work.finish_summary(claim, summarized.result, warnings)


def _spread(wait: timedelta) -> timedelta:
    return max(wait, SHORTEST_WAIT) * (1 + SPREAD * random.random())  # noqa: S311 - spreads retries, guards nothing


@shared_task(name=Stage.SUMMARIZE)  # type: ignore[untyped-decorator]  # Celery ships no types
def summarize() -> None:
    """Serve a wake-up for summaries."""
    drain(Stage.SUMMARIZE, perform_summary, seconds=SECONDS_PER_HINT, working=summary_turns().taken)

"""The stage that words a summary."""

import msgspec
from celery import shared_task

from shared.dicom.findings import Finding
from shared.jobs.job import Stage
from worker.context import WorkerContext
from worker.leased_task import Commit, drain
from worker.leases import Lease
from worker.pipelines.summarize import summarize_result

_findings = msgspec.json.Decoder(tuple[Finding, ...])


def perform_summary(lease: Lease, context: WorkerContext) -> Commit:
    """Summarize the result of a claim's job."""
    claim, work = lease.claim, context.work
    reason = "model.egress_off" if context.settings.model_egress == "off" else "model.not_configured"
    result, warning = summarize_result(work.read_result(claim), reason=reason)
    warnings = msgspec.json.encode((*_findings.decode(work.read_warnings(claim)), warning))
    return lambda: work.finish_summary(claim, result, warnings)


@shared_task(name=Stage.SUMMARIZE)  # type: ignore[untyped-decorator]  # Celery ships no types
def summarize() -> None:
    """Serve a wake-up for summaries."""
    drain(Stage.SUMMARIZE, {Stage.SUMMARIZE: perform_summary})

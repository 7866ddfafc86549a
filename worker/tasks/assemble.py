"""The stage that makes one result of all facts."""

from celery import shared_task

from shared.jobs.job import JobKind, Stage
from shared.jobs.results import decode_chunk
from worker.context import WorkerContext
from worker.leased_task import Commit, drain
from worker.leases import Lease
from worker.pipelines.assemble import assemble_result
from worker.pipelines.compare import assemble_comparison


def perform_assembly(lease: Lease, context: WorkerContext) -> Commit:
    """Assemble the job of a claim."""
    claim, work = lease.claim, context.work
    parts = work.read_parts(claim)
    uploads = work.read_uploads(claim)
    assemble_job = assemble_comparison if claim.kind is JobKind.COMPARE else assemble_result
    outcome = assemble_job(uploads, (file for part in parts.values() for file in decode_chunk(part)))
    return lambda: work.finish_assembly(claim, outcome)


@shared_task(name=Stage.ASSEMBLE)  # type: ignore[untyped-decorator]  # Celery ships no types
def assemble() -> None:
    """Serve a wake-up for assembly."""
    drain(Stage.ASSEMBLE, {Stage.ASSEMBLE: perform_assembly})

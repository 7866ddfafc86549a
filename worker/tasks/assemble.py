"""The stage that makes one result of all facts."""

from collections.abc import Iterable

from celery import shared_task

from shared.jobs.claim import Claim
from shared.jobs.job import JobKind, Stage
from shared.jobs.results import ExtractedFile, decode_chunk
from worker.context import WorkerContext
from worker.leased_task import Commit, drain
from worker.leases import Lease
from worker.pipelines.assemble import assemble_result
from worker.pipelines.compare import assemble_comparison


def perform_assembly(lease: Lease, context: WorkerContext) -> Commit:
    """Assemble the job of a claim from what its chunks left in the store."""
    parts = context.work.read_parts(lease.claim)
    return assemble_files(lease.claim, context, (file for part in parts.values() for file in decode_chunk(part)))


def assemble_files(claim: Claim, context: WorkerContext, files: Iterable[ExtractedFile]) -> Commit:
    """Assemble the job of a claim from all its files."""
    assemble_job = assemble_comparison if claim.kind is JobKind.COMPARE else assemble_result
    outcome = assemble_job(context.work.read_uploads(claim), files)
    return lambda: context.work.finish_assembly(claim, outcome)


@shared_task(name=Stage.ASSEMBLE)  # type: ignore[untyped-decorator]  # Celery ships no types
def assemble() -> None:
    """Serve a wake-up for assembly."""
    drain(Stage.ASSEMBLE, perform_assembly)

"""The stage that reads headers, in chunks."""

from functools import partial

from celery import shared_task

from shared.jobs.job import Stage
from shared.jobs.results import encode_chunk
from worker.context import WorkerContext
from worker.file_limits import FileLimits
from worker.leased_task import Commit, drain
from worker.leases import Lease
from worker.pipelines.extract import extract_chunk
from worker.tasks.assemble import perform_assembly


def perform_extraction(lease: Lease, context: WorkerContext) -> Commit:
    """Extract the chunk of a claim."""
    claim, work, settings = lease.claim, context.work, context.settings
    files = extract_chunk(
        claim.uploads,
        open_upload=context.storage.open,
        include_identity=settings.patient_identity == "include",
        before_each=lease.check,
        extra=context.extra_attributes,
        limits=partial(FileLimits, settings.max_file_seconds, settings.max_file_memory_bytes),
    )
    content = encode_chunk(files)
    return lambda: work.finish_chunk(claim, content, completed=len(files))


@shared_task(name=Stage.EXTRACT)  # type: ignore[untyped-decorator]  # Celery ships no types
def extract() -> None:
    """Serve a wake-up for extraction; the last chunk of a job is assembled in the same go."""
    drain(Stage.EXTRACT, {Stage.EXTRACT: perform_extraction, Stage.ASSEMBLE: perform_assembly})

"""The stage that reads headers, in chunks."""

from functools import partial

from celery import shared_task

from shared.archives.limits import ArchiveLimits
from shared.jobs.job import Stage
from shared.jobs.results import encode_chunk
from shared.jobs.store import Claim, FoundMembers
from worker.context import WorkerContext
from worker.file_limits import FileLimits
from worker.leased_task import Commit, drain
from worker.leases import Lease
from worker.pipelines.extract import Extraction, extract_chunk
from worker.tasks.assemble import perform_assembly


def perform_extraction(lease: Lease, context: WorkerContext) -> Commit:
    """Extract the chunk of a claim."""
    claim, work, settings = lease.claim, context.work, context.settings
    extraction = extract_chunk(
        claim.uploads,
        claim.slices,
        open_upload=context.storage.open,
        include_identity=settings.patient_identity == "include",
        before_each=lease.check,
        limits=partial(FileLimits, settings.max_file_seconds, settings.max_file_memory_bytes),
        archive_limits=ArchiveLimits(settings.max_files, settings.max_expanded_bytes, settings.max_expansion_ratio),
        extra=context.extra_attributes,
        identity_key=claim.job_id.encode(),
    )
    content = encode_chunk(extraction.files)
    return lambda: work.finish_chunk(claim, content, len(extraction.files), _found(claim, extraction))


def _found(claim: Claim, extraction: Extraction) -> FoundMembers | None:
    """Tell how many files more than it stood for a chunk found; None where it found none inside its own."""
    stood_for = sum(upload.location is not None for upload in claim.uploads)
    stood_for += sum(len(one.members) for one in claim.slices)
    if extraction.count == stood_for and not extraction.slices:
        return None
    return FoundMembers(extraction.count - stood_for, extraction.slices)


@shared_task(name=Stage.EXTRACT)  # type: ignore[untyped-decorator]  # Celery ships no types
def extract() -> None:
    """Serve a wake-up for extraction; the last chunk of a job is assembled in the same go."""
    drain(Stage.EXTRACT, {Stage.EXTRACT: perform_extraction, Stage.ASSEMBLE: perform_assembly})

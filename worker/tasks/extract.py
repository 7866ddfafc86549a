"""The stage that reads headers, in chunks."""

from celery import shared_task

from shared.jobs.claim import Claim, FoundMembers
from shared.jobs.job import Stage
from shared.jobs.results import encode_chunk
from worker.context import WorkerContext
from worker.file_limits import limit_archives, limit_files
from worker.leased_task import Commit, Following, drain
from worker.leases import Lease
from worker.pipelines.extract import Extraction, extract_chunk
from worker.tasks.assemble import assemble_files, perform_assembly


def perform_extraction(lease: Lease, context: WorkerContext) -> Commit:
    """Extract the chunk of a claim."""
    claim, work, settings = lease.claim, context.work, context.settings
    extraction = extract_chunk(
        claim.uploads,
        claim.slices,
        open_upload=context.storage.open,
        include_identity=settings.includes_identity,
        before_each=lease.check,
        limits=limit_files(settings),
        archive_limits=limit_archives(settings),
        extra=context.extra_attributes,
        identity_key=claim.job_id.encode(),
    )
    found = _found(claim, extraction)
    if claim.is_only and found is None:  # nothing to gather: what was read is assembled without a detour by the store
        return lambda: Following(
            claim.assembling(), lambda lease, context: assemble_files(lease.claim, context, extraction.files)
        )
    content = encode_chunk(extraction.files)

    def commit() -> Following | bool:
        answer = work.finish_chunk(claim, content, len(extraction.files), found)
        return answer if isinstance(answer, bool) else Following(answer, perform_assembly)

    return commit


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
    drain(Stage.EXTRACT, perform_extraction)

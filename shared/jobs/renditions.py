"""Renditions: what is made of a job's stored files when somebody asks for it, such as a preview picture.

The api asks for one by name, a worker makes it and stores its bytes, and until the job's files are erased everybody
is given the stored one. Asking twice makes it once; a worker that dies makes room for the next.
"""

from typing import Protocol

from msgspec import Struct

from shared.errors import DataError
from shared.jobs.job import Stage
from shared.jobs.outcomes import Source
from shared.jobs.parameters import Upload

RENDER = "render"
"""The queue of hints that a rendition is wanted."""

QUEUES: tuple[str, ...] = (*map(str, Stage), RENDER)
"""Every queue of ready work: those of the stages, and the one of renditions."""


class Rendition(Struct, frozen=True, omit_defaults=True):
    """A made rendition; ``code`` says why its picture is only a placeholder."""

    location: str
    media_type: str
    code: str | None = None


class RenditionClaim(Struct, frozen=True):
    """The right to make one rendition until the lease ends."""

    job_id: str
    name: str
    sources: tuple[Source, ...]


class FilesGone(DataError):
    """The job's files are erased; nothing can be made of them any more."""

    def __init__(self) -> None:
        super().__init__(
            "job.files_gone", "The files of this job are past their retention and erased; submit them again."
        )


class RenditionDesk(Protocol):
    """What the api does: ask."""

    async def want(self, job_id: str, tenant: str, name: str) -> Rendition | None:
        """Give the rendition, or None while it is still to be made.

        Raises
        ------
        JobUnknown, JobGone
            As for every reading of a job.
        FilesGone
            Where the files are erased.
        """


class RenditionWork(Protocol):
    """What a worker does: make."""

    def take(self) -> RenditionClaim | None:
        """Claim the rendition that waits longest; None where none does."""

    def read_uploads(self, claim: RenditionClaim, index: int | None = None) -> tuple[Upload, ...]:
        """Give the uploads of the claim's job, or the one at an index; none where they are erased."""

    def record(self, claim: RenditionClaim, rendition: Rendition) -> bool:
        """Hand over what was made; False where nobody may have it any more and its bytes must go."""

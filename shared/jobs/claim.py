"""The right to work on a unit, and what its work may find."""

from datetime import timedelta

import msgspec
from msgspec import Struct

from shared.jobs.job import JobKind, Stage
from shared.jobs.outcomes import Gathered
from shared.jobs.parameters import ArchiveSlice, Upload


class Claim(Struct, frozen=True):
    """The right to work on one unit until the lease ends; one of extraction has ``uploads`` or ``slices`` to read."""

    unit: str
    fence: int
    attempt: int
    job_id: str
    stage: Stage
    part: str
    kind: JobKind
    tenant: str
    uploads: tuple[Upload, ...] = ()
    slices: tuple[ArchiveSlice, ...] = ()
    waited: timedelta = timedelta(0)
    """Since the unit first had to wait for something; zero where it never had to."""
    left: timedelta = timedelta(0)
    """Until the job's deadline."""
    traceparent: str | None = None
    """The trace that the job's submission belongs to, where traces are configured."""
    is_only: bool = False
    """Whether it is all of its job's extraction: what was read may be assembled at once, and recorded in one step."""
    gathered: Gathered | None = None
    """Of an assembly that follows directly on the last chunk; where it is None the store is asked."""

    def assembling(self) -> "Claim":
        """Give an only claim as the right to assemble, too: unit and fence stay, and what is recorded ends both."""
        assert self.is_only
        return msgspec.structs.replace(self, stage=Stage.ASSEMBLE, part=str(Stage.ASSEMBLE))


class FoundMembers(Struct, frozen=True):
    """Files that a unit found inside its own: ``files`` more than it stood for, and those that are still to be read."""

    files: int
    slices: tuple[ArchiveSlice, ...] = ()

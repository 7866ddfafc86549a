"""Extraction: read the header of each file of a chunk and state its facts, or why there are none.

A file is a stored upload or a member of a stored archive. An archive that a chunk meets is listed, and its members are
left to further chunks; an archive inside an archive is read by the chunk that meets it.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import BinaryIO

import msgspec
from msgspec import Struct

from shared.archives.directory import Listing, Member, list_members
from shared.archives.limits import DEFAULT_LIMITS, MAX_READ_BYTES, ArchiveLimits
from shared.archives.member import HEAD_BYTES, Allowance, open_member
from shared.archives.refusals import refuse
from shared.dicom.content import Content, identify_content, is_media_directory
from shared.dicom.extra import ExtraAttribute
from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.limits import refuse as refuse_file
from shared.dicom.reading import Header, read_header
from shared.errors import DataError, TransientError
from shared.jobs.parameters import ArchiveSlice, Upload
from shared.jobs.results import ExtractedFile

NESTED_PASSES = 4
"""How often an archive inside an archive may be inflated: to list it, to read it, and as much again for detours."""

Limits = Callable[[], AbstractContextManager[None]]
"""What is put around the reading of each file; never inside itself."""

_TOO_MANY = "upload.too_many_files"
_MEDIA_DIRECTORY = DataError(
    "dicom.media_directory", "A directory of a medium (DICOMDIR); the objects it names are read by themselves."
)


class Extraction(Struct, frozen=True):
    """What a chunk yields: its files, and the members of the archives that it listed, still to be read."""

    files: tuple[ExtractedFile, ...]
    slices: tuple[ArchiveSlice, ...] = ()

    @property
    def count(self) -> int:
        """Files that this chunk turned out to stand for, read or still to be read."""
        return len(self.files) + sum(len(one.members) for one in self.slices)


def extract_chunk(
    uploads: Sequence[Upload],
    slices: Sequence[ArchiveSlice] = (),
    *,
    open_upload: Callable[[str], BinaryIO],
    include_identity: bool,
    before_each: Callable[[], None],
    limits: Limits = nullcontext,
    archive_limits: ArchiveLimits = DEFAULT_LIMITS,
    extra: tuple[ExtraAttribute, ...] = (),
    identity_key: bytes | None = None,
) -> Extraction:
    """Extract every file of a chunk; one bad file never costs the others.

    Parameters
    ----------
    before_each
        Called before each file; raises where the work is no longer wanted.
    limits
        Around the reading of each file; raises DataError or MemoryError where it costs too much.
    extra
        Attributes that the operator asked for.
    identity_key
        Key under which files are compared for naming the same patient.

    Raises
    ------
    TransientError
        Where the storage does not answer.
    DataError
        ``upload.too_many_files`` where archives hold more files than a job may have.
    """
    describe = partial(describe_instance, include_identity=include_identity, extra=extra, identity_key=identity_key)
    reader = _Reader(describe, before_each=before_each, limits=limits, archive_limits=archive_limits)
    for upload in uploads:
        if upload.location is not None:
            reader.read_upload(upload, open_upload)
    for one in slices:
        assert one.upload.location is not None
        with _outages():
            archive = open_upload(one.upload.location)
        with archive:
            reader.read_members(archive, one.members, one.upload.index, ())
    return Extraction(tuple(reader.files), tuple(reader.slices))


class _Reader:
    """Gathers what the files of one chunk yield."""

    def __init__(
        self,
        describe: Callable[[Header], InstanceFacts],
        *,
        before_each: Callable[[], None],
        limits: Limits,
        archive_limits: ArchiveLimits,
    ) -> None:
        self._describe_header = describe
        self._before_each = before_each
        self._limits = limits
        self._archive_limits = archive_limits
        self._files = 0
        self.files: list[ExtractedFile] = []
        self.slices: list[ArchiveSlice] = []

    def read_upload(self, upload: Upload, open_upload: Callable[[str], BinaryIO]) -> None:
        """Read a stored file, or list it where it is an archive."""
        assert upload.location is not None
        self._before_each()
        facts = fault = None
        try:
            with self._bounds(), open_upload(upload.location) as source:
                if upload.content == Content.ZIP:
                    self._list(source, upload)
                    return
                facts = self._describe(source, upload.bytes, sees_end=True)
        except DataError as error:
            fault = _fault_of_the_file(error)
        read = ExtractedFile(upload.index, upload.sha256, upload.bytes, facts)
        self.files.append(_with_fault(read, fault))

    def _list(self, source: BinaryIO, upload: Upload) -> None:
        listing = self._list_members(source, upload.bytes)
        self._add_refused(listing, upload.index, ())
        if listing.members:
            self.slices.append(ArchiveSlice(upload, listing.members))

    def _list_members(self, source: BinaryIO, length: int) -> Listing:
        listing = list_members(source, length, self._archive_limits)
        self._files += len(listing.members) + len(listing.refused)
        if self._files > self._archive_limits.files:
            raise refuse(_TOO_MANY)
        return listing

    def _add_refused(self, listing: Listing, index: int, path: tuple[int, ...]) -> None:
        for one in listing.refused:
            file = ExtractedFile(index, None, one.bytes, member=(*path, one.number), crc32=f"{one.crc32:08x}")
            self.files.append(_with_fault(file, refuse(one.code)))

    def read_members(self, archive: BinaryIO, members: Sequence[Member], index: int, path: tuple[int, ...]) -> None:
        """Read members in the order of their bytes, so that an archive inside an archive is inflated straight on."""
        total = Allowance(self._archive_limits.expanded_bytes)
        for member in sorted(members, key=lambda one: one.header_at):
            self._before_each()
            self._read_member(archive, member, total, index, (*path, member.number))

    def _read_member(
        self, archive: BinaryIO, member: Member, total: Allowance, index: int, place: tuple[int, ...]
    ) -> None:
        start = facts = fault = None
        try:
            with self._bounds(), open_member(archive, member, total) as source:
                head = source.read(HEAD_BYTES)
                start = _hash(head)
                source.seek(0)
                if identify_content(head) is not Content.ZIP:
                    facts = self._describe(source, member.bytes, sees_end=False)
            if facts is None:
                self._read_nested(archive, member, total, index, place)
                return
        except DataError as error:
            fault = _fault_of_the_file(error)
            if member.is_system_file and fault.code == "dicom.not_dicom":
                fault = refuse("archive.system_file")
        read = ExtractedFile(index, None, member.bytes, facts, member=place, crc32=f"{member.crc32:08x}", start=start)
        self.files.append(_with_fault(read, fault))

    def _read_nested(
        self, archive: BinaryIO, member: Member, total: Allowance, index: int, place: tuple[int, ...]
    ) -> None:
        if len(place) > 1:
            raise refuse("archive.nested_too_deep")
        most = MAX_READ_BYTES + NESTED_PASSES * member.bytes
        with open_member(archive, member, total, most_bytes=most) as source:
            with self._bounds():
                listing = self._list_members(source, member.bytes)
            self._add_refused(listing, index, place)
            self.read_members(source, listing.members, index, place)

    @contextmanager
    def _bounds(self) -> Iterator[None]:
        """What holds while one file is read: its limits, and the difference between its faults and the disk's."""
        try:
            with self._limits(), _outages():
                yield
        except MemoryError as error:
            raise refuse_file("dicom.too_costly") from error

    def _describe(self, source: BinaryIO, length: int, *, sees_end: bool) -> InstanceFacts:
        try:
            header = read_header(source, length=length, sees_end=sees_end)
        except DataError as error:
            source.seek(0)
            if is_media_directory(source.read(1024)):
                raise _MEDIA_DIRECTORY from error
            raise
        return self._describe_header(header)


@contextmanager
def _outages() -> Iterator[None]:
    """Tell errors of the disk from faults of a file."""
    try:
        yield
    except OSError as error:
        raise TransientError("storage.unavailable", "Stored bytes could not be read; tried again later.") from error


def _fault_of_the_file(error: DataError) -> DataError:
    """Give what is wrong with one file; what is wrong with the whole job is raised on."""
    if error.code == _TOO_MANY:
        raise error
    return error


def _with_fault(file: ExtractedFile, fault: DataError | None) -> ExtractedFile:
    return file if fault is None else msgspec.structs.replace(file, code=fault.code, detail=fault.detail)


def _hash(start: bytes) -> str:
    return hashlib.blake2b(start, digest_size=16).hexdigest()

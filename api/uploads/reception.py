"""The files of one request on their way to the storage; if the request comes to nothing, so do they."""

import asyncio
import hashlib

from msgspec import Struct

from api.schemas.problem import RequestRefused
from shared.dicom.content import Content, identify_content
from shared.jobs.parameters import Upload
from shared.storage.store import Incoming, UploadStore

HEAD_BYTES = 132
"""Preamble and magic of PS3.10 section 7.1: what is needed to tell what a file is."""

KEEPING_AT_ONCE = 8
"""Files of one request that may be made durable at the same time."""

REFUSALS = {
    "upload.empty": "The file has no bytes; send the DICOM object itself.",
    "dicom.not_dicom": "The content is not DICOM (no DICM at byte 128, no group 0002 or 0008 at the start); "
    "send DICOM objects.",
    "upload.archive_unsupported": "Archives are not taken yet; send the DICOM files themselves.",
}
"""What is said of a file that is turned away at the door."""


class Limits(Struct, frozen=True):
    """What one request may hold."""

    bytes: int
    files: int


class Received(Struct, frozen=True):
    """What a request held: every file in order, and the text options."""

    uploads: tuple[Upload, ...]
    options: dict[str, str]


class FileReception:
    """One file on its way: undecided until its head is known, then stored or counted."""

    def __init__(self, store: UploadStore) -> None:
        self._store = store
        self._head = b""
        self._decided = False
        self.refusal: str | None = None
        self.content: Content | None = None
        self.incoming: Incoming | None = None
        self._refused_hash = hashlib.sha256()
        self._refused_bytes = 0

    def write(self, chunk: bytes) -> None:
        if not self._decided:
            self._head += chunk
            if len(self._head) < HEAD_BYTES:
                return
            chunk = self._decide()
        if self.incoming is not None:
            self.incoming.write(chunk)
        else:
            self._refused_hash.update(chunk)
            self._refused_bytes += len(chunk)

    def _decide(self) -> bytes:
        self._decided = True
        self.content = identify_content(self._head)
        if not self._head:
            self.refusal = "upload.empty"
        elif self.content is Content.OTHER:
            self.refusal = "dicom.not_dicom"
        elif self.content is Content.ZIP:
            self.refusal = "upload.archive_unsupported"
        else:
            self.incoming = self._store.receive()
        head, self._head = self._head, b""
        return head

    def close(self, index: int) -> Upload:
        """Finish and make the bytes durable; blocks on the disk."""
        if not self._decided:
            head = self._decide()
            if self.incoming is not None:
                self.incoming.write(head)
            else:
                self._refused_hash.update(head)
                self._refused_bytes += len(head)
        if self.incoming is None:
            assert self.refusal is not None
            sha256 = self._refused_hash.hexdigest()
            return Upload(index, sha256, self._refused_bytes, code=self.refusal, detail=REFUSALS[self.refusal])
        try:
            stored = self.incoming.keep()
        except BaseException:  # half-kept bytes are of no use to anybody; the exception goes on
            self.incoming.discard()
            raise
        return Upload(index, stored.sha256, stored.bytes, stored.location, content=self.content)

    def discard(self) -> None:
        if self.incoming is not None:
            self.incoming.discard()


class Reception:
    """All files and options of one request."""

    def __init__(self, store: UploadStore, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._current: FileReception | None = None
        self._keeping: list[asyncio.Task[Upload]] = []
        self.options: dict[str, str] = {}

    def begin_file(self) -> None:
        if len(self._keeping) == self._limits.files:
            raise RequestRefused(
                "upload.too_many_files",
                f"The request has more than {self._limits.files} files; split it into several jobs.",
            )
        self._current = FileReception(self._store)

    def write(self, chunk: bytes) -> None:
        assert self._current is not None
        self._current.write(chunk)

    async def end_file(self) -> None:
        """Make the file durable beside the reading of the next ones, within bounds."""
        assert self._current is not None
        reception, self._current = self._current, None
        unfinished = [task for task in self._keeping if not task.done()]
        if len(unfinished) >= KEEPING_AT_ONCE:
            await unfinished[0]
        self._keeping.append(asyncio.create_task(asyncio.to_thread(reception.close, len(self._keeping))))

    async def finish(self) -> Received:
        return Received(tuple(await asyncio.gather(*self._keeping)), self.options)

    async def abandon(self) -> None:
        """Leave nothing behind."""
        if self._current is not None:
            self._current.discard()
        kept = await asyncio.gather(*self._keeping, return_exceptions=True)
        locations = [upload.location for upload in kept if isinstance(upload, Upload) and upload.location]
        await asyncio.to_thread(self._store.erase, locations)

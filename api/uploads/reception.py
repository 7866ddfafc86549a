"""The files of one request on their way to the storage; if the request comes to nothing, so do they."""

import asyncio
import hashlib
from collections import deque

from msgspec import Struct

from api.schemas.problem import RequestRefused
from shared.archives import refusals as archives
from shared.archives.end_record import MAX_TAIL_BYTES, check_tail
from shared.dicom.content import Content, identify_content
from shared.errors import DataError
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
    "upload.archive_damaged": archives.REFUSALS["upload.archive_damaged"],
    "upload.archive_empty": archives.REFUSALS["upload.archive_empty"],
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

    def __init__(self, store: UploadStore, side: str | None = None) -> None:
        self._store = store
        self._side = side
        self._head = b""
        self._decided = False
        self._bytes = 0
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self.refusal: str | None = None
        self.content: Content | None = None
        self.incoming: Incoming | None = None
        self._refused_hash = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        if not self._decided:
            self._head += chunk
            if len(self._head) < HEAD_BYTES:
                return
            chunk = self._decide()
        self._take(chunk)

    def _decide(self) -> bytes:
        self._decided = True
        self.content = identify_content(self._head)
        if not self._head:
            self.refusal = "upload.empty"
        elif self.content is Content.OTHER:
            self.refusal = "dicom.not_dicom"
        else:
            self.incoming = self._store.receive()
        head, self._head = self._head, b""
        return head

    def _take(self, chunk: bytes) -> None:
        self._bytes += len(chunk)
        if self.incoming is None:
            self._refused_hash.update(chunk)
            return
        self.incoming.write(chunk)
        if self.content is Content.ZIP:
            self._remember(chunk)

    def _remember(self, chunk: bytes) -> None:
        """Keep the last pieces of an archive, enough to find its end in."""
        self._tail.append(chunk)
        self._tail_bytes += len(chunk)
        while self._tail_bytes - len(self._tail[0]) >= MAX_TAIL_BYTES:
            self._tail_bytes -= len(self._tail.popleft())

    def close(self, index: int) -> Upload:
        """Finish and make the bytes durable; blocks on the disk."""
        if not self._decided:
            self._take(self._decide())
        sha256 = self._refused_hash.hexdigest()
        if self.incoming is not None:
            self._check_end()
            sha256 = self.incoming.sha256()
        if self.refusal is not None:
            self.discard()
            return Upload(index, sha256, self._bytes, code=self.refusal, detail=REFUSALS[self.refusal], side=self._side)
        assert self.incoming is not None
        try:
            stored = self.incoming.keep()
        except BaseException:  # half-kept bytes are of no use to anybody; the exception goes on
            self.incoming.discard()
            raise
        return Upload(index, stored.sha256, stored.bytes, stored.location, content=self.content, side=self._side)

    def _check_end(self) -> None:
        """Look at the end of an archive, which shows cheaply whether all of it came."""
        if self.content is not Content.ZIP:
            return
        try:
            check_tail(b"".join(self._tail)[-MAX_TAIL_BYTES:])
        except DataError as error:
            self.refusal = error.code
        self._tail.clear()

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
        self._unfinished: deque[asyncio.Task[Upload]] = deque()
        self.options: dict[str, str] = {}

    def begin_file(self, side: str | None = None) -> None:
        """Begin the next file; ``side`` is that of a comparison."""
        if len(self._keeping) == self._limits.files:
            raise RequestRefused(
                "upload.too_many_files",
                f"The request has more than {self._limits.files} files; split it into several jobs.",
            )
        self._current = FileReception(self._store, side)

    def write(self, chunk: bytes) -> None:
        assert self._current is not None
        self._current.write(chunk)

    async def catch_up(self) -> None:
        """Wait, beside the event loop, until the storage has taken what came so far, where it is behind."""
        incoming = self._current.incoming if self._current is not None else None
        if incoming is not None and incoming.is_behind():
            await asyncio.to_thread(incoming.catch_up)

    async def end_file(self) -> None:
        """Make the file durable beside the reading of the next ones, within bounds."""
        assert self._current is not None
        reception, self._current = self._current, None
        while self._unfinished and (len(self._unfinished) >= KEEPING_AT_ONCE or self._unfinished[0].done()):
            await self._unfinished.popleft()
        task = asyncio.create_task(asyncio.to_thread(reception.close, len(self._keeping)))
        self._keeping.append(task)
        self._unfinished.append(task)

    async def finish(self) -> Received:
        return Received(tuple(await asyncio.gather(*self._keeping)), self.options)

    async def abandon(self) -> None:
        """Leave nothing behind."""
        if self._current is not None:
            await asyncio.to_thread(self._current.discard)
        kept = await asyncio.gather(*self._keeping, return_exceptions=True)
        locations = [upload.location for upload in kept if isinstance(upload, Upload) and upload.location]
        await asyncio.to_thread(self._store.erase, locations)

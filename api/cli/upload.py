"""The files of a submission: found below paths, and streamed as multipart/form-data without being read into memory.

A part is named by its number: a file's name may identify a patient and stays on this machine.
"""

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from api.cli.command import CommandFailed, Exit

CHUNK_BYTES = 256 * 1024
"""Bytes read and sent at once."""


class LocalFile(Struct, frozen=True):
    """A file to send and how many bytes it has."""

    path: Path
    bytes: int


def find_files(paths: Sequence[Path]) -> list[LocalFile]:
    """Gather the files at and below these paths, in a stable order; what begins with a dot is left out of folders.

    Raises
    ------
    CommandFailed
        USAGE where a path does not exist, cannot be read, or where there is no file at all.
    """
    found: list[LocalFile] = []
    for path in paths:
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                found += _below(path)
            elif stat.S_ISREG(mode):
                found.append(_local_file(path))
            else:
                raise CommandFailed(Exit.USAGE, f"{path} is neither a file nor a folder")
        except OSError as error:
            raise CommandFailed(Exit.USAGE, f"cannot read {error.filename or path}: {error.strerror}") from None
    if not found:
        raise CommandFailed(Exit.USAGE, "there is no file at the paths given")
    return found


def _below(folder: Path) -> list[LocalFile]:
    def refuse(error: OSError) -> None:
        raise error

    found = []
    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and path.is_file():
                found.append(_local_file(path))
    return found


def _local_file(path: Path) -> LocalFile:
    if not os.access(path, os.R_OK):
        raise PermissionError(13, "Permission denied", str(path))
    return LocalFile(path, path.stat().st_size)


class Form:
    """A submission as the bytes of a form (RFC 7578); can be streamed any number of times.

    Parameters
    ----------
    on_bytes, on_file
        Told of each piece and each file that has been handed to the connection.
    """

    def __init__(
        self,
        files: Sequence[LocalFile],
        fields: dict[str, str],
        *,
        on_bytes: Callable[[int], None],
        on_file: Callable[[], None],
    ) -> None:
        self._files = files
        self._boundary = secrets.token_hex(16)
        self._head = "".join(
            f'--{self._boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ).encode()
        self._tail = f"--{self._boundary}--\r\n".encode()
        self._on_bytes = on_bytes
        self._on_file = on_file

    @property
    def headers(self) -> dict[str, str]:
        """The headers that describe the body; its length is known before it is sent."""
        framing = sum(len(self._part(number)) + 2 for number in range(len(self._files)))
        length = len(self._head) + framing + sum(file.bytes for file in self._files) + len(self._tail)
        return {
            "Content-Type": f"multipart/form-data; boundary={self._boundary}",
            "Content-Length": str(length),
        }

    def stream(self) -> Iterator[bytes]:
        """Give the body piece by piece; raises CommandFailed where a file changed since it was found."""
        yield self._head
        for number, file in enumerate(self._files):
            yield self._part(number)
            yield from self._content(file)
            yield b"\r\n"
            self._on_file()
        yield self._tail

    def _part(self, number: int) -> bytes:
        disposition = f'form-data; name="file"; filename="{number}"'
        return (
            f"--{self._boundary}\r\nContent-Disposition: {disposition}\r\n"
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()

    def _content(self, file: LocalFile) -> Iterator[bytes]:
        left = file.bytes
        try:
            with file.path.open("rb", buffering=0) as source:
                while left and (chunk := source.read(min(left, CHUNK_BYTES))):
                    left -= len(chunk)
                    yield chunk
                    self._on_bytes(len(chunk))
        except OSError as error:
            raise CommandFailed(Exit.USAGE, f"cannot read {file.path}: {error.strerror}") from None
        if left:
            raise CommandFailed(Exit.USAGE, f"{file.path} became shorter while it was sent")

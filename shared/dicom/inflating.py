"""Deflated data sets, inflated piece by piece and never beyond a limit (PS3.5 section A.5)."""

import zlib
from typing import BinaryIO

from shared.dicom.limits import ReadingLimits, refuse

_PIECE_BYTES = 64 * 1024


class Inflating:
    """The inflated bytes of a data set, as far as they are asked for.

    Data that is damaged ends where the damage begins, like a file that is cut short.

    Raises
    ------
    DataError
        From every method, ``dicom.expands_too_far`` at the limit.
    """

    def __init__(self, begin: bytes, source: BinaryIO, limits: ReadingLimits) -> None:
        self._waiting = begin
        self._source = source
        self._left = limits.inflated_bytes
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def read(self, size: int, /) -> bytes:
        """Give up to so many bytes; none at the end."""
        while not self._inflater.eof:
            self._waiting = self._waiting or self._source.read(_PIECE_BYTES)
            if not self._waiting:
                break
            try:
                piece = self._inflater.decompress(self._waiting, size)
            except zlib.error:
                self._waiting = b""
                break
            self._waiting = self._inflater.unconsumed_tail
            self._left -= len(piece)
            if self._left < 0:
                raise refuse("dicom.expands_too_far")
            if piece:
                return piece
        return b""

    def skip(self, size: int, /) -> bool:
        """Inflate so many bytes without keeping them; False where there are fewer."""
        while size > 0:
            piece = self.read(min(size, _PIECE_BYTES))
            if not piece:
                return False
            size -= len(piece)
        return True

    def count_rest(self) -> int:
        """Inflate to the end without keeping anything; gives the number of bytes."""
        count = 0
        while piece := self.read(_PIECE_BYTES):
            count += len(piece)
        return count

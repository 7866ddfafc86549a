"""Inflating piece by piece, as much as is asked for."""

import io
import random
import zlib

from shared.dicom.inflating import Inflating
from shared.dicom.limits import DEFAULT_LIMITS

PLAIN = random.Random(1).randbytes(1000)
PACKER = zlib.compressobj(wbits=-zlib.MAX_WBITS)
DEFLATED = PACKER.compress(PLAIN) + PACKER.flush()


class Trickle(io.BytesIO):
    """A source that gives one byte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give one byte."""
        del size
        return super().read(1)


def test_pieces_of_any_size_make_up_the_whole() -> None:
    """Bytes from which nothing can be inflated yet are no end."""
    inflating = Inflating(b"", Trickle(DEFLATED), DEFAULT_LIMITS)
    first = inflating.read(10)
    assert (len(first), inflating.skip(90 - len(first)), inflating.count_rest()) == (1, True, 910)


def test_passing_over_more_than_there_is_reaches_the_end() -> None:
    """A value that announces more than the data set has is cut."""
    inflating = Inflating(DEFLATED, io.BytesIO(), DEFAULT_LIMITS)
    assert (inflating.skip(1001), inflating.read(1)) == (False, b"")

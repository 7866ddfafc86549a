"""From stored bytes to a parsed header: sniffed, bounded, and never with a foreign library's words.

Reads up to the pixels and not one byte of them, and checks what parsers pass in silence: a byte order that is not the
stated one, missing identity, an early end of the file, pixels shorter than announced.

Implements PS3.10 section 7.1 and PS3.5 sections 7, 10 and A.
"""

import logging
from typing import BinaryIO

from msgspec import Struct

from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.content import PREFIX_OFFSET, Content, holds_program, identify_content
from shared.dicom.encoding import UNDEFINED_LENGTH, Broken, CutShort, Element, Encoded
from shared.dicom.findings import Finding
from shared.dicom.inflating import Inflating
from shared.dicom.limits import DEFAULT_LIMITS, ReadingLimits, refuse
from shared.dicom.pixels import check_fragments, check_native_pixels
from shared.dicom.representations import MAY_HOLD_ITEMS

# pydicom decodes text here and logs what it cannot decode; nothing of a file may reach a log.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)

IMPLICIT = {"1.2.840.10008.1.2", "1.2.840.113619.5.2"}
"""Transfer syntaxes without value representations: the default one and GE's private one, PS3.5 section A.1."""

BIG_ENDIAN = "1.2.840.10008.1.2.2"
"""Explicit VR Big Endian, retired; PS3.5 section A.3 of 2006."""

DEFLATED = {"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"}
"""Transfer syntaxes whose whole data set is deflated, PS3.5 sections A.5, A.7 and A.10."""

_FIRST_BYTES = 16 * 1024
"""Most headers end before; one read then fetches all of it."""

_META_GROUP = 0x0002
_PER_FRAME_GROUPS = 0x52009230
_PIXELS = {0x7FE00008, 0x7FE00009, 0x7FE00010}
_TRANSFER_SYNTAX = 0x00020010
_IDENTITY = tuple(
    standard_attribute(keyword)
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality")
)

_PROGRAM = Finding("preamble.program", "The preamble begins like an executable program; never run this file.")
_MISMATCH = Finding(
    "encoding.mismatch", "The data set is not encoded as the file states; it was read as it is encoded."
)
_TRUNCATED = Finding("header.truncated", "The file ends inside its header; what stood behind is missing.")
_BROKEN = Finding("header.broken", "A sequence in the header is broken; what stands behind it was not read.")
_TRAILING = Finding("header.trailing_bytes", "Bytes that are no element follow the header; they were not read.")


class Header(Struct, frozen=True):
    """A parsed header and what was odd about reading it."""

    attributes: Attributes
    transfer_syntax_uid: str | None
    findings: tuple[Finding, ...] = ()


class _File:
    """A stored file's bytes beyond those already read, for the walk."""

    def __init__(self, source: BinaryIO, position: int, length: int) -> None:
        self._source = source
        self._left = length - position
        self._must_move = 0

    def read(self, size: int, /) -> bytes:
        if self._must_move:
            self._source.seek(self._must_move, 1)
            self._must_move = 0
        content = self._source.read(size)
        self._left -= len(content)
        return content

    def skip(self, size: int, /) -> bool:
        self._must_move += size
        self._left -= size
        return self._left >= 0


class _DataSet(Struct):
    """The elements of a data set up to its pixels: where those begin, or None, and what was odd."""

    elements: dict[int, Element]
    pixels_at: int | None = None
    finding: Finding | None = None


def read_header(
    source: BinaryIO,
    *,
    length: int,
    limits: ReadingLimits = DEFAULT_LIMITS,
    sees_end: bool = True,
    frames: int | None = None,
) -> Header:
    """Parse the header of a stored object.

    Parameters
    ----------
    source
        The bytes, at their beginning; seekable where values are passed over or pixels are encapsulated.
    length
        Their number.
    sees_end
        Whether the last bytes are within reach; false for a member of an archive, which would be inflated for them.
        Encapsulated pixels are taken as they are then.
    frames
        How many frames of an enhanced object are of interest: what stands behind their functional groups is not read,
        and nothing is said about pixels. None reads all.

    Returns
    -------
    Header
        With the identity of PS3.3 C.12.1 and C.7.3.1 guaranteed to be present.

    Raises
    ------
    DataError
        One of ``shared.dicom.limits.REFUSALS``; the detail holds no value of the file.
    """
    first = source.read(_FIRST_BYTES)
    if identify_content(first[: PREFIX_OFFSET + 4]) is not Content.DICOM:
        raise refuse("dicom.not_dicom")
    findings = [_PROGRAM] if holds_program(first) else []
    encoded = Encoded(first, source=_File(source, len(first), length), limits=limits)
    uid, position = _read_meta(encoded)
    inflating = None
    if uid in DEFLATED:
        inflating = Inflating(encoded.held[position:], source, limits)
        encoded, position = Encoded(b"", source=inflating, limits=limits), 0
    is_little_endian, is_explicit, is_as_stated = _judge_encoding(encoded, position, uid)
    encoded.set_byte_order(is_little_endian=is_little_endian)
    data_set = _read_data_set(encoded, position, limits, is_explicit=is_explicit, frames=frames)
    if inflating is not None:
        length = encoded.passed_over + len(encoded.held) + inflating.count_rest()
    attributes = Attributes(data_set.elements, is_little_endian=is_little_endian)
    if not all(isinstance(attributes.read(attribute), Present) for attribute in _IDENTITY):
        raise refuse("dicom.no_identity")
    findings += [_MISMATCH] if not is_as_stated else []
    findings += [data_set.finding] if data_set.finding is not None else []
    if data_set.pixels_at is not None:
        tag, _, announced, begin = encoded.head(data_set.pixels_at, is_explicit=is_explicit)
        begin += encoded.passed_over
        if announced != UNDEFINED_LENGTH:
            findings += check_native_pixels(attributes, tag, announced, length - begin)
        elif inflating is None and sees_end:
            findings += check_fragments(source, begin, length)
    return Header(attributes, uid, tuple(findings))


def _read_meta(encoded: Encoded) -> tuple[str | None, int]:
    """Read the File Meta Information; gives the stated transfer syntax and where the data set begins.

    Its group length is not believed: real files state a wrong one or none.
    """
    position = PREFIX_OFFSET + 4 if encoded.held[PREFIX_OFFSET : PREFIX_OFFSET + 4] == b"DICM" else 0
    uid = None
    try:
        while True:
            tag, _, length, begin = encoded.head(position, is_explicit=True)
            if tag >> 16 != _META_GROUP or not encoded.reaches(begin + length):
                return uid, position
            position = begin + length
            if tag == _TRANSFER_SYNTAX:
                uid = encoded.held[begin:position].decode("ascii", "replace").strip(" \0") or None
    except Broken:
        return uid, position


def _judge_encoding(encoded: Encoded, position: int, uid: str | None) -> tuple[bool, bool, bool]:
    """Tell from the first element, not from what is stated alone, how a data set is encoded.

    Returns
    -------
    tuple
        Whether it is little endian, whether it is explicit, and whether this is what is stated.

    Raises
    ------
    DataError
        ``dicom.false_transfer_syntax`` where the byte order is not the stated one: numbers would be wrong in silence.
    """
    if not encoded.reaches(position + 8):
        return True, True, True
    first, second = encoded.held[position : position + 2]
    is_explicit = encoded.is_explicit_at(position)
    # Data sets begin with a group below 0100, so that the byte that is zero tells the order.
    seems_big, seems_little = first == 0 < second, second == 0 < first
    if uid is None or not uid.startswith(("1.2.840.10008.1.2", *IMPLICIT)):
        return not seems_big, is_explicit, True
    if seems_little if uid == BIG_ENDIAN else seems_big:
        raise refuse("dicom.false_transfer_syntax")
    return uid != BIG_ENDIAN, is_explicit, is_explicit != (uid in IMPLICIT)


def _read_data_set(
    encoded: Encoded, position: int, limits: ReadingLimits, *, is_explicit: bool, frames: int | None
) -> _DataSet:
    data_set = _DataSet({})
    tag, vr, begin = 0, None, position
    try:
        while encoded.reaches(position + 8):
            tag, vr, length, begin = encoded.head(position, is_explicit=is_explicit)
            if tag in _PIXELS:
                data_set.pixels_at = position
                return data_set
            if tag >> 16 == 0:
                data_set.finding = _TRAILING
                return data_set
            if tag == _PER_FRAME_GROUPS and frames is not None:
                end = encoded.walk_items(vr, begin, length, frames)
                data_set.elements[tag] = Element(vr or "SQ", encoded.held[begin:end])
                return data_set
            element, position = _read_element(encoded, vr, begin, length, limits)
            data_set.elements[tag] = element
    except Broken as problem:
        data_set.finding = _TRUNCATED if problem.is_cut else _BROKEN
        if tag == _PER_FRAME_GROUPS:  # each frame stands for itself: those before the damage are whole
            data_set.elements[tag] = Element(vr or "SQ", encoded.held[begin:], UNDEFINED_LENGTH)
    return data_set


def _read_element(
    encoded: Encoded, vr: str | None, begin: int, length: int, limits: ReadingLimits
) -> tuple[Element, int]:
    """Take an element as it is encoded; gives it and the position behind it."""
    if length == UNDEFINED_LENGTH:
        after = encoded.walk(vr, begin, length)
        return Element(vr or "SQ", encoded.held[begin : after - 8]), after
    if vr in MAY_HOLD_ITEMS and encoded.holds_items(vr, begin, length):
        encoded.walk(vr, begin, length)
    elif length > limits.value_bytes:
        if not encoded.pass_over(begin, length):
            raise CutShort
        return Element(vr, None, length), begin
    if not encoded.reaches(begin + length):
        raise CutShort
    return Element(vr, encoded.held[begin : begin + length]), begin + length

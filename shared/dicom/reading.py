"""From stored bytes to a parsed header: sniffed, bounded, and never with pydicom's own words.

Reads up to the pixels, or up to the per-frame functional groups, and checks by itself what pydicom lets pass in
silence: missing identity, an early end of the file, pixels shorter than announced.

Implements PS3.10 section 7.1 and PS3.5 sections 7 and A.4.
"""

import io
import logging
import struct
import warnings
import zlib
from typing import BinaryIO

from msgspec import Struct
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag

from shared.dicom.attributes import PARSER_ERRORS, Attributes, Present, standard_attribute
from shared.dicom.content import PREFIX_OFFSET, Content, identify_content
from shared.dicom.findings import Finding
from shared.dicom.functional_groups import PER_FRAME_GROUPS, FunctionalGroups, flatten_shared, read_per_frame
from shared.dicom.sop_classes import ENHANCED
from shared.errors import DataError

# pydicom logs element values; nothing of a file may reach a log.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)

DEFLATED = b"1.2.840.10008.1.2.1.99"
"""Deflated Explicit VR Little Endian, PS3.5 section A.5."""

_ITEM = b"\xfe\xff\x00\xe0"
_PIXEL_GROUP = 0x7FE0
_UNDEFINED_LENGTH = 0xFFFFFFFF
_META_SEARCH_BYTES = 4096


class ReadingLimits(Struct, frozen=True):
    """What one header may cost."""

    header_bytes: int = 64 * 1024 * 1024
    """Bytes of a deflated data set after inflating, and of a header that is searched for sequence items."""
    items: int = 200_000
    """Sequence items in a header."""


DEFAULT_LIMITS = ReadingLimits()
"""What a header may cost unless the caller says otherwise."""


class Header(Struct, frozen=True):
    """A parsed header and what was odd about reading it."""

    attributes: Attributes
    transfer_syntax_uid: str | None
    findings: tuple[Finding, ...] = ()
    groups: FunctionalGroups | None = None
    """The functional groups of an enhanced object; None of a classic one, whatever sequences it carries."""


_REFUSALS = {
    "dicom.not_dicom": "The content is not DICOM; send DICOM objects.",
    "dicom.damaged": "The header breaks the rules of DICOM encoding and cannot be read; export the object again.",
    "dicom.no_identity": "SOP Class, SOP Instance, Study or Series Instance UID or Modality is missing; "
    "the file is cut short or not a stored object.",
    "dicom.expands_too_far": "The compressed header expands beyond the limit; it is not read.",
    "dicom.too_many_items": "The header has more sequence items than the limit; it is not read.",
}

_IDENTITY = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality")


def _refuse(code: str) -> DataError:
    return DataError(code, _REFUSALS[code])


def read_header(source: BinaryIO, *, length: int, limits: ReadingLimits = DEFAULT_LIMITS) -> Header:
    """Parse the header of a stored object.

    Parameters
    ----------
    source
        The bytes, seekable, at their beginning.
    length
        Their number.

    Returns
    -------
    Header
        With the identity of PS3.3 C.12.1 and C.7.3.1 guaranteed to be present.

    Raises
    ------
    DataError
        ``dicom.not_dicom``, ``dicom.damaged``, ``dicom.no_identity``, ``dicom.expands_too_far`` or
        ``dicom.too_many_items``; the detail holds no value of the file.
    """
    head = source.read(_META_SEARCH_BYTES)
    if identify_content(head[: PREFIX_OFFSET + 4]) is not Content.DICOM:
        raise _refuse("dicom.not_dicom")
    source.seek(0)
    is_deflated = DEFLATED in head
    if is_deflated:
        source = _inflate(source, head, limits)
    _check_items(source, limits)
    dataset, pixels_at = _parse(source)
    findings = _drop_cut_element(dataset)
    attributes = Attributes(dataset)
    if not all(isinstance(attributes.read(standard_attribute(keyword)), Present) for keyword in _IDENTITY):
        raise _refuse("dicom.no_identity")
    groups, frame_findings, pixels_at = _read_groups(source, dataset, attributes, pixels_at)
    findings += frame_findings
    if is_deflated:
        return Header(attributes, DEFLATED.decode(), findings, groups)
    uid = dataset.file_meta.get("TransferSyntaxUID") if hasattr(dataset, "file_meta") else None
    findings = findings or _check_pixels(source, pixels_at, length)
    return Header(attributes, str(uid) if uid else None, findings, groups)


def _read_groups(
    source: BinaryIO, dataset: Dataset, attributes: Attributes, at: int
) -> tuple[FunctionalGroups | None, tuple[Finding, ...], int]:
    """Read the functional groups where the SOP Class has them; gives them, findings and where they end."""
    sop_class = attributes.read(standard_attribute("SOPClassUID"))
    if not isinstance(sop_class, Present) or sop_class.values[0] not in ENHANCED:
        return None, (), at
    implicit, little_endian = dataset.original_encoding
    source.seek(at)
    per_frame = read_per_frame(source, implicit=bool(implicit), little_endian=bool(little_endian))
    common = attributes.overlaid(flatten_shared(dataset))
    return FunctionalGroups(common, per_frame.frames), per_frame.findings, per_frame.ends_at or at


def _parse(source: BinaryIO) -> tuple[Dataset, int]:
    """Read up to the pixels or the per-frame groups; gives the data set and where reading stopped."""

    def stop(tag: BaseTag, vr: str | None, length: int) -> bool:
        del vr, length
        return tag >= PER_FRAME_GROUPS and (tag == PER_FRAME_GROUPS or tag >> 16 >= _PIXEL_GROUP)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they quote values; what matters is checked here
        try:
            dataset = read_partial(source, stop_when=stop, force=True)
        except PARSER_ERRORS as error:
            raise _refuse("dicom.damaged") from error
        except OSError as error:
            if error.errno is not None:  # the disk's own; pydicom's, about a missing tag, has no number
                raise
            raise _refuse("dicom.damaged") from error
    return dataset, source.tell()


def _drop_cut_element(dataset: Dataset) -> tuple[Finding, ...]:
    """Remove a last element whose value ends before its announced length: pydicom passes it on in silence."""
    if not len(dataset):
        return ()
    tag = max(dataset.keys())
    last = dict(dataset.items())[tag]  # asking the data set itself would convert, and fail on, what is broken
    if isinstance(last, DataElement) or last.length == _UNDEFINED_LENGTH or len(last.value or b"") == last.length:
        return ()
    del dataset[tag]
    text = "The file ends inside its header; what stood behind is missing."
    return (Finding("header.truncated", text),)


def _inflate(source: BinaryIO, head: bytes, limits: ReadingLimits) -> BinaryIO:
    """Inflate a deflated data set within bounds and give it as if it had been stored plain."""
    meta_length = struct.unpack_from("<I", head, 140)[0] if head[132:136] == b"\x02\x00\x00\x00" else None
    if meta_length is None or meta_length > len(head):
        raise _refuse("dicom.damaged")
    start = 144 + meta_length
    source.seek(start)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = bytearray()
    try:
        while chunk := source.read(65536):
            content += inflater.decompress(chunk, limits.header_bytes - len(content) + 1)
            if len(content) > limits.header_bytes:
                raise _refuse("dicom.expands_too_far")
            if inflater.eof:
                break
    except zlib.error as error:
        raise _refuse("dicom.damaged") from error
    plain = head[:start].replace(DEFLATED, b"1.2.840.10008.1.2.1\0\0\0")
    return io.BytesIO(plain + bytes(content))


def _check_items(source: BinaryIO, limits: ReadingLimits) -> None:
    """Count item tags before pydicom makes objects of them."""
    count, kept, read = 0, b"", 0
    while read < limits.header_bytes and (chunk := source.read(1 << 20)):
        read += len(chunk)
        count += (kept + chunk).count(_ITEM)
        kept = chunk[-3:]
        if count > limits.items:
            raise _refuse("dicom.too_many_items")
    source.seek(0)


def _check_pixels(source: BinaryIO, pixels_at: int, length: int) -> tuple[Finding, ...]:
    """Compare the announced length of the pixels with what is there; PS3.5 section 7.1."""
    source.seek(pixels_at)
    element = source.read(12)
    if len(element) < 8 or struct.unpack_from("<H", element)[0] != _PIXEL_GROUP:
        return ()
    if element[4:6] in {b"OB", b"OW", b"OF", b"OD"} and len(element) == 12:
        announced, begins = struct.unpack_from("<I", element, 8)[0], pixels_at + 12
    else:
        announced, begins = struct.unpack_from("<I", element, 4)[0], pixels_at + 8
    if announced != _UNDEFINED_LENGTH and begins + announced > length:
        text = "The file ends before its pixel data does; the header is used, the image is incomplete."
        return (Finding("pixels.truncated", text),)
    return ()

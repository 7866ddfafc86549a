"""DICOM files made element by element, right or wrong, so that a test states only what matters.

The encoder is written from PS3.5 section 7.1 alone, so that broken files can be made that no library would write.
"""

import io
import struct
import zlib

from shared.dicom.attributes import standard_attribute
from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.reading import Header, read_header

EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"

_LONG = {"OB", "OD", "OF", "OL", "OW", "SQ", "UC", "UN", "UR", "UT"}
_IDENTITY = {
    "SOPClassUID": CT_IMAGE,
    "SOPInstanceUID": "1.2.3.4",
    "Modality": "CT",
    "StudyInstanceUID": "1.2.3",
    "SeriesInstanceUID": "1.2.3.1",
}

Value = str | bytes | int | float


def encode(tag: int, vr: str, value: bytes, *, big: bool = False) -> bytes:
    """Encode one explicit element; odd values are padded as PS3.5 section 6.2 says."""
    order = ">" if big else "<"
    if len(value) % 2:
        value += b"\0" if vr in {"UI", "OB"} else b" "
    head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    length = struct.pack(f"{order}HI", 0, len(value)) if vr in _LONG else struct.pack(f"{order}H", len(value))
    return head + length + value


def standard(keyword: str, value: Value, *, vr: str | None = None, big: bool = False) -> tuple[int, bytes]:
    """Encode a standard element from text, bytes or a number; the VR is PS3.6's unless another is asked for."""
    attribute = standard_attribute(keyword)
    kind = vr or attribute.vr
    order = ">" if big else "<"
    if isinstance(value, int | float):
        code = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}[kind]
        value = struct.pack(order + code, value)
    content = value.encode("latin-1") if isinstance(value, str) else value
    return attribute.tag, encode(attribute.tag, kind, content, big=big)


def private_block(
    group: int, creator: str, elements: dict[int, tuple[str, Value]], block: int = 0x10
) -> dict[int, bytes]:
    """Encode a private block: its creator and elements by their last two digits (PS3.5 section 7.8.1)."""
    encoded = {(group << 16) + block: encode((group << 16) + block, "LO", creator.encode())}
    for element, (vr, value) in elements.items():
        tag = (group << 16) + (block << 8) + element
        content = struct.pack("<f", value) if isinstance(value, int | float) else value
        encoded[tag] = encode(tag, vr, content.encode() if isinstance(content, str) else content)
    return encoded


def make_file(
    attributes: dict[str, Value] | None = None,
    *,
    without: tuple[str, ...] = (),
    raw: dict[int, bytes] | None = None,
    syntax: str = EXPLICIT_LITTLE,
    tail: bytes = b"",
) -> bytes:
    """Make a Part 10 file with an identity and the attributes given.

    Parameters
    ----------
    without
        Keywords of the identity that are left out.
    raw
        Encoded elements by tag, for private and broken ones.
    tail
        Bytes after the data set's last element, such as pixel data.
    """
    big = syntax == EXPLICIT_BIG
    named = {key: value for key, value in {**_IDENTITY, **(attributes or {})}.items() if key not in without}
    elements = dict(standard(keyword, value, big=big) for keyword, value in named.items())
    elements.update(raw or {})
    body = b"".join(content for _, content in sorted(elements.items())) + tail
    if syntax == DEFLATED:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = packer.compress(body) + packer.flush()
    meta = encode(0x00020010, "UI", syntax.encode())
    group = encode(0x00020000, "UL", struct.pack("<I", len(meta)))
    return bytes(128) + b"DICM" + group + meta + body


def make_body(*, big: bool = False, implicit: bool = False) -> bytes:
    """Make a data set with an identity and nothing around it."""
    elements = sorted(standard(keyword, value, big=big) for keyword, value in _IDENTITY.items())
    if implicit:
        pieces = ((tag, content[8:]) for tag, content in elements)
        return b"".join(struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(value)) + value for tag, value in pieces)
    return b"".join(content for _, content in elements)


def read(content: bytes) -> Header:
    """Read a made file."""
    return read_header(io.BytesIO(content), length=len(content))


def describe(
    attributes: dict[str, Value] | None = None,
    *,
    raw: dict[int, bytes] | None = None,
    include_identity: bool = False,
    identity_key: bytes | None = None,
) -> InstanceFacts:
    """State the facts of a made file."""
    header = read(make_file(attributes, raw=raw))
    return describe_instance(header, include_identity=include_identity, identity_key=identity_key)

"""What a file is, told from its first bytes. Knows no parser, so that the api can ask without loading one.

Implements PS3.10 section 7.1 (preamble and prefix) and what real archives hold beside it.
"""

from enum import StrEnum

PREFIX_OFFSET = 128
"""Length of the preamble, after which a Part 10 file says DICM."""

_PROGRAM_MAGICS = (
    b"MZ",
    b"\x7fELF",
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"),
    b"#!",
)
"""How programs for Windows, Linux and macOS, and scripts, begin."""

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")
"""A member, the end of an empty archive, and an archive once meant to be split: APPNOTE 4.3.7, 4.3.16 and 8.5.3."""

_MEDIA_DIRECTORY = b"\x02\x00\x02\x00UI\x14\x001.2.840.10008.1.3.10"
"""Media Storage SOP Class UID (0002,0002) of a DICOMDIR, PS3.3 F.3.2.1; the group is always explicit little endian."""


class Content(StrEnum):
    """Kinds of content that matter at the door."""

    DICOM = "dicom"
    ZIP = "zip"
    OTHER = "other"


def identify_content(head: bytes) -> Content:
    """Tell what a file is.

    Parameters
    ----------
    head
        The first 132 bytes, or all where the file is shorter.

    Returns
    -------
    Content
        DICOM for a Part 10 file, and for a data set without preamble that begins with an element of group 0002 or
        0008; those are read too, since archives and older modalities write them.
    """
    if head[PREFIX_OFFSET : PREFIX_OFFSET + 4] == b"DICM" or _begins_with_an_element(head):
        return Content.DICOM
    if head.startswith(_ZIP_MAGICS):
        return Content.ZIP
    return Content.OTHER


def holds_program(head: bytes) -> bool:
    """Tell whether the preamble of a Part 10 file would let it run as a program (CVE-2019-11687)."""
    return head[PREFIX_OFFSET : PREFIX_OFFSET + 4] == b"DICM" and head.startswith(_PROGRAM_MAGICS)


def is_media_directory(head: bytes) -> bool:
    """Tell whether a file's first kilobyte is that of a DICOMDIR, whatever it is called."""
    return _MEDIA_DIRECTORY in head[:1024]


def _begins_with_an_element(head: bytes) -> bool:
    """Look for a group 0002 or 0008 tag with a plausible element number, in either byte order."""
    if len(head) < 8:
        return False
    little = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:4], "little")
    big = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:4], "big")
    return any(group in {0x0002, 0x0008} and element <= 0x0100 for group, element in (little, big))

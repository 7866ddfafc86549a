"""What an archive may claim and cost."""

from msgspec import Struct

MAX_MEMBER_BYTES = 8 * 1024**3
"""Largest inflated size that a member may claim: twice what one DICOM element can hold (PS3.5 section 7.1)."""

MAX_DIRECTORY_BYTES = 64 * 1024**2
"""Largest central directory: 10,000 members with names and extra fields of 6 KB each."""

FREE_EXPANSION_BYTES = 64 * 1024**2
"""Inflated size up to which the ratio does not matter: blank images compress a thousandfold and hurt nobody."""

MAX_READ_BYTES = 256 * 1024**2
"""Bytes that may be inflated to read one member's header: four passes over the longest header that is read."""

DEFLATE_RATIO = 1032
"""What DEFLATE (RFC 1951) can expand a byte to at most: 258 bytes from two bits."""


class ArchiveLimits(Struct, frozen=True):
    """The limits that a deployment sets."""

    files: int = 10_000
    """Members of one archive; folders are counted apart, against the same number."""
    expanded_bytes: int = 32 * 1024**3
    """Inflated bytes of all members together: as claimed by the directory, and as counted while reading."""
    ratio: int = 200
    """Inflated bytes per byte of the archive."""


DEFAULT_LIMITS = ArchiveLimits()
"""What an archive may claim unless the caller says otherwise."""

"""Whether two files name the same patient, told without knowing whom: a keyed digest of what they state.

The digest is compared within one job and dropped when its facts are assembled. Without the key, which is the job's own,
it says nothing, and it is too short to stand for anybody.
"""

import hashlib

from shared.dicom.attributes import Attributes, Present, standard_attribute

DIGEST_BYTES = 8
"""Enough to tell the patients of one upload apart."""

_STATED = tuple(standard_attribute(keyword) for keyword in ("PatientID", "PatientName", "PatientBirthDate"))


def digest_identity(attributes: Attributes, key: bytes) -> str | None:
    """Digest identifier, name and birth date (PS3.3 C.7.1.1); None where the file states none of them."""
    texts = [
        reading.raw.upper() if isinstance(reading := attributes.read(attribute), Present) else ""
        for attribute in _STATED
    ]
    if not any(texts):
        return None
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=DIGEST_BYTES, key=key[:64]).hexdigest()

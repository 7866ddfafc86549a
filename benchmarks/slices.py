"""CT slices of 530 KB: a real scanner's header, with its private blocks, before pixels of 512 by 512."""

from tests.support.archives import incompressible
from tests.support.samples import CT

PIXEL_BYTES = 2 * 512 * 512
_TAG_AND_VR = b"\xe0\x7f\x10\x00OW\0\0"  # (7FE0,0010), explicit little endian
_UID = b"1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322"
"""The sample's SOP Instance UID."""


def ct_slices(count: int) -> list[bytes]:
    """Give slices that differ in their SOP Instance UIDs and in their bytes."""
    content = CT.read_bytes()
    assert content.count(_UID) == 2, "the UID stands in the file meta information and in the data set"
    head = content[: content.index(_TAG_AND_VR) + len(_TAG_AND_VR)] + PIXEL_BYTES.to_bytes(4, "little")
    pixels = incompressible(PIXEL_BYTES)
    return [
        head.replace(_UID, _UID[:-5] + b"%05d" % number) + pixels[number:] + pixels[:number]
        for number in range(1, count + 1)
    ]

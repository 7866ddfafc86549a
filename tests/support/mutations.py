"""Damage to real DICOM files, the same for the same seed: bytes, lengths, representations, structure, compression."""

import random
import struct
import zlib
from collections.abc import Callable

from shared.dicom.encoding import UNDEFINED_LENGTH
from shared.dicom.representations import REPRESENTATIONS
from tests.support.datasets import DEFLATED, encode

ITEM = b"\xfe\xff\x00\xe0"
MARKS = (ITEM, b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\0")
CHARACTER_SETS = (
    b"ISO_IR 192",
    b"ISO 2022 IR 87",
    b"ISO 2022 IR 149",
    b"GB18030 ",
    b"\\ISO 2022 IR 58",
    b"nonsense\0\0",
)
SEQUENCES = (0x52009229, 0x52009230, 0x00081140, 0x00540016, 0x0040A730, 0x00186011, 0x54000100, 0x00091010)
_NAMES = sorted(REPRESENTATIONS)

Mutation = Callable[[bytearray, random.Random], bytearray]


def mutate(content: bytes, draw: random.Random) -> bytes:
    """Damage a file in one to six ways, then now and then deflate what came of it."""
    broken = bytearray(content)
    for _ in range(draw.randint(1, 6)):
        broken = draw.choice(MUTATIONS)(broken, draw)
    return _deflate(bytes(broken), draw) if draw.randrange(12) == 0 else bytes(broken)


def _place(content: bytearray, draw: random.Random) -> int:
    """Choose a place: mostly behind the identity, so that the file is not refused for that, sometimes anywhere."""
    identity = content.find(b"\x20\x00\x0e\x00") if draw.randrange(5) else -1
    least = identity + 72 if 0 < identity < len(content) - 100 else min(132, len(content) - 1)
    most = len(content) if draw.randrange(3) == 0 else min(len(content), least + 3000)
    return draw.randrange(least, most)


def _tag_place(content: bytearray, draw: random.Random) -> int:
    """Choose the place of what looks like a representation, and give where its element begins."""
    for _ in range(8):
        found = content.find(draw.choice(_NAMES), _place(content, draw))
        if found >= 136:
            return found - 4
    return _place(content, draw)


def _flip(content: bytearray, draw: random.Random) -> bytearray:
    content[_place(content, draw)] = draw.randrange(256)
    return content


def _mark(content: bytearray, draw: random.Random) -> bytearray:
    place, mark = _place(content, draw), draw.choice(MARKS)
    content[place : place + len(mark)] = mark
    return content


def _remove(content: bytearray, draw: random.Random) -> bytearray:
    place = _place(content, draw)
    if len(content) > 400:
        del content[place : place + draw.randint(1, 16)]
    return content


def _repeat(content: bytearray, draw: random.Random) -> bytearray:
    place = _place(content, draw)
    content[place:place] = content[place : place + draw.randint(1, 2000)]
    return content


def _cut(content: bytearray, draw: random.Random) -> bytearray:
    return content[: max(300, _place(content, draw))] if draw.randrange(4) == 0 else content


def _length(content: bytearray, draw: random.Random) -> bytearray:
    place = _tag_place(content, draw) + draw.choice((6, 8))
    length = draw.choice((0, 1, 2, 3, 0xFFFF, 0xFFFFFFF0, UNDEFINED_LENGTH, draw.randrange(1 << 16)))
    content[place : place + 4] = struct.pack("<L", length)
    return content


def _representation(content: bytearray, draw: random.Random) -> bytearray:
    place = _tag_place(content, draw) + 4
    content[place : place + 2] = draw.choice((*_NAMES, b"??", b"ZZ", b"\0\0"))
    return content


def _character_set(content: bytearray, draw: random.Random) -> bytearray:
    found = content.find(b"\x08\x00\x05\x00CS")
    if found > 0:
        length = struct.unpack_from("<H", content, found + 6)[0] if found + 8 <= len(content) else 0
        content[found : found + 8 + length] = encode(0x00080005, "CS", draw.choice(CHARACTER_SETS))
    place = _place(content, draw)
    content[place : place + 3] = draw.choice((b"\x1b$B", b"\x1b-L", b"\xe4\xf6\xfc", b"\x1b%G", b"\xff\xfe\x00"))
    return content


def _nest(content: bytearray, draw: random.Random) -> bytearray:
    """Put a sequence before an element: of defined or undefined length, deep or wide, whole or with damage inside."""
    inner = bytes(content[_place(content, draw) :][: draw.randrange(200)])
    tag = draw.choice(SEQUENCES)
    for _ in range(draw.choice((1, 1, 2, 5, 40, 200))):
        if draw.randrange(2):
            items = (ITEM + struct.pack("<L", len(inner)) + inner) * draw.choice(
                (1, 1, 2, 3) if len(inner) < 5000 else (1,)
            )
            inner = encode(tag, draw.choice(("SQ", "UN")), items)
        else:
            head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + b"SQ\0\0\xff\xff\xff\xff"
            inner = (
                head + ITEM + b"\xff\xff\xff\xff" + inner + draw.choice((MARKS[1], b"")) + draw.choice((MARKS[2], b""))
            )
    place = _tag_place(content, draw)
    content[place:place] = inner
    return content


def _deflate(content: bytes, draw: random.Random) -> bytes:
    """Deflate a data set and damage the result."""
    begin = content.find(b"\x08\x00")
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = bytearray(packer.compress(content[max(begin, 0) :]) + packer.flush())
    if draw.randrange(2) and len(packed) > 2:
        packed[draw.randrange(len(packed))] = draw.randrange(256)
    meta = encode(0x00020010, "UI", DEFLATED.encode())
    return bytes(128) + b"DICM" + encode(0x00020000, "UL", struct.pack("<L", len(meta))) + meta + bytes(packed)


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _mark, _remove, _repeat, _cut),
    *(_length, _representation, _character_set, _nest),
)
"""What can be done to a file."""

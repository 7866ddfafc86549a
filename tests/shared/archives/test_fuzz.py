"""Damaged archives: each is listed and read or refused with a code, none crashes, hangs or quotes a name."""

import io
import os
import random

import pytest

from shared.archives.directory import list_members
from shared.archives.limits import ArchiveLimits
from shared.archives.member import Allowance, open_member
from shared.errors import DataError
from tests.support.archives import STORED, incompressible, make_streamed_zip, make_zip, make_zip64

ARCHIVES = int(os.environ.get("FUZZ_FILES", "3000"))
CONTENT = incompressible(3000)
SEEDS = (
    make_zip(("SECRET^NAME", CONTENT), ("b", bytes(5000))),
    make_zip(("SECRET^NAME", CONTENT), ("b", b"x"), method=STORED),
    make_streamed_zip(("SECRET^NAME", CONTENT)),
    make_zip64("SECRET^NAME", CONTENT),
    make_zip(("SECRET^NAME", make_zip(("inner", CONTENT)))),
)
LIMITS = ArchiveLimits(files=100, expanded_bytes=1 << 20)


def damage(content: bytes, draw: random.Random) -> bytes:
    """Flip, cut, repeat and overwrite bytes, mostly where the archive speaks of itself."""
    broken = bytearray(content)
    for _ in range(draw.randint(1, 6)):
        place = draw.choice([draw.randrange(40), draw.randrange(len(broken)), len(broken) - draw.randint(1, 200)])
        place = max(0, min(place, len(broken) - 1))
        match draw.randrange(5):
            case 0:
                broken[place] = draw.randrange(256)
            case 1:
                broken[place : place + 4] = draw.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"PK\x05\x06"])
            case 2:
                del broken[place : place + draw.randint(1, 16)]
            case 3:
                broken[place:place] = broken[place : place + draw.randint(1, 64)]
            case _:
                broken[place] ^= 1 << draw.randrange(8)
    return bytes(broken)


def read_all(content: bytes) -> tuple[int, list[str]]:
    """List and read an archive; gives the number of members read and the codes of what was refused."""
    try:
        listing = list_members(io.BytesIO(content), len(content), LIMITS)
    except DataError as error:
        return 0, [str(error)]
    total, refused, count = Allowance(LIMITS.expanded_bytes), [one.code for one in listing.refused], 0
    for member in listing.members:
        try:
            source = open_member(io.BytesIO(content), member, total)
            source.read()
            source.seek(member.bytes // 2)
            source.read(10)
            count += 1
        except DataError as error:
            refused.append(str(error))
    return count, refused


@pytest.mark.timeout(3600)
def test_a_damaged_archive_is_read_or_refused() -> None:
    """Thousands of damaged archives, the same ones in every run."""
    draw = random.Random(19890217)
    answers = [read_all(damage(draw.choice(SEEDS), draw)) for _ in range(ARCHIVES)]
    assert "SECRET" not in str(answers)
    assert 0 < sum(count for count, _ in answers) < 2 * ARCHIVES
    assert {text.split(":")[0] for _, refused in answers for text in refused} >= {
        "upload.archive_damaged",
        "archive.member_damaged",
        "archive.member_method",
        "archive.member_encrypted",
    }

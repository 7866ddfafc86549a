"""Damaged real files: each is read or refused with a code, none crashes, hangs or quotes a value."""

import io
import os
import random
import time

import pytest

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from shared.errors import DataError
from shared.formats.flat_card import write_flat_card
from tests.support.samples import DOSE_REPORTS, TEST_FILES

FILES = int(os.environ.get("FUZZ_FILES", "1500"))
STORED = [*sorted(TEST_FILES.glob("*.dcm")), *sorted(DOSE_REPORTS.glob("*.dcm"))]
SEEDS = [path for path in STORED if 300 < path.stat().st_size < 200_000]
LONGEST_SECONDS = 5


def damage(content: bytes, draw: random.Random) -> bytes:
    """Flip, cut, repeat and overwrite bytes, mostly in the header."""
    broken = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        place = draw.randrange(132, min(len(broken), 3000)) if len(broken) > 200 else draw.randrange(len(broken))
        match draw.randrange(5):
            case 0:
                broken[place] = draw.randrange(256)
            case 1:
                broken[place : place + 4] = draw.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\x00\xe0"])
            case 2:
                del broken[place : place + draw.randint(1, 16)]
            case 3:
                broken[place:place] = broken[place : place + draw.randint(1, 64)]
            case _:
                broken = broken[: max(140, place)]
    return bytes(broken)


@pytest.mark.timeout(3600)
def test_a_damaged_file_is_read_or_refused() -> None:
    """Thousands of damaged files, the same ones in every run."""
    draw = random.Random(20010101)
    contents = [path.read_bytes() for path in SEEDS]
    slowest, refused = 0.0, 0
    for number in range(FILES):
        content = damage(draw.choice(contents), draw)
        began = time.monotonic()
        try:
            facts = describe_instance(read_header(io.BytesIO(content), length=len(content)), include_identity=True)
            write_flat_card(assemble_studies([ReadInstance(number, "", facts)]).studies)
        except DataError:
            refused += 1
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < LONGEST_SECONDS
    assert 0 < refused < FILES

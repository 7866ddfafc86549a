"""Damaged reports, recordings and plans: each is described or refused, none crashes, hangs or quotes a value."""

import io
import os
import random
import time

import msgspec
import pytest

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from shared.dicom.study import Study
from shared.errors import DataError
from shared.formats.flat_card import write_flat_card
from tests.shared.dicom.test_fuzz import LONGEST_SECONDS
from tests.support.samples import DOSE_REPORTS, TEST_FILES

FILES = int(os.environ.get("FUZZ_FILES", "1500")) // 3
NAMES = (
    "test-SR.dcm",
    "reportsi.dcm",
    "reportsi_with_empty_number_tags.dcm",
    "waveform_ecg.dcm",
    "liver_1frame.dcm",
    "rtplan.dcm",
    "rtstruct.dcm",
    "rtdose_1frame.dcm",
)
SEEDS = [*(TEST_FILES / name for name in NAMES), DOSE_REPORTS / "siemens_axiom_artis.dcm"]
WORDS = (
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\x40\x00\x30\xa7SQ\0\0",
    b"NUM ",
    b"1e999",
)
"""Lengths, item and delimiter tags, ContentSequence, a value type and a number that is none."""


def damage(content: bytes, draw: random.Random) -> bytes:
    """Overwrite, cut out, repeat and cut off anywhere behind the meta information: content lies deep."""
    broken = bytearray(content)
    for _ in range(draw.randint(1, 6)):
        place = draw.randrange(300, max(301, len(broken)))
        match draw.randrange(6):
            case 0:
                broken[place : place + 1] = bytes([draw.randrange(256)])
            case 1 | 2:
                word = draw.choice(WORDS)
                broken[place : place + len(word)] = word
            case 3:
                del broken[place : place + draw.randint(1, 64)]
            case 4:
                broken[place:place] = broken[place : place + draw.randint(1, 256)]
            case _:
                broken = broken[: max(300, draw.randrange(len(broken)))]
    return bytes(broken)


@pytest.mark.timeout(3600)
def test_a_damaged_object_is_described_or_refused() -> None:
    """The same damage in every run; what is described can be sent, stored and read again."""
    draw = random.Random(20030402)
    contents = [path.read_bytes() for path in SEEDS]
    slowest, described = 0.0, 0
    for number in range(FILES):
        content = damage(draw.choice(contents), draw)
        began = time.monotonic()
        try:
            facts = describe_instance(read_header(io.BytesIO(content), length=len(content)))
            assert msgspec.json.decode(msgspec.json.encode(facts), type=type(facts)) == facts
            studies = assemble_studies([ReadInstance(number, "", facts)]).studies
            assert msgspec.json.decode(msgspec.json.encode(studies), type=tuple[Study, ...]) == studies
            assert write_flat_card(studies)
            described += facts.blocks is not None
        except DataError:
            pass
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < LONGEST_SECONDS
    assert described > FILES / 3

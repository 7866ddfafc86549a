"""Damaged real files: each is read or refused with a code, none crashes, hangs or quotes a value."""

import io
import os
import random
import signal
import sys
import time
from collections import Counter

import pytest
from pydicom.datadict import dictionary_has_tag, dictionary_VR

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.attributes import Attribute, Attributes
from shared.dicom.instance import describe_instance
from shared.dicom.limits import REFUSALS
from shared.dicom.reading import read_header
from shared.errors import DataError
from shared.formats.flat_card import write_flat_card
from tests.conformance.files import every_file
from tests.support.mutations import mutate

FILES = int(os.environ.get("FUZZ_FILES", "1500"))
SEED = int(os.environ.get("FUZZ_SEED", "20010101"))
LONGEST_SECONDS = 5
LARGEST_SEED_BYTES = 200_000


def read_and_describe(content: bytes, number: int) -> str:
    """Do with a file what the service does; gives its code, or ``read``."""
    try:
        header = read_header(io.BytesIO(content), length=len(content))
        touch(header.attributes)
        facts = describe_instance(header, include_identity=True)
        write_flat_card(assemble_studies([ReadInstance(number, "", facts)]).studies)
    except DataError as error:
        return error.code
    return "read"


def touch(attributes: Attributes) -> None:
    """Read every element there is, those inside of sequences included."""
    for tag, element in attributes._elements.items():
        vr = dictionary_VR(tag) if dictionary_has_tag(tag) else element.vr or "UN"
        attributes.read(Attribute("", tag, vr))
        for item in attributes.items(Attribute("", tag, "SQ")):
            touch(item)


def give_up(*_: object) -> None:
    """End a file that takes too long, wherever it is."""
    raise TimeoutError


@pytest.mark.timeout(7200)
def test_a_damaged_file_is_read_or_refused() -> None:
    """Thousands of damaged files, the same ones in every run; whoever takes five seconds is ended and fails."""
    draw = random.Random(SEED)
    contents = [path.read_bytes() for path in every_file() if 300 < path.stat().st_size < LARGEST_SEED_BYTES]
    former = signal.signal(signal.SIGALRM, give_up)
    ends: Counter[str] = Counter()
    slowest = 0.0
    try:
        for number in range(FILES):
            content = mutate(draw.choice(contents), draw)
            began = time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
            ends[read_and_describe(content, number)] += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            slowest = max(slowest, time.monotonic() - began)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
    sys.stdout.write(f"{FILES} damaged files, slowest {slowest:.2f} s: {dict(ends.most_common())}\n")
    assert set(ends) <= {"read", *REFUSALS}
    assert 0 < ends["read"] < FILES

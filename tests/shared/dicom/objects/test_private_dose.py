"""The dose length product in private attributes of CT images."""

import struct

import pytest

from shared.dicom.values import Provenance, Unreadable
from tests.support.datasets import Value, describe, private_block

PHILIPS = private_block(0x00E1, "ELSCINT1", {0x21: ("DS", "724.52")})
CANON = private_block(0x7005, "TOSHIBA_MEC_CT3", {0x40: ("FD", struct.pack("<d", 724.52))}, block=0x11)


@pytest.mark.parametrize(
    ("block", "tag", "creator"),
    [(PHILIPS, "(00E1,1021)", "ELSCINT1"), (CANON, "(7005,1140)", "TOSHIBA_MEC_CT3")],
)
def test_a_private_dose_is_marked_as_unverified(block: dict[int, bytes], tag: str, creator: str) -> None:
    """Names of pydicom's private dictionary; neither vendor documents element and unit in public."""
    facts = describe(raw=block)
    assert facts.values["acquisition.dlp_mgy_cm"] == 724.52
    assert facts.provenance["acquisition.dlp_mgy_cm"] == Provenance(
        "DLP", tag, "724.52", f"private, {creator}; unverified vendor note"
    )


def test_a_private_dose_that_is_no_number_is_unreadable() -> None:
    """The tag and rule are named."""
    facts = describe(raw=private_block(0x00E1, "ELSCINT1", {0x21: ("DS", "n/a")}))
    assert facts.unreadable == (Unreadable("DLP", "(00E1,1021)", "value.number"),)


@pytest.mark.parametrize(
    ("attributes", "raw"),
    [
        ({}, {}),
        ({}, private_block(0x00E1, "OTHER", {0x21: ("DS", "724.52")})),
        ({"Modality": "MR"}, PHILIPS),
    ],
)
def test_nothing_is_read_elsewhere(attributes: dict[str, Value], raw: dict[int, bytes]) -> None:
    """Another creator's element and another modality's image have no dose."""
    assert "acquisition.dlp_mgy_cm" not in describe(attributes, raw=raw).values

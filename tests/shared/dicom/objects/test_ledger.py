"""What reading an object says beside its block: bounds, damage, repaired text."""

import pytest

from shared.dicom.attributes import standard_attribute
from shared.dicom.objects import READERS
from shared.dicom.objects.codes import PUBLIC_SCHEMES
from shared.dicom.objects.ledger import MAX_UNREADABLE, Ledger
from shared.dicom.parameters import Extract
from shared.dicom.values import Unreadable
from tests.support.datasets import SECONDARY_CAPTURE, describe, encode, make_file, read
from tests.support.objects import STORAGE, codes_of, item, make_object, plain, sequence


def test_an_unknown_class_keeps_its_header_and_says_so() -> None:
    """A private SOP Class: identity and series facts are given, and that nothing more can be."""
    facts = describe({"SOPClassUID": "1.2.840.113619.4.26", "SeriesNumber": "7"})
    assert (facts.values["series_number"], facts.blocks, codes_of(facts)) == (7, None, ["object.unsupported_type"])


@pytest.mark.parametrize(
    "uid",
    [
        SECONDARY_CAPTURE,
        f"{STORAGE}2",
        f"{STORAGE}1.1",
        f"{STORAGE}6.2",
        f"{STORAGE}30",
        f"{STORAGE}481.1",
        f"{STORAGE}128",
    ],
)
def test_an_image_is_no_unknown_object(uid: str) -> None:
    """Secondary capture, CT, digital X-ray, US volume, parametric map, RT image and PET."""
    facts = describe({"SOPClassUID": uid})
    assert (facts.blocks, codes_of(facts)) == (None, [])


def test_every_reader_is_for_a_class_of_the_standard() -> None:
    """UIDs are under the storage root of PS3.4 Table B.5-1, none twice."""
    assert {uid.rpartition("1.4.1.1.")[0] for uid in READERS} == {"1.2.840.10008.5."}


@pytest.mark.parametrize("uid", sorted(READERS))
def test_an_empty_object_of_every_class_is_described(uid: str) -> None:
    """Nothing but an identity: a block without values, no crash, no finding."""
    facts = describe({"SOPClassUID": uid, "Modality": "OT"})
    assert facts.blocks is not None
    assert facts.blocks.has_block
    assert codes_of(facts) == []


@pytest.mark.parametrize(("vr", "content"), [("SQ", b"no item at all"), ("UN", b"abc"), ("OB", b"\xfe\xff\x00\xe0")])
def test_a_sequence_that_is_none_is_reported(vr: str, content: bytes) -> None:
    """Garbage under a sequence's tag, and the right tag with a value representation that holds no items."""
    tag = standard_attribute("SegmentSequence").tag
    facts = make_object("66.4", "SEG", (tag, encode(tag, vr, content)))
    assert codes_of(facts) == ["object.damaged_sequence"]


def test_an_item_that_ends_early_is_reported() -> None:
    """An item tag without a length is no item."""
    facts = make_object("66.4", "SEG", sequence("SegmentSequence", b"\xfe\xff\x00\xe0"))
    assert codes_of(facts) == ["object.damaged_sequence"]


def test_more_items_than_the_bound_are_not_looked_at() -> None:
    """The rest of a sequence becomes a finding."""
    attributes = read(make_file(raw=dict([sequence("SegmentSequence", item(), item(), item())]))).attributes
    ledger = Ledger(Extract())
    assert len(list(ledger.items(attributes, "SegmentSequence", most=2))) == 2
    assert [finding.code for finding in ledger.findings] == ["object.more_than_listed"]


def test_what_could_not_be_used_is_listed_once_and_up_to_a_bound() -> None:
    """A thousand broken items of one kind are one line; a thousand kinds are fifty."""
    extract = Extract()
    ledger = Ledger(extract)
    for number in range(MAX_UNREADABLE + 1):
        ledger.reject("NumericValue", f"reason.{number}")
        ledger.reject("NumericValue", f"reason.{number}")
    assert extract.unreadable[0] == Unreadable("NumericValue", "(0040,A30A)", "reason.0")
    assert len(extract.unreadable) == MAX_UNREADABLE


def test_text_that_had_to_be_repaired_inside_an_object_is_reported() -> None:
    """A code in the wrong character set, three levels down."""
    concept = item(*plain(CodeValue=b"K\xf6rper", CodingSchemeDesignator="DCM"))
    facts = make_object(
        "9.1.1",
        "ECG",
        *plain(SpecificCharacterSet="ISO_IR 192"),
        sequence(
            "WaveformAnnotationSequence",
            item(*plain(NumericValue="1"), sequence("ConceptNameCodeSequence", concept)),
        ),
    )
    assert codes_of(facts) == ["text.repaired"]


def test_local_schemes_are_not_public() -> None:
    """PS3.16 section 8 reserves 99 for private schemes and L for local codes."""
    assert [scheme for scheme in PUBLIC_SCHEMES if scheme.startswith("99") or scheme in {"L", "TEST"}] == []

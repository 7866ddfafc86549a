"""Objects that refer to others: presentation states, key objects, mappings, registrations, raw data."""

import pytest

from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.codes import Code
from shared.dicom.objects.key_objects import KeyObjects
from shared.dicom.objects.presentation_state import PresentationState
from shared.dicom.objects.raw_data import RawData
from shared.dicom.objects.real_world_values import Mapping, RealWorldValues
from shared.dicom.objects.references import MAX_LISTED_SERIES, References
from shared.dicom.objects.registration import Registration
from tests.support.datasets import standard
from tests.support.objects import (
    Element,
    blocks_of,
    code,
    coded,
    dcm,
    document,
    evidence,
    image,
    item,
    make_object,
    plain,
    sequence,
    text,
)

MARKER = "MARKER-Doe"


def instances(keyword: str, *uids: str) -> Element:
    """References to instances."""
    return sequence(keyword, *(item(*plain(ReferencedSOPInstanceUID=uid)) for uid in uids))


def series(*items: tuple[str, Element]) -> Element:
    """References to series with their instances."""
    return sequence("ReferencedSeriesSequence", *(item(*plain(SeriesInstanceUID=uid), inner) for uid, inner in items))


@pytest.mark.parametrize("sop_class", ["11.1", "11.2", "11.4", "11.8", "11.11"])
def test_a_presentation_state_says_what_it_applies_to(sop_class: str) -> None:
    """PS3.3 C.11.11: ReferencedSeriesSequence with ReferencedImageSequence; drawings are counted."""
    drawn = item(sequence("TextObjectSequence", item(*plain(UnformattedTextValue=MARKER))))
    facts = make_object(
        sop_class,
        "PR",
        series(("1.2.1", instances("ReferencedImageSequence", "1.2.1.1", "1.2.1.2"))),
        sequence("GraphicAnnotationSequence", drawn, item(sequence("GraphicObjectSequence", item(), item()))),
        sequence("GraphicLayerSequence", item(*plain(GraphicLayer="LAYER1"))),
        *plain(ContentDescription=MARKER),
    )
    assert blocks_of(facts) == Blocks(presentation_state=PresentationState(2, 1, 2, 1, References(1, 2, ("1.2.1",))))
    assert MARKER not in repr(facts)


def test_a_key_object_selection_says_why_and_how_many() -> None:
    """TID 2010: a title from CID 7010 with its modifier, two images of two series; the description stays out."""
    facts = make_object(
        "88.59",
        "KO",
        *document(
            dcm("113001", "Rejected for Quality Reasons"),
            coded(dcm("113011"), dcm("111207", "Image artifact(s)")),
            text(dcm("113012"), MARKER),
            image("1.2.1.1"),
            image("1.2.2.1"),
        ),
        evidence(("1.2.1", ("1.2.1.1",)), ("1.2.2", ("1.2.2.1",))),
    )
    assert blocks_of(facts) == Blocks(
        key_objects=KeyObjects(
            title=Code("113001", "DCM", "Rejected for Quality Reasons"),
            title_modifier=Code("111207", "DCM", "Image artifact(s)"),
            selected_count=2,
            references=References(2, 2, ("1.2.1", "1.2.2")),
        )
    )
    assert MARKER not in repr(facts)


def test_a_real_world_value_mapping_gives_slope_intercept_and_unit() -> None:
    """PS3.3 C.7.6.16.2.11: the same line for two images is one mapping."""
    line = item(
        *plain(
            RealWorldValueSlope=2.5,
            RealWorldValueIntercept=-1.0,
            LUTLabel=MARKER,
        ),
        standard("RealWorldValueFirstValueMapped", 0, vr="US"),
        standard("RealWorldValueLastValueMapped", 4095, vr="US"),
        code("MeasurementUnitsCodeSequence", ("Bq/ml", "UCUM", "Becquerels/milliliter")),
    )
    place = item(sequence("RealWorldValueMappingSequence", line))
    facts = make_object("67", "RWV", sequence("ReferencedImageRealWorldValueMappingSequence", place, place))
    unit = Code("Bq/ml", "UCUM", "Becquerels/milliliter")
    assert blocks_of(facts) == Blocks(real_world_value_mapping=RealWorldValues((Mapping(unit, 2.5, -1.0, 0, 4095),)))
    assert MARKER not in repr(facts)


def test_a_registration_says_how_frames_are_aligned() -> None:
    """PS3.3 C.20.2: two frames of reference, one moved rigidly."""
    matrix = item(*plain(FrameOfReferenceTransformationMatrixType="RIGID"))
    moved = item(sequence("MatrixRegistrationSequence", item(sequence("MatrixSequence", matrix, item()))))
    other = sequence(
        "StudiesContainingOtherReferencedInstancesSequence",
        item(series(("1.2.2", instances("ReferencedInstanceSequence", "1.2.2.1")))),
    )
    facts = make_object(
        "66.1",
        "REG",
        sequence("RegistrationSequence", moved, item()),
        series(("1.2.1", instances("ReferencedInstanceSequence", "1.2.1.1"))),
        other,
    )
    assert blocks_of(facts) == Blocks(
        registration=Registration(2, matrix_types=("RIGID",), references=References(2, 2, ("1.2.1", "1.2.2")))
    )


@pytest.mark.parametrize(
    ("sop_class", "keyword", "expected"),
    [
        ("66.3", "DeformableRegistrationSequence", Registration(registration_count=1, is_deformable=True)),
        ("66.2", "FiducialSetSequence", Registration(fiducial_set_count=1)),
    ],
)
def test_deformations_and_fiducials_are_counted(sop_class: str, keyword: str, expected: Registration) -> None:
    """PS3.3 C.20.3 and C.21.2."""
    assert blocks_of(make_object(sop_class, "REG", sequence(keyword, item()))) == Blocks(registration=expected)


def test_raw_data_says_what_it_belongs_to() -> None:
    """The vendor's own content is not read."""
    facts = make_object("66", "MR", series(("1.2.1", instances("ReferencedInstanceSequence", "1.2.1.1"))))
    assert blocks_of(facts) == Blocks(raw_data=RawData(References(1, 1, ("1.2.1",))))


def test_instances_without_a_series_are_counted() -> None:
    """A reference without Series Instance UID, and one without an instance."""
    nameless = item(sequence("ReferencedInstanceSequence", item(*plain(ReferencedSOPInstanceUID="1.2.9")), item()))
    facts = make_object("66", "MR", sequence("ReferencedSeriesSequence", nameless))
    assert blocks_of(facts) == Blocks(raw_data=RawData(References(0, 1)))


def test_many_series_are_counted_and_listed_up_to_a_bound() -> None:
    """Twenty UIDs are enough to find the rest."""
    empty = sequence("ReferencedInstanceSequence")
    many = series(*((f"1.2.{number}", empty) for number in range(MAX_LISTED_SERIES + 1)))
    raw_data = blocks_of(make_object("66", "MR", many)).raw_data
    assert raw_data is not None
    assert raw_data.references is not None
    assert raw_data.references.series_count == MAX_LISTED_SERIES + 1
    assert len(raw_data.references.series_instance_uids) == MAX_LISTED_SERIES

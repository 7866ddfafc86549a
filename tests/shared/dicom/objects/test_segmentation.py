"""Segmentations: a real one compared with dcmdump, and odd ones made by PS3.3 C.8.20.2."""

from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.codes import Code
from shared.dicom.objects.references import References
from shared.dicom.objects.segmentation import MAX_SEGMENTS, Segmentation, SegmentDescription
from shared.dicom.objects.surface import Surface
from tests.shared.dicom.objects.real_objects import facts_of
from tests.support.objects import blocks_of, code, item, make_object, plain, sct, sequence
from tests.support.samples import TEST_FILES


def segmentation_of(facts: InstanceFacts) -> Segmentation:
    """The segmentation of an object that is one."""
    segmentation = blocks_of(facts).segmentation
    assert segmentation is not None
    return segmentation


def test_a_liver_segmentation_is_what_dcmdump_prints() -> None:
    """One semi-automatic binary segment drawn on three images of one CT series."""
    assert segmentation_of(facts_of(TEST_FILES / "liver_1frame.dcm")) == Segmentation(
        segment_count=1,
        type="BINARY",
        segments=(
            SegmentDescription(
                number=1,
                category=Code("T-D0050", "SRT", "Tissue"),
                type=Code("T-62000", "SRT", "Liver"),
                algorithm_type="SEMIAUTOMATIC",
            ),
        ),
        references=References(1, 3, ("1.2.392.200103.20080913.113635.1.2009.6.22.21.43.10.23430.1",)),
    )


def test_a_fractional_segmentation_says_what_its_values_mean() -> None:
    """Probability with 255 as certainty, in ten frames."""
    facts = make_object(
        "66.4",
        "SEG",
        *plain(
            SegmentationType="FRACTIONAL",
            SegmentationFractionalType="PROBABILITY",
            MaximumFractionalValue=255,
            NumberOfFrames="10",
        ),
        sequence("SegmentSequence", item(code("AnatomicRegionSequence", sct("80891009", "Heart")))),
    )
    assert segmentation_of(facts) == Segmentation(
        segment_count=1,
        type="FRACTIONAL",
        fractional_type="PROBABILITY",
        maximum_fractional_value=255,
        frames=10,
        segments=(SegmentDescription(anatomic_region=Code("80891009", "SCT", "Heart")),),
    )


def test_segment_labels_are_not_shown() -> None:
    """Labels and descriptions are free text."""
    marker = "MARKER-Doe"
    segment = item(*plain(SegmentLabel=marker, SegmentDescription=marker, SegmentAlgorithmName=marker))
    assert marker not in repr(make_object("66.4", "SEG", sequence("SegmentSequence", segment)))


def test_an_algorithm_type_that_is_no_code_string_is_unreadable() -> None:
    """Free text where a defined term belongs is not passed on."""
    marker = "marker of Mrs. Doe"
    facts = make_object("66.4", "SEG", sequence("SegmentSequence", item(*plain(SegmentAlgorithmType=marker))))
    assert [one.reason for one in facts.unreadable] == ["value.characters"]
    assert marker not in repr(facts)


def test_many_segments_are_counted_and_listed_up_to_a_bound() -> None:
    """A label map of the whole body may have hundreds."""
    segments = [item(*plain(SegmentNumber=number)) for number in range(1, MAX_SEGMENTS + 2)]
    segmentation = segmentation_of(make_object("66.7", "SEG", sequence("SegmentSequence", *segments)))
    assert (segmentation.segment_count, len(segmentation.segments)) == (MAX_SEGMENTS + 1, MAX_SEGMENTS)


def test_a_surface_segmentation_has_segments_and_surfaces() -> None:
    """Two meshes with 100 and 50 points."""
    meshes = [
        item(sequence("SurfacePointsSequence", item(*plain(NumberOfSurfacePoints=points)))) for points in (100, 50)
    ]
    facts = make_object("66.5", "SEG", sequence("SegmentSequence", item()), sequence("SurfaceSequence", *meshes))
    assert (segmentation_of(facts).segment_count, blocks_of(facts).surface) == (1, Surface(2, 150))


def test_points_that_not_every_surface_states_are_not_summed() -> None:
    """A sum with a gap would be too small."""
    meshes = [item(sequence("SurfacePointsSequence", item(*plain(NumberOfSurfacePoints=9)), item()))]
    assert blocks_of(make_object("68.1", "M3D", sequence("SurfaceSequence", *meshes))).surface == Surface(1)

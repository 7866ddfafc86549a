"""Which frame stands for a series, and for each phase of a heart in motion."""

import io

import msgspec

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.preview_picks import MAX_PICKS, Pick, choose_frames
from shared.dicom.reading import read_header
from tests.shared.dicom.test_frames import CINE
from tests.support.cardiac_study import CardiacStudy, write_study
from tests.support.datasets import describe
from tests.support.enhanced import make_enhanced
from tests.support.samples import TEST_FILES


def choose(*facts: InstanceFacts) -> list[tuple[str, int, int | None]]:
    """Choose from these instances: SOP Instance UID, frame and phase of each pick."""
    assembly = assemble_studies([ReadInstance(index, str(index), one) for index, one in enumerate(facts)])
    picks = choose_frames(assembly.studies, {one.sop_instance_uid: one for one in facts})
    return [(pick.sop_instance_uid, pick.frame_index, pick.phase_index) for pick in picks]


def slice_at(position: int, **attributes: str) -> InstanceFacts:
    """A CT slice, its position being its UID's last number."""
    return describe(
        {
            "SOPInstanceUID": f"1.2.{position + 1000}",
            "ImagePositionPatient": f"0\\0\\{position}",
            "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
            "Rows": 4,
            "Columns": 4,
            **attributes,
        }
    )


def read(content: bytes) -> InstanceFacts:
    """Describe a file."""
    return describe_instance(read_header(io.BytesIO(content), length=len(content)))


def test_the_middle_slice_stands_for_a_series() -> None:
    """Whatever order the files came in."""
    assert choose(slice_at(30), slice_at(10), slice_at(20)) == [("1.2.1020", 0, None)]


def test_every_phase_has_its_own_middle_slice() -> None:
    """Three slices at two phases: the second slice, once for the series and once for each phase."""
    files = [read(content) for content in write_study(CardiacStudy(positions=3, phases=2, side=4))]
    picks = choose(*files)
    assert [(frame, phase) for _, frame, phase in picks] == [(0, None), (0, 0), (0, 1)]
    assert [uid for uid, _, _ in picks[1:]] == [files[1].sop_instance_uid, files[4].sop_instance_uid]


def test_the_middle_frame_stands_for_a_cine() -> None:
    """pydicom's echo has 30 frames; the sixteenth is shown."""
    facts = read((TEST_FILES / "examples_ybr_color.dcm").read_bytes())
    assert [(frame, phase) for _, frame, phase in choose(facts)] == [(15, None)]


def test_an_enhanced_object_is_shown_by_its_middle_frames() -> None:
    """Three places with two phases each in one file: of every phase the frame at the middle place."""
    assert [(frame, phase) for _, frame, phase in choose(read(CINE))] == [(3, None), (2, 0), (3, 1)]


def test_frames_that_lie_nowhere_are_taken_in_the_files_order() -> None:
    """Phases without a position still have a middle."""
    frames = [{"CardiacSynchronizationSequence": {"NominalPercentageOfCardiacPhase": value}} for value in (38.0, 75.0)]
    facts = read(make_enhanced(top={"CardiacSynchronizationTechnique": "RETROSPECTIVE"}, frames=frames))
    assert [(frame, phase) for _, frame, phase in choose(facts)] == [(1, None)]


def test_the_object_that_has_the_phase_is_found() -> None:
    """A classic slice beside an enhanced object of the same series has no frames to look into."""
    enhanced = read(CINE)
    plain = msgspec.structs.replace(
        slice_at(-5),
        study_instance_uid=enhanced.study_instance_uid,
        series_instance_uid=enhanced.series_instance_uid,
        values=slice_at(-5).values | {"image.rows": enhanced.values["image.rows"]},
    )
    uid = enhanced.sop_instance_uid
    assert [pick for pick in choose(plain, enhanced) if pick[2] is not None] == [(uid, 2, 0), (uid, 3, 1)]


def test_what_has_no_image_has_no_preview() -> None:
    """A structured report shows nothing."""
    assert choose(read((TEST_FILES / "test-SR.dcm").read_bytes())) == []


def test_a_preview_is_chosen_for_a_bounded_number_of_series() -> None:
    """An upload of very many series gets no endless list."""
    facts = [slice_at(number, SeriesInstanceUID=f"1.2.3.{number}") for number in range(MAX_PICKS + 5)]
    assert len(choose(*facts)) == MAX_PICKS


def test_a_pick_names_its_series() -> None:
    """The api finds a picture by the series' UID."""
    facts = slice_at(1)
    studies = assemble_studies([ReadInstance(0, "", facts)]).studies
    assert choose_frames(studies, {facts.sop_instance_uid: facts}) == (Pick("1.2.3.1", "1.2.1001"),)

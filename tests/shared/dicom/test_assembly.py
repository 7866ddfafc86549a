"""From files to studies: grouping, duplicates, merging."""

import pytest

from shared.dicom.assembly import Assembly, Duplicate, ReadInstance, assemble_studies
from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from shared.dicom.series import CardiacPhase, Image, Respiratory, Series
from shared.dicom.values import Varying
from tests.support.datasets import EXPLICIT_LITTLE, MR_IMAGE, Value, describe, private_block
from tests.support.samples import GATED_CT

AXIAL = "1\\0\\0\\0\\1\\0"


def assemble(*files: dict[str, Value]) -> Assembly:
    """Assemble made instances, each with a SOP Instance UID of its own unless given."""
    return assemble_studies(
        [
            ReadInstance(number, str(number), describe({"SOPInstanceUID": f"1.2.3.4.{number}", **attributes}))
            for number, attributes in enumerate(files)
        ]
    )


def only_series(assembly: Assembly) -> Series:
    """The one series of an assembly."""
    [study] = assembly.studies
    [series] = study.series
    return series


def test_instances_are_grouped_by_study_and_series() -> None:
    """Three files of two series in two studies."""
    assembly = assemble(
        {"StudyInstanceUID": "1.1", "SeriesInstanceUID": "1.1.1"},
        {"StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.2.1"},
        {"StudyInstanceUID": "1.1", "SeriesInstanceUID": "1.1.2"},
    )
    assert [(study.study_instance_uid, len(study.series)) for study in assembly.studies] == [("1.1", 2), ("1.2", 1)]


def test_the_series_with_most_images_comes_first_and_localizers_last() -> None:
    """The reader sees the scan before its overview."""
    scout: dict[str, Value] = {"SeriesInstanceUID": "1.9", "ImageType": "ORIGINAL\\PRIMARY\\LOCALIZER"}
    [study] = assemble(scout, scout, {"SeriesInstanceUID": "1.8"}).studies
    assert [(series.series_instance_uid, series.is_localizer) for series in study.series] == [
        ("1.8", False),
        ("1.9", True),
    ]


def test_the_same_bytes_twice_are_a_duplicate() -> None:
    """A file that was sent twice counts once."""
    facts = describe()
    assembly = assemble_studies([ReadInstance(0, "a", facts), ReadInstance(1, "a", facts)])
    assert assembly.duplicates == (Duplicate(1, "file.duplicate", "The same bytes as file 0; counted once."),)


def test_the_same_instance_with_other_bytes_is_a_conflict() -> None:
    """Two files that claim to be the same instance and differ are reported."""
    facts = describe()
    assembly = assemble_studies([ReadInstance(0, "a", facts), ReadInstance(1, "b", facts)])
    assert [duplicate.code for duplicate in assembly.duplicates] == ["file.conflicting_duplicate"]


def test_what_is_the_same_is_one_value_and_what_varies_is_a_range() -> None:
    """Two tube currents are given as least, most and all."""
    series = only_series(
        assemble(
            {"KVP": "120", "XRayTubeCurrent": "300", "ConvolutionKernel": "A"},
            {"KVP": "120", "XRayTubeCurrent": "200", "ConvolutionKernel": "B"},
            {"KVP": "120", "XRayTubeCurrent": "300", "ConvolutionKernel": "B"},
        )
    )
    assert series.acquisition == {
        "kvp_kv": 120.0,
        "tube_current_ma": Varying(200, 300, (200, 300)),
        "convolution_kernel": "B",
    }


def test_instances_come_in_the_order_of_their_positions() -> None:
    """Position along the normal orders the slices, not their number."""
    placed: list[dict[str, Value]] = [
        {"InstanceNumber": str(number), "ImagePositionPatient": f"0\\0\\{z}", "ImageOrientationPatient": AXIAL}
        for number, z in ((1, 5), (2, 0), (3, 2.5))
    ]
    series = only_series(assemble(*placed, {"InstanceNumber": "4"}))
    assert [(row.instance_number, row.position_mm) for row in series.instances] == [
        (2, 0.0),
        (3, 2.5),
        (1, 5.0),
        (4, None),
    ]
    assert series.geometry is not None
    assert series.geometry.stacks[0].slice_spacing_mm == 2.5


def test_a_series_names_its_classes_and_syntaxes() -> None:
    """UIDs come with their names from PS3.6."""
    series = only_series(assemble({"SOPClassUID": MR_IMAGE, "Modality": "MR"}))
    assert (series.sop_class.name, series.transfer_syntaxes[0].uid, series.transfer_syntaxes[0].lossy) == (
        "MR Image Storage",
        EXPLICIT_LITTLE,
        False,
    )


def test_a_private_class_has_no_name() -> None:
    """A class that the standard does not know is shown by its UID."""
    series = only_series(assemble({"SOPClassUID": "1.2.3.99"}))
    assert (series.sop_class.uid, series.sop_class.name, series.is_enhanced) == ("1.2.3.99", None, False)


@pytest.mark.parametrize(("value", "shown"), [("YES", "yes"), ("NO", "no"), ("MAYBE", "unknown"), ("", "unknown")])
def test_burned_in_annotation_is_yes_no_or_unknown(value: str, shown: str) -> None:
    """Silence about burned-in text is not the same as no."""
    series = only_series(assemble({"Rows": 2, "BurnedInAnnotation": value}))
    assert series.image == Image(rows=2, burned_in_annotation=shown)


def test_an_object_without_image_attributes_has_no_image_block() -> None:
    """A report has no rows and no frames."""
    series = only_series(assemble({}))
    assert (series.image, series.frame_count, series.geometry, series.equipment) == (None, None, None, None)


def test_the_frames_of_multi_frame_files_are_counted() -> None:
    """Two files of ten frames are twenty frames."""
    series = only_series(assemble({"Rows": 2, "NumberOfFrames": "10"}, {"Rows": 2, "NumberOfFrames": "10"}))
    assert (series.instance_count, series.frame_count) == (2, 20)


def test_what_varies_inside_a_block_of_single_values_is_left_out() -> None:
    """Two sizes in one series are not given as one."""
    series = only_series(assemble({"Rows": 2, "Columns": 4}, {"Rows": 3, "Columns": 4}))
    assert series.image is not None
    assert (series.image.rows, series.image.columns) == (None, 4)


def test_the_study_has_its_date_and_time_in_iso_form() -> None:
    """DA and TM become what everybody reads."""
    [study] = assemble({"StudyDate": "20010228", "StudyTime": "093015.5", "StudyDescription": "Coronary"}).studies
    assert (study.date, study.time, study.description, study.modalities) == (
        "2001-02-28",
        "09:30:15",
        "Coronary",
        ("CT",),
    )


@pytest.mark.parametrize(("date", "clock"), [("20012800", "9"), ("2001.02.28", "abcd"), ("20010200", "")])
def test_what_is_no_date_or_time_is_absent(date: str, clock: str) -> None:
    """A month 28 or a day 0 is not shown as a date."""
    [study] = assemble({"StudyDate": date, "StudyTime": clock}).studies
    assert (study.date, study.time) == (None, None)


def test_the_patient_is_part_of_the_study_only_where_included() -> None:
    """A deployment that includes identity sees it."""
    facts = describe({"PatientID": "4711"}, include_identity=True)
    [study] = assemble_studies([ReadInstance(0, "a", facts)]).studies
    assert study.patient is not None
    assert study.patient.patient_id == "4711"
    assert assemble({"PatientID": "4711"}).studies[0].patient is None


def test_phases_are_listed_in_the_order_of_the_cycle() -> None:
    """Two phases of two slices each."""
    files: list[dict[str, Value]] = [
        {
            "SOPClassUID": MR_IMAGE,
            "Modality": "MR",
            "ScanOptions": "CG",
            "NominalInterval": "1000",
            "TriggerTime": str(delay),
        }
        for delay in (750, 380, 750, 380)
    ]
    cardiac = only_series(assemble(*files)).cardiac
    assert cardiac is not None
    assert cardiac.phases == (
        CardiacPhase(0, 2, 38.0, 380.0, "end-systole"),
        CardiacPhase(1, 2, 75.0, 750.0, "mid-diastole"),
    )
    assert (cardiac.phase_percent, cardiac.phase_label) == (Varying(38.0, 75.0, (38.0, 75.0)), None)


def test_an_instance_names_its_phase() -> None:
    """Each row of the instances points into the phases of the series."""
    cine: dict[str, Value] = {"Modality": "MR", "SOPClassUID": MR_IMAGE, "ScanOptions": "CG", "HeartRate": "60"}
    series = only_series(assemble({**cine, "TriggerTime": "380"}, {**cine, "TriggerTime": "750"}, {"HeartRate": "72"}))
    assert [row.phase_index for row in series.instances] == [0, 1, None]


def test_a_series_tells_what_was_done_about_breathing() -> None:
    """The block stands beside the cardiac one."""
    series = only_series(assemble({"RespiratoryMotionCompensationTechnique": "BREATH_HOLD"}))
    assert series.respiratory == Respiratory(("RespiratoryMotionCompensationTechnique",), technique="BREATH_HOLD")


def test_one_percentage_with_two_delays_has_no_single_delay() -> None:
    """A phase defined by percent has other delays at other heart rates."""
    raws = [private_block(0x0045, "GEMS_HELIOS_01", {0x31: ("CS", rate), 0x33: ("CS", "70")}) for rate in ("76", "68")]
    files = [
        ReadInstance(number, str(number), describe({"SOPInstanceUID": f"1.{number}", "TriggerTime": delay}, raw=raw))
        for number, (raw, delay) in enumerate(zip(raws, ("552.6", "617.6"), strict=True))
    ]
    cardiac = only_series(assemble_studies(files)).cardiac
    assert cardiac is not None
    assert (len(cardiac.phases), cardiac.phases[0].trigger_delay_ms) == (1, None)


def test_a_series_that_is_not_gated_says_so_with_what_was_found() -> None:
    """The reader learns that a heart rate alone was there."""
    cardiac = only_series(assemble({"HeartRate": "72"}, {"HeartRate": "72"})).cardiac
    assert cardiac is not None
    assert (cardiac.gated, cardiac.evidence, cardiac.heart_rate_bpm, cardiac.phases) == (
        False,
        ("HeartRate",),
        72.0,
        (),
    )


def test_warnings_and_unreadable_attributes_are_listed_once() -> None:
    """Five slices with the same fault are one line."""
    fault: dict[str, Value] = {"FlipAngle": "12,5", "HeartRate": "474", "ScanOptions": "CG", "Modality": "MR"}
    series = only_series(assemble(fault, fault))
    assert [finding.code for finding in series.warnings] == ["cardiac.heart_rate_implausible"]
    assert [one.keyword for one in series.unreadable] == ["FlipAngle"]


def test_the_real_gated_series_is_one_uniform_stack() -> None:
    """dcmdump: five slices of 2.5 mm, ImagePositionPatient z from -1.2375 in steps of 2.5."""
    files = []
    for number, path in enumerate(GATED_CT):
        with path.open("rb") as source:
            facts = describe_instance(read_header(source, length=path.stat().st_size))
        files.append(ReadInstance(number, str(number), facts))
    series = only_series(assemble_studies(files))
    assert series.geometry is not None
    [stack] = series.geometry.stacks
    assert (stack.positions, stack.slice_spacing_mm, stack.slice_thickness_mm, stack.missing_slices) == (5, 2.5, 2.5, 0)

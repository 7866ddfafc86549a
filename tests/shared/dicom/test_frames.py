"""The frames of enhanced objects: merged facts, stacks, phases, and what is kept frame by frame."""

from pathlib import Path

import msgspec
import pytest
from pydicom.dataset import Dataset

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.frames import FrameFacts, Frames, Plane
from shared.dicom.instance import InstanceFacts
from shared.dicom.series import CardiacPhase, Series, Stack
from shared.dicom.values import Unreadable, Varying
from tests.support.enhanced import ENHANCED_CT, ENHANCED_MR, LEGACY_CT, deflate, describe, make_enhanced
from tests.support.samples import ENHANCED_CT_SAMPLE, ENHANCED_MR_SAMPLES, MR, MR_SAMPLES

AXIAL = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}


def series_of(*contents: bytes) -> Series:
    """The one series that made or real files are merged to."""
    files = [ReadInstance(number, str(number), describe(content)) for number, content in enumerate(contents)]
    [study] = assemble_studies(files).studies
    [series] = study.series
    return series


def codes(facts: InstanceFacts) -> list[str]:
    """The codes of the findings."""
    return [finding.code for finding in facts.findings]


def cine_frame(z: float, percent: float, delay: float) -> dict[str, object]:
    """A frame of a gated cine: its place and its phase, PS3.3 C.7.6.16.2.3 and .7."""
    return {
        "PlanePositionSequence": {"ImagePositionPatient": [0, 0, z]},
        "CardiacSynchronizationSequence": {
            "NominalPercentageOfCardiacPhase": percent,
            "NominalCardiacTriggerDelayTime": delay,
        },
    }


CINE = make_enhanced(
    ENHANCED_CT,
    top={"CardiacSynchronizationTechnique": "RETROSPECTIVE", "CardiacRRIntervalSpecified": 1000.0},
    shared={"PlaneOrientationSequence": AXIAL, "PixelMeasuresSequence": {"SliceThickness": "0.6"}},
    frames=[cine_frame(z, percent, percent * 10) for z in (0, 0.5, 1) for percent in (38.0, 75.0)],
)
"""Three places with two phases each, 0.5 mm apart."""


def test_what_varies_over_the_frames_is_a_range_and_what_does_not_is_one_value() -> None:
    """Two tube currents, one voltage in the frames, one thickness for all."""
    frames = [
        {"CTExposureSequence": {"XRayTubeCurrentInmA": current}, "CTXRayDetailsSequence": {"KVP": "120"}}
        for current in (300.0, 200.0, 300.0)
    ]
    series = series_of(make_enhanced(frames=frames, shared={"CTExposureSequence": {"CTDIvol": 7.5}}))
    assert series.acquisition == {
        "tube_current_ma": Varying(200.0, 300.0, (200.0, 300.0)),
        "kvp_kv": 120.0,
        "ctdi_vol_mgy": 7.5,
    }
    assert (series.is_enhanced, series.frame_count, series.instance_count) == (True, 3, 1)


def test_what_holds_for_all_stands_for_the_frames_that_say_nothing() -> None:
    """One frame overrides the shared value, the other has it."""
    facts = describe(
        make_enhanced(
            shared={"CTXRayDetailsSequence": {"KVP": "120"}}, frames=[{}, {"CTXRayDetailsSequence": {"KVP": "100"}}]
        )
    )
    assert facts.values["acquisition.kvp_kv"] == Varying(100.0, 120.0, (100.0, 120.0))


def test_more_distinct_values_than_are_listed_are_a_range_alone() -> None:
    """Of 65 tube currents only the least and the most are given; 64 are listed."""
    frames = [{"CTExposureSequence": {"XRayTubeCurrentInmA": 100.0 + step}} for step in range(65)]
    assert describe(make_enhanced(frames=frames)).values["acquisition.tube_current_ma"] == Varying(100.0, 164.0, ())
    listed = describe(make_enhanced(frames=frames[:64])).values["acquisition.tube_current_ma"]
    assert isinstance(listed, Varying)
    assert len(listed.distinct) == 64


def test_ranges_of_several_instances_are_merged() -> None:
    """A range, a range without a list and a number."""
    many = [{"CTExposureSequence": {"XRayTubeCurrentInmA": 100.0 + step}} for step in range(65)]
    few = [{"CTExposureSequence": {"XRayTubeCurrentInmA": current}} for current in (50.0, 60.0)]
    one = [{"CTExposureSequence": {"XRayTubeCurrentInmA": 500.0}}]
    contents = [
        make_enhanced(top={"SOPInstanceUID": f"1.2.{number}"}, frames=frames)
        for number, frames in enumerate((many, few, one))
    ]
    assert series_of(*contents[1:]).acquisition["tube_current_ma"] == Varying(50.0, 500.0, (50.0, 60.0, 500.0))
    assert series_of(*contents).acquisition["tube_current_ma"] == Varying(50.0, 500.0, ())


def test_the_frames_of_a_cine_are_stacked_by_their_places() -> None:
    """Three places half a millimetre apart at two time points."""
    geometry = series_of(CINE).geometry
    assert geometry is not None
    assert geometry.stacks == (
        Stack(
            plane="axial",
            images=6,
            positions=3,
            time_points=2,
            slice_thickness_mm=0.6,
            slice_spacing_mm=0.5,
            slice_overlap_mm=0.1,
            is_uniform=True,
            missing_slices=0,
            axis="phase_percent",
        ),
    )


def test_the_timings_of_all_frames_make_the_table_of_phases() -> None:
    """Both phases stand at three places."""
    cardiac = series_of(CINE).cardiac
    assert cardiac is not None
    assert (cardiac.gated, cardiac.technique) == (True, "RETROSPECTIVE")
    assert [(phase.phase_percent, phase.positions) for phase in cardiac.phases] == [(38.0, 3), (75.0, 3)]
    assert isinstance(cardiac.phases[0], CardiacPhase)


def test_frames_share_planes_and_timings() -> None:
    """Two timings and one plane for six frames."""
    frames = describe(CINE).frames
    assert frames is not None
    assert len(frames.timings) == 2
    assert frames.planes == (Plane((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), 0.6),)
    assert [(one.position_mm, one.plane, one.timing) for one in frames.frames[:3]] == [
        ((0.0, 0.0, 0.0), 0, 0),
        ((0.0, 0.0, 0.0), 0, 1),
        ((0.0, 0.0, 0.5), 0, 0),
    ]


def test_what_orders_frames_is_kept_frame_by_frame() -> None:
    """Stack, place in it, time, echo and b-value: PS3.3 C.7.6.16.2.2, .23, C.8.13.5.4 and .9."""
    frame = {
        "FrameContentSequence": {"StackID": "2", "InStackPositionNumber": 7, "TemporalPositionIndex": 3},
        "TemporalPositionSequence": {"TemporalPositionTimeOffset": 0.25},
        "MREchoSequence": {"EffectiveEchoTime": 60.0},
        "MRDiffusionSequence": {"DiffusionBValue": 800.0},
    }
    facts = describe(make_enhanced(ENHANCED_MR, modality="MR", frames=[frame]))
    assert facts.frames == Frames(
        (
            FrameFacts(
                stack_id="2",
                in_stack_position=7,
                temporal_position_index=3,
                temporal_offset_s=0.25,
                echo_time_ms=60.0,
                b_value_s_mm2=800.0,
            ),
        )
    )
    assert not any(key.startswith("frame.") for key in (*facts.values, *facts.provenance))


def test_the_facts_of_frames_survive_their_way_to_the_store() -> None:
    """They are written and read again by their types."""
    facts = describe(CINE)
    assert msgspec.json.decode(msgspec.json.encode(facts), type=InstanceFacts) == facts


def test_frames_without_place_or_plane_are_in_no_stack() -> None:
    """A position without orientation lies nowhere."""
    frames = [{"PlanePositionSequence": {"ImagePositionPatient": [0, 0, 0]}}, {}]
    assert series_of(make_enhanced(frames=frames)).geometry is None


@pytest.mark.parametrize(
    ("stated", "frames", "code"),
    [(3, [{}, {}], "frames.count_mismatch"), (2, [], "frames.undescribed")],
)
def test_another_number_of_frames_than_described_is_reported(stated: int, frames: list[object], code: str) -> None:
    """The number stated is given, those described are placed."""
    groups = {"PerFrameFunctionalGroupsSequence": frames} if frames else {}
    facts = describe(make_enhanced(top={"NumberOfFrames": stated, **groups}))
    assert (codes(facts), facts.values["frame_count"]) == ([code], stated)


def test_an_object_without_a_number_of_frames_is_no_mismatch() -> None:
    """What is not stated cannot differ."""
    assert codes(describe(make_enhanced(top={"NumberOfFrames": None}, frames=[{}]))) == []


def test_what_cannot_be_used_in_many_frames_is_listed_once() -> None:
    """A percentage is no position; the rule is named, the values are not."""
    frames = [{"PlanePositionSequence": {"ImagePositionPatient": [0, z]}} for z in (1, 2, 3)]
    assert describe(make_enhanced(frames=frames)).unreadable == (
        Unreadable("ImagePositionPatient", "(0020,0032)", "value.multiplicity"),
    )


def test_text_of_a_frame_that_had_to_be_repaired_is_reported() -> None:
    """A coil's name in the wrong character set."""
    name = "Spule Sch\xe4del"
    content = make_enhanced(
        ENHANCED_MR,
        modality="MR",
        top={"SpecificCharacterSet": "ISO_IR 100"},
        frames=[{"MRReceiveCoilSequence": {"ReceiveCoilName": name}}],
    )
    assert codes(describe(content)) == []
    assert codes(describe(content.replace(b"ISO_IR 100", b"ISO_IR 192"))) == ["text.repaired"]


@pytest.mark.parametrize("place", ["top", "shared", "frames"])
def test_the_anatomy_of_frames_names_the_body_part(place: str) -> None:
    """PS3.3 C.7.6.16.2.8: a code and a side."""
    anatomy = {"AnatomicRegionSequence": {"CodeMeaning": "Heart"}, "FrameLaterality": "L"}
    group = {"FrameAnatomySequence": anatomy}
    content = make_enhanced(
        top=anatomy if place == "top" else {},
        shared=group if place == "shared" else {},
        frames=[group if place == "frames" else {}],
    )
    values = describe(content).values
    assert (values["body_part"], values["laterality"]) == ("Heart", "L")


def test_a_class_that_nobody_knows_gives_its_general_facts() -> None:
    """A private class of a modality without a table."""
    facts = describe(make_enhanced("1.2.3.99", modality="ZZ", top={"Manufacturer": "Maker", "KVP": "120"}))
    assert (facts.modality, facts.values["equipment.manufacturer"], facts.frames) == ("ZZ", "Maker", None)
    assert "acquisition.kvp_kv" not in facts.values


def test_the_real_enhanced_ct_is_a_stack_of_two_slices() -> None:
    """eCT_Supplemental.dcm by dcmdump: z -159 and -149, 10 mm thick, 300 mg/ml Iohexol, 150 ml, Brain, a map."""
    series = series_of(ENHANCED_CT_SAMPLE.read_bytes())
    assert series.geometry is not None
    [stack] = series.geometry.stacks
    assert (stack.plane, stack.images, stack.slice_spacing_mm, stack.slice_thickness_mm) == ("axial", 2, 10.0, 10.0)
    assert series.image is not None
    assert series.image.pixel_spacing_mm == (0.388672, 0.388672)
    assert (series.frame_count, series.is_enhanced, series.body_part, series.laterality) == (2, True, "Brain", "U")
    assert series.acquisition == {
        "rescale_slope": 1.0,
        "rescale_intercept": -1024.0,
        "rescale_type": "US",
        "contrast_agent": "Iohexol",
        "contrast_route": "Intravenous route",
        "contrast_volume_ml": 150.0,
        "contrast_concentration_mg_per_ml": 300.0,
        "contrast_phase": "DYNAMIC",
    }


def test_the_real_enhanced_mr_says_what_dcmdump_says() -> None:
    """emri_small.dcm: ten frames, none described; the values stand at the top level."""
    facts = describe(ENHANCED_MR_SAMPLES[0].read_bytes())
    assert codes(facts) == ["frames.undescribed"]
    keys = ("field_strength_t", "pixel_bandwidth_hz_per_px", "sequence_name", "imaged_nucleus", "sar_w_per_kg")
    assert [facts.values[f"acquisition.{key}"] for key in keys] == [3.0, 241.0, "T1TFE", "1H", 0.015453157015144825]
    assert facts.values["frame_count"] == 10
    assert facts.cardiac is not None
    assert facts.cardiac.gated is False


def facts_without_syntax(content: bytes) -> InstanceFacts:
    """The facts of a file but for its transfer syntax."""
    return msgspec.structs.replace(describe(content), transfer_syntax_uid=None)


@pytest.mark.parametrize("path", ENHANCED_MR_SAMPLES[1:], ids=lambda path: path.stem)
def test_one_enhanced_image_in_five_transfer_syntaxes_gives_one_result(path: Path) -> None:
    """emri_small in RLE, big endian, JPEG 2000 and JPEG-LS."""
    assert facts_without_syntax(path.read_bytes()) == facts_without_syntax(ENHANCED_MR_SAMPLES[0].read_bytes())


@pytest.mark.parametrize("path", MR_SAMPLES, ids=lambda path: path.stem)
def test_one_image_in_six_transfer_syntaxes_gives_one_result(path: Path) -> None:
    """MR_small in implicit, big endian, RLE, JPEG 2000 and JPEG-LS against explicit little endian."""
    assert facts_without_syntax(path.read_bytes()) == facts_without_syntax(MR.read_bytes())


@pytest.mark.parametrize("path", [MR, ENHANCED_CT_SAMPLE], ids=lambda path: path.stem)
def test_a_deflated_image_gives_the_same_result(path: Path) -> None:
    """The seventh transfer syntax: the data set is deflated."""
    assert facts_without_syntax(deflate(path)) == facts_without_syntax(path.read_bytes())


def test_private_timing_of_converted_frames_is_read_frame_by_frame() -> None:
    """GE's phase, kept by a converted object among the classic attributes of each frame."""
    frames = []
    for percent in ("40", "70"):
        item = Dataset()
        block = item.private_block(0x0045, "GEMS_HELIOS_01", create=True)
        block.add_new(0x31, "CS", "68")
        block.add_new(0x33, "CS", percent)
        frames.append({"UnassignedPerFrameConvertedAttributesSequence": item})
    cardiac = series_of(make_enhanced(LEGACY_CT, frames=frames)).cardiac
    assert cardiac is not None
    assert [phase.phase_percent for phase in cardiac.phases] == [40.0, 70.0]

"""The gating verdict, its evidence, and what is not evidence."""

import io
from pathlib import Path

import pytest

from shared.dicom.gating import CardiacTiming
from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from shared.dicom.values import Provenance
from tests.support.datasets import Value, describe
from tests.support.heartbeats import GATED_MR, MR, RETROSPECTIVE, codes, gated, ge, timing
from tests.support.samples import CT, GATED_CT, PHILIPS_MR, TEST_FILES
from tests.support.samples import MR as PLAIN_MR

NUCLEAR: dict[str, Value] = {"Modality": "NM", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.20"}
PET: dict[str, Value] = {"Modality": "PT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.128"}


def of_file(path: Path) -> CardiacTiming | None:
    """The cardiac timing of a real file."""
    content = path.read_bytes()
    return describe_instance(read_header(io.BytesIO(content), length=len(content))).cardiac


def test_nothing_cardiac_gives_nothing() -> None:
    """A plain CT has no cardiac block."""
    assert timing({}) is None


def test_an_mr_with_cardiac_gating_in_its_options_is_gated() -> None:
    """ScanOptions CG is the standard's own word for it (PS3.3 C.8.3.1.1.1); the phase is the worked example."""
    found = timing({**MR, "ScanOptions": "FC\\CG", "HeartRate": "60", "NominalInterval": "1000", "TriggerTime": "380"})
    assert found == CardiacTiming(
        gated=True,
        evidence=("ScanOptions",),
        heart_rate_bpm=60.0,
        heart_rate_source="HeartRate",
        rr_interval_ms=1000.0,
        rr_source="NominalInterval",
        trigger_delay_ms=380.0,
        trigger_delay_source="TriggerTime",
        phase_percent=38.0,
        phase_source="trigger_delay/rr_interval",
        phase_label="end-systole",
        phase_label_source="rule v1",
        phase_rule="v1",
        phase_note="nominal, from timing only",
        aortic_valve_closure_ms=384.5,
    )


@pytest.mark.parametrize(
    ("attributes", "evidence"),
    [
        ({**MR, "ScanOptions": "PPG"}, ("ScanOptions",)),
        (
            {**MR, "CardiacNumberOfImages": "25", "NominalInterval": "900"},
            ("CardiacNumberOfImages", "NominalInterval"),
        ),
        ({**PET, "SeriesType": "GATED\\IMAGE"}, ("SeriesType",)),
        (
            {**PET, "CardiacNumberOfImages": "8", "NominalInterval": "900"},
            ("CardiacNumberOfImages", "NominalInterval"),
        ),
        ({**NUCLEAR, "ImageType": "ORIGINAL\\PRIMARY\\GATED\\EMISSION"}, ("ImageType",)),
        ({**NUCLEAR, "ImageType": "ORIGINAL\\PRIMARY\\RECON GATED TOMO\\EMISSION"}, ("ImageType",)),
        ({"NominalPercentageOfCardiacPhase": 40.0}, ("NominalPercentageOfCardiacPhase",)),
        (
            {"ScanOptions": "TP70PC0842", "ImageComments": "72 bpm, 70 %, 153 ms"},
            ("ScanOptions (Siemens TP)", "ImageComments"),
        ),
        ({**GATED_MR, "CardiacSynchronizationTechnique": "OTHER"}, ("ScanOptions",)),
    ],
)
def test_each_kind_of_evidence_proves_gating(attributes: dict[str, Value], evidence: tuple[str, ...]) -> None:
    """The list of the guide: options, cine, gated PET and NM, stated phase, a vendor's CT phase."""
    found = timing(attributes)
    assert found is not None
    assert (found.gated, found.evidence) == (True, evidence)


@pytest.mark.parametrize(
    "attributes",
    [
        {**MR, "HeartRate": "60", "LowRRValue": "0", "HighRRValue": "0"},
        {**MR, "TriggerTime": "1234"},
        {**MR, "HeartRate": "72"},
        {**MR, "CardiacNumberOfImages": "1", "NominalInterval": "900"},
        {**MR, "TriggerTime": "500", "BodyPartExamined": "HEART"},
        {"TriggerTime": "12.5", "Manufacturer": "GE MEDICAL SYSTEMS"},
        {"ScanOptions": "CG", "HeartRate": "72"},
        {**PET, "SeriesType": "STATIC\\GATED", "HeartRate": "72"},
        {**NUCLEAR, "ImageType": "ORIGINAL\\PRIMARY\\UNGATED\\GATED", "HeartRate": "72"},
    ],
)
def test_what_is_not_evidence_does_not_gate(attributes: dict[str, Value]) -> None:
    """A heart rate, a time or a body part alone says nothing about gating, nor does a term in the wrong place."""
    found = timing(attributes)
    assert found is not None
    assert (found.gated, found.trigger_delay_ms, found.phase_percent, found.rr_interval_ms) == (False, None, None, None)


@pytest.mark.parametrize(
    "attributes",
    [
        {**MR, "BeatRejectionFlag": "Y"},
        {**MR, "CardiacNumberOfImages": "0"},
        {**MR, "HeartRate": "0"},
        {**MR, "LowRRValue": "0", "HighRRValue": "0"},
        {"BodyPartExamined": "HEART"},
    ],
)
def test_flags_that_devices_always_write_say_nothing(attributes: dict[str, Value]) -> None:
    """GE writes a beat rejection flag and a zero on every MR; a rate of zero was not measured."""
    assert timing(attributes) is None


def test_the_default_rate_of_an_ungated_image_is_not_shown() -> None:
    """60 is what devices write when they measured nothing."""
    found = timing({**MR, "HeartRate": "60"})
    assert found is not None
    assert (found.heart_rate_bpm, codes(found)) == (None, ["cardiac.heart_rate_default"])


def test_a_trigger_time_without_gating_is_reported_and_not_shown() -> None:
    """Philips writes the begin of a dynamic scan into TriggerTime."""
    found = timing({**MR, "TriggerTime": "1234"})
    assert found is not None
    assert (found.trigger_delay_ms, codes(found)) == (None, ["cardiac.trigger_time_untrusted"])


@pytest.mark.parametrize("technique", ["NONE", "REALTIME"])
def test_a_technique_without_gating_wins(technique: str) -> None:
    """An object that says it was not synchronized was not, whatever else it holds."""
    found = timing({**GATED_MR, "CardiacSynchronizationTechnique": technique, "NominalPercentageOfCardiacPhase": 40.0})
    assert found is not None
    assert (found.gated, found.technique, found.phase_percent, found.phase_label) == (False, technique, None, None)


@pytest.mark.parametrize("technique", ["PROSPECTIVE", "RETROSPECTIVE", "PACED"])
def test_a_stated_technique_is_the_verdict(technique: str) -> None:
    """The attribute that was made for it is believed first."""
    found = gated({"CardiacSynchronizationTechnique": technique, "CardiacSignalSource": "ECG"})
    assert (found.evidence, found.signal_source) == (("CardiacSynchronizationTechnique",), "ECG")


def test_a_nuclear_signal_source_is_the_trigger_source() -> None:
    """NM and PET name the signal in TriggerSourceOrType (PS3.3 C.8.4.12)."""
    facts = describe({**PET, "SeriesType": "GATED\\IMAGE", "TriggerSourceOrType": "EKG"})
    assert facts.cardiac is not None
    assert (facts.cardiac.signal_source, facts.provenance["cardiac.signal_source"]) == (
        "EKG",
        Provenance("TriggerSourceOrType", "(0018,1061)", "EKG"),
    )


def test_how_beats_were_accepted_is_told_of_a_gated_image() -> None:
    """Counts, limits in ms and the window in percent of R-R (PS3.3 C.7.6.18.1 and C.8.3.1)."""
    found = gated(
        {
            **GATED_MR,
            "IntervalsAcquired": "120",
            "IntervalsRejected": "3",
            "LowRRValue": "700",
            "HighRRValue": "900",
            "SkipBeats": "1",
            "TriggerWindow": "10",
            "CardiacBeatRejectionTechnique": "RR_INTERVAL",
            "CardiacFramingType": "PCNT",
        }
    )
    assert (
        found.intervals_acquired,
        found.intervals_rejected,
        found.low_rr_value_ms,
        found.high_rr_value_ms,
        found.skip_beats,
        found.trigger_window_percent,
        found.beat_rejection,
        found.framing_type,
    ) == (120, 3, 700, 900, 1, 10.0, "RR_INTERVAL", "PCNT")


@pytest.mark.parametrize(
    ("images", "interval", "is_gated"), [("2", "1", True), ("1", "900", False), ("2", "0", False), ("2", "-1", False)]
)
def test_a_cine_has_several_images_in_an_interval(images: str, interval: str, is_gated: bool) -> None:
    """More than one image per cycle, and a cycle to have them in; Siemens writes 1 on what was not gated."""
    found = timing({**MR, "CardiacNumberOfImages": images, "NominalInterval": interval, "HeartRate": "72"})
    assert found is not None
    assert found.gated is is_gated


def test_one_limit_is_shown_with_its_zero() -> None:
    """A scanner may bound beats on one side only."""
    found = gated({**GATED_MR, "LowRRValue": "700", "HighRRValue": "0"})
    assert (found.low_rr_value_ms, found.high_rr_value_ms) == (700, 0)


def test_limits_of_zero_mean_not_used() -> None:
    """LowRRValue and HighRRValue of 0 are how devices say that no beat was rejected by length."""
    found = gated({**GATED_MR, "LowRRValue": "0", "HighRRValue": "0"})
    assert (found.low_rr_value_ms, found.high_rr_value_ms) == (None, None)


def test_no_word_of_a_file_reaches_a_warning() -> None:
    """A file whose every cardiac text is a marker yields warnings and reasons without it."""
    keywords = ["HeartRate", "TriggerTime", "NominalInterval", "ImageComments", "SeriesDescription", "SkipBeats"]
    facts = describe({**dict.fromkeys(keywords, "MARKER-Doe"), **RETROSPECTIVE}, raw=ge("MARKER-Doe", "MARKER-Doe"))
    assert facts.cardiac is not None
    assert "MARKER" not in f"{facts.cardiac} {facts.unreadable} {facts.findings}"


def test_a_value_that_is_no_number_is_listed_as_unreadable() -> None:
    """The attribute and the broken rule are named, and the file goes on being read."""
    facts = describe({**GATED_MR, "HeartRate": "fast", "NominalInterval": "900"})
    assert facts.cardiac is not None
    assert ([one.keyword for one in facts.unreadable], facts.cardiac.rr_interval_ms) == (["HeartRate"], 900.0)


@pytest.mark.parametrize("path", [CT, PLAIN_MR], ids=lambda path: path.name)
def test_plain_files_are_not_gated(path: Path) -> None:
    """CT_small.dcm carries GE's private blocks, MR_small.dcm nothing (dcmdump)."""
    assert of_file(path) is None


def test_a_philips_shoulder_is_not_gated() -> None:
    """dcmdump of MR2_UNCR.dcm: HeartRate 60, LowRRValue and HighRRValue 0, IntervalsAcquired 102."""
    found = of_file(PHILIPS_MR)
    assert found is not None
    assert (found.gated, found.evidence, found.heart_rate_bpm, codes(found)) == (
        False,
        ("HeartRate",),
        None,
        ["cardiac.heart_rate_default"],
    )


@pytest.mark.parametrize("name", ["examples_ybr_color.dcm", "waveform_ecg.dcm"])
def test_an_echo_without_a_rate_and_an_ecg_have_no_cardiac_block(name: str) -> None:
    """dcmdump: the echo has HeartRate 0, the ECG a waveform alone."""
    assert of_file(TEST_FILES / name) is None


@pytest.mark.parametrize(("path", "rate"), [*zip(GATED_CT, (76.0, 76.0, 76.0, 68.0, 68.0), strict=True)])
def test_a_real_gated_ct_has_its_rate_and_phase(path: Path, rate: float) -> None:
    """dcmdump: (0045,1031) 76 or 68, (0045,1033) 70, (0045,1032) 0.326829255 s; rates before the scan stay out."""
    found = of_file(path)
    assert found is not None
    assert (found.gated, found.heart_rate_bpm, found.phase_percent, found.temporal_resolution_ms) == (
        True,
        rate,
        70.0,
        326.8,
    )


@pytest.mark.parametrize(
    ("attributes", "raw", "key", "expected"),
    [
        (
            {**RETROSPECTIVE, "CardiacRRIntervalSpecified": 900.0},
            {},
            "rr_interval_ms",
            Provenance("CardiacRRIntervalSpecified", "(0018,9070)", "900.0"),
        ),
        (
            {**GATED_MR, "NominalInterval": "900"},
            {},
            "rr_interval_ms",
            Provenance("NominalInterval", "(0018,1062)", "900"),
        ),
        (
            {**GATED_MR, "HeartRate": "75"},
            {},
            "rr_interval_ms",
            Provenance("HeartRate", "(0018,1088)", source="60000/HeartRate"),
        ),
        (
            {**GATED_MR, "NominalInterval": "800"},
            {},
            "heart_rate_bpm",
            Provenance("NominalInterval", "(0018,1062)", source="60000/rr_interval"),
        ),
        (
            {**GATED_MR, "NominalInterval": "800", "TriggerTime": "80"},
            {},
            "phase_percent",
            Provenance("TriggerTime", "(0018,1060)", source="trigger_delay/rr_interval"),
        ),
        (
            {},
            ge(),
            "phase_percent",
            Provenance("PctRpeakDelay", "(0045,1033)", "70", "private, GEMS_HELIOS_01"),
        ),
        ({"HeartRate": "66"}, ge(), "heart_rate_bpm", Provenance("HeartRate", "(0018,1088)", "66")),
    ],
)
def test_every_quantity_says_where_it_comes_from(
    attributes: dict[str, Value], raw: dict[int, bytes], key: str, expected: Provenance
) -> None:
    """A derived value names its formula, a private one its creator, and a standard attribute goes before both."""
    assert describe(attributes, raw=raw).provenance[f"cardiac.{key}"] == expected

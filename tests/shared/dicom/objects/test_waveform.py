"""Waveforms: a real 12-lead ECG compared with dcmdump, and odd ones made by PS3.3 C.10.9."""

import pytest

from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.codes import Code
from shared.dicom.objects.waveform import MAX_ANNOTATIONS, Annotation, Channel, MultiplexGroup, Waveform
from shared.dicom.values import Provenance
from tests.shared.dicom.objects.real_objects import facts_of
from tests.support.objects import blocks_of, code, codes_of, item, make_object, plain, sequence
from tests.support.samples import TEST_FILES

ECG = TEST_FILES / "waveform_ecg.dcm"
MILLISECONDS = Code("ms", "UCUM", "milliseconds")


def waveform_of(facts: InstanceFacts) -> Waveform:
    """The recording of an object that is one."""
    waveform = blocks_of(facts).waveform
    assert waveform is not None
    return waveform


def test_an_ecg_has_the_groups_that_dcmdump_prints() -> None:
    """Ten seconds of rhythm, and a median beat whose trigger is sample 501."""
    groups = waveform_of(facts_of(ECG)).groups
    assert [
        (one.label, one.originality, one.channel_count, one.sampling_frequency_hz, one.samples, one.duration_s)
        for one in groups
    ] == [("RHYTHM", "ORIGINAL", 12, 1000, 10000, 10.0), ("MEDIAN BEAT", "DERIVED", 12, 1000, 1200, 1.2)]
    assert [one.trigger_sample_position for one in groups] == [None, 501]
    assert [len(one.channels) for one in groups] == [12, 12]


def test_a_lead_has_its_source_sensitivity_and_filters() -> None:
    """The first channel of the rhythm as dcmdump prints it."""
    assert waveform_of(facts_of(ECG)).groups[0].channels[0] == Channel(
        source=Code("5.6.3-9-1", "SCPECG", "Lead I (Einthoven)"),
        sensitivity=1.25,
        sensitivity_unit=Code("uV", "UCUM", "microvolt"),
        filter_low_hz=0.05,
        filter_high_hz=300,
        notch_filter_hz=0,
        bits_stored=16,
    )


@pytest.mark.parametrize(
    ("concept", "value"),
    [("RR Interval", 982), ("PR Interval", 161), ("QRS Duration", 75), ("QT Interval", 368), ("QTc Interval", 370)],
)
def test_what_the_device_measured_is_given_as_it_wrote_it(concept: str, value: float) -> None:
    """Intervals of WaveformAnnotationSequence as dcmdump prints them."""
    given = {note.concept.meaning: note for note in waveform_of(facts_of(ECG)).annotations if note.concept}
    assert (given[concept].value, given[concept].unit) == (value, MILLISECONDS)


def test_annotations_that_are_no_numbers_are_counted_only() -> None:
    """77 items by dcmdump, of which nine are numbers: statements are text, marks have positions."""
    waveform = waveform_of(facts_of(ECG))
    assert (waveform.annotation_count, len(waveform.annotations)) == (77, 9)


def test_no_interpretation_of_the_ecg_is_shown() -> None:
    """The statements of the device and the patient stay in the file."""
    facts = facts_of(ECG)
    assert "UnformattedText" not in repr(facts)
    assert "642341" not in repr(facts)


def test_a_value_of_a_group_says_where_it_was_read() -> None:
    """Provenance by the group's place."""
    assert facts_of(ECG).provenance["waveform.groups.1.samples"] == Provenance(
        "NumberOfWaveformSamples", "(003A,0010)", "1200"
    )


@pytest.mark.parametrize("sop_class", ["9.1.2", "9.2.1", "9.4.1", "9.7.1"])
def test_every_waveform_class_is_read(sop_class: str) -> None:
    """ECG, hemodynamics, voice and EEG share one module."""
    facts = make_object(sop_class, "ECG", sequence("WaveformSequence", item(*plain(NumberOfWaveformSamples=500))))
    assert waveform_of(facts).groups == (MultiplexGroup(samples=500),)


@pytest.mark.parametrize("frequency", ["0", "-1", "abc"])
def test_no_duration_comes_from_a_frequency_that_is_none(frequency: str) -> None:
    """Nothing is divided by zero."""
    one = item(*plain(NumberOfWaveformSamples=500, SamplingFrequency=frequency))
    [group] = waveform_of(make_object("9.1.1", "ECG", sequence("WaveformSequence", one))).groups
    assert group.duration_s is None


def test_many_measured_values_are_bounded() -> None:
    """A night of monitoring is listed up to a bound."""
    note = item(*plain(NumericValue="60"), code("ConceptNameCodeSequence", ("8867-4", "LN", "Heart rate")))
    facts = make_object("9.1.3", "ECG", sequence("WaveformAnnotationSequence", *[note] * (MAX_ANNOTATIONS + 1)))
    waveform = waveform_of(facts)
    assert waveform.annotations == (Annotation(Code("8867-4", "LN", "Heart rate"), 60),) * MAX_ANNOTATIONS
    assert (waveform.annotation_count, codes_of(facts)) == (MAX_ANNOTATIONS + 1, ["object.more_than_listed"])

"""Objects that are no images are told by what they hold, in words that a nurse would use."""

from typing import Any

import pytest

from shared.dicom.objects.codes import Code
from shared.dicom.objects.dose_report import DoseReport
from shared.dicom.objects.key_objects import KeyObjects
from shared.dicom.objects.presentation_state import PresentationState
from shared.dicom.objects.projection_dose import PlaneDose, ProjectionDose
from shared.dicom.objects.radiopharmaceutical_dose import Administration
from shared.dicom.objects.radiotherapy import FractionGroup, Plan, PlannedDose, Radiotherapy, Record
from shared.dicom.objects.real_world_values import Mapping, RealWorldValues
from shared.dicom.objects.references import References
from shared.dicom.objects.registration import Registration
from shared.dicom.objects.segmentation import Segmentation, SegmentDescription
from shared.dicom.objects.structured_report import StructuredReport
from shared.dicom.objects.surface import Surface
from shared.dicom.objects.waveform import MultiplexGroup, Waveform
from shared.dicom.objects.whole_slide import WholeSlide
from shared.dicom.series import Cardiac, Respiratory, Series
from shared.privacy.coded_terms import RESPIRATORY_SIGNALS, RESPIRATORY_TECHNIQUES
from shared.privacy.facts import ModelFacts
from shared.privacy.known_codes import TITLES
from shared.summaries.grounding import check_grounding
from shared.summaries.template_text import write_template_text
from tests.shared.summaries.cases import FACTS, make_facts, make_series


def second_sentence(facts: ModelFacts) -> str:
    """Write the template text, which must pass the check, and give its second sentence."""
    text = write_template_text(facts)
    assert check_grounding(text.sentences, facts).rejected == ()
    return text.sentences[1].text


def told(modality: str, sop_class: str, **blocks: Any) -> str:  # Any: blocks as they come
    """Give the sentence about an object's contents."""
    return second_sentence(make_facts(make_series(modality, sop_class, **blocks)))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ct_dose", "It lists 3 exposures, with a total radiation dose of 512.3 mGy·cm (as dose-length product)."),
        (
            "xray_dose",
            (
                "It lists 24 exposures, with a total radiation dose of 27.9 Gy·cm² (as dose-area product) and 74 "
                "seconds of live viewing (fluoroscopy)."
            ),
        ),
        (
            "breast_dose",
            "It lists 4 exposures, with an average glandular dose of 2.9 mGy on the left and 3.1 mGy on the right.",
        ),
        ("tracer_dose", "It records that a radioactive tracer of 370 MBq (fluorine-18) was given."),
        ("rhythm_ecg", "It holds 12 channels, recorded for 10 seconds with 500 values per second."),
        ("letter", "The document inside has a size of 245 kB."),
        ("liver_segmentation", "It outlines 2 structures (liver) on 46 planes."),
        ("structures", "It outlines 7 structures with 420 contours."),
        (
            "plan",
            "It describes 3 beams to be given in 30 fractions (separate sessions), with a planned dose of 60 Gy.",
        ),
        ("dose_map", "It gives the dose in gray on 90 planes."),
        ("record", "It records the delivery of 3 beams, with 12 fractions given so far."),
        ("measurements", "It is marked as complete and verified and holds 25 entries, among them 12 measurements."),
        ("selection", 'It lists 5 selected objects with the title "for teaching".'),
    ],
)
def test_an_object_is_told_by_what_it_holds(name: str, sentence: str) -> None:
    """Counts, doses and sizes are told in one sentence."""
    assert second_sentence(FACTS[name]) == sentence


REFERENCES = References(1, 3)
NOTHING = "It is not an image itself, so there is no image quality to judge."


@pytest.mark.parametrize(
    ("modality", "sop_class", "blocks", "sentence"),
    [
        ("SR", "88.67", {"dose_report": DoseReport(projection=ProjectionDose(1))}, "It lists 1 exposure."),
        (
            "SR",
            "88.68",
            {"dose_report": DoseReport(administrations=(Administration(administered_activity_mbq=10.0),))},
            "It records that a radioactive tracer of 10 MBq was given.",
        ),
        ("SR", "88.68", {"dose_report": DoseReport()}, NOTHING),
        (
            "SR",
            "88.67",
            {"dose_report": DoseReport(projection=ProjectionDose(0, (PlaneDose(fluoro_time_s=5.0),)))},
            "It states 5 seconds of live viewing (fluoroscopy).",
        ),
        ("RTPLAN", "481.5", {"rt": Radiotherapy(plan=Plan(0))}, NOTHING),
        (
            "RTPLAN",
            "481.5",
            {"rt": Radiotherapy(plan=Plan(0, fraction_groups=(FractionGroup(fractions_planned=30),)))},
            "It describes 30 fractions (separate sessions).",
        ),
        ("ECG", "9.1.2", {"waveform": Waveform((MultiplexGroup(channel_count=3),))}, "It holds 3 channels."),
        (
            "SEG",
            "66.4",
            {"segmentation": Segmentation(1, segments=(SegmentDescription(algorithm_type="AUTOMATIC"),))},
            "It outlines 1 structure, drawn by a program.",
        ),
        ("RTPLAN", "481.5", {"rt": Radiotherapy(plan=Plan(2))}, "It describes 2 beams."),
        (
            "RTDOSE",
            "481.2",
            {"rt": Radiotherapy(dose=PlannedDose("RELATIVE"))},
            "It gives the dose in relative values.",
        ),
        ("RTRECORD", "481.4", {"rt": Radiotherapy(record=Record(2))}, "It records the delivery of 2 beams."),
        (
            "SR",
            "88.11",
            {"structured_report": StructuredReport(completion="PARTIAL")},
            "It is marked as partial.",
        ),
        ("SR", "88.11", {"structured_report": StructuredReport(content_items={"TEXT": 2})}, "It holds 2 entries."),
        (
            "PR",
            "11.1",
            {"presentation_state": PresentationState(1, 0, 2, 1, REFERENCES)},
            "It says how 3 referenced objects should be displayed, with 2 drawings over them.",
        ),
        (
            "PR",
            "11.1",
            {"presentation_state": PresentationState(references=REFERENCES)},
            "It says how 3 referenced objects should be displayed.",
        ),
        ("KO", "88.59", {"key_objects": KeyObjects(selected_count=2)}, "It lists 2 selected objects."),
        (
            "RWV",
            "67",
            {"real_world_value_mapping": RealWorldValues((Mapping(),))},
            "It holds 1 mapping from stored values to physical ones.",
        ),
        ("REG", "66.1", {"registration": Registration(2)}, "It aligns images with each other by 2 registrations."),
        ("M3D", "68.1", {"surface": Surface(1)}, "It holds 1 surface."),
        ("SEG", "66.5", {"surface": Surface(2, 900)}, "It holds 2 surfaces made of 900 points."),
        (
            "SM",
            "77.1.6",
            {"frame_count": 9, "whole_slide": WholeSlide(1, 300, 400, objective_powers=(20.0,))},
            "The whole slide has 400 by 300 picture points, with a magnification of 20.",
        ),
        (
            "SM",
            "77.1.6",
            {"frame_count": 9, "whole_slide": WholeSlide(1, 300, 400)},
            "The whole slide has 400 by 300 picture points.",
        ),
    ],
)
def test_what_is_not_stated_is_not_told(modality: str, sop_class: str, blocks: dict[str, Any], sentence: str) -> None:
    """Each part of a sentence is there where the object holds it."""
    assert told(modality, sop_class, **blocks) == sentence


@pytest.mark.parametrize("value", sorted(TITLES))
def test_every_title_of_a_selection_can_be_told(value: str) -> None:
    """No known title contains wording that the check forbids."""
    sentence = told("KO", "88.59", key_objects=KeyObjects(Code(value, "DCM"), None, 5))
    assert TITLES[value] in sentence


@pytest.mark.parametrize("technique", [*RESPIRATORY_TECHNIQUES, None])
@pytest.mark.parametrize("signal", [*RESPIRATORY_SIGNALS, None])
def test_every_way_to_deal_with_breathing_can_be_told(technique: str | None, signal: str | None) -> None:
    """Whatever terms a file has, the sentence about breathing passes the check."""
    sentence = told("MR", "4", respiratory=Respiratory(("x",), technique, signal))
    assert "breath" in sentence


@pytest.mark.parametrize(
    ("series", "sentence"),
    [
        (
            make_series("MR", "4", respiratory=Respiratory(("x",), "BREATH_HOLD")),
            "The breath was held for it.",
        ),
        (
            make_series("CT", "2", respiratory=Respiratory(("x",), "CORRECTION")),
            "Motion by breathing was corrected for.",
        ),
        (
            make_series(
                cardiac=Cardiac(gated=True, heart_rate_bpm=62), respiratory=Respiratory(("x",), "GATING", "BELT")
            ),
            (
                "The pictures were timed to the heartbeat; the heart rate was 62 beats per minute; the pictures were "
                "timed to breathing with a belt."
            ),
        ),
        (make_series("DX", "1.1", acquisition={"view_position": "PA"}), "The picture was taken from back to front."),
        (make_series("DX", "1.1", acquisition={"view_position": "LL"}), "The files do not say enough about how"),
        (
            make_series("MR", "4", acquisition={"velocity_encoding_cm_per_s": 150.0}),
            "It can tell speeds of flow up to 150 cm/s.",
        ),
        (
            make_series("MR", "4", acquisition={"b_values_s_mm2": 1000.0, "acquisition_contrast": "T2"}),
            "It was made with T2-weighted settings and it used diffusion strengths (b-values) of 1000 s/mm².",
        ),
        (
            make_series("NM", "20", acquisition={"injected_dose_mbq": 700.0}),
            "A radioactive tracer of 700 MBq was given for it.",
        ),
        (
            make_series("US", "6.1", acquisition={"transducer_frequency_mhz": 3.5}),
            "The probe ran at 3.5 MHz.",
        ),
    ],
)
def test_new_facts_of_images_are_told(series: Series, sentence: str) -> None:
    """Breathing, views, speeds, strengths and tracers are told where the files state them."""
    assert second_sentence(make_facts(series)).startswith(sentence)

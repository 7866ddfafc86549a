"""Of objects that are not images, only counts, sizes, doses and words of our own tables leave."""

from typing import Any

import pytest
from msgspec import structs
from pydicom.sr._concepts_dict import concepts
from pydicom.sr._snomed_dict import mapping

from shared.dicom.objects.blocks import FurtherObject
from shared.dicom.objects.codes import Code
from shared.dicom.objects.ct_dose import CtDose
from shared.dicom.objects.document import Document
from shared.dicom.objects.dose_report import DoseReport
from shared.dicom.objects.key_objects import KeyObjects
from shared.dicom.objects.presentation_state import PresentationState
from shared.dicom.objects.projection_dose import PlaneDose, ProjectionDose
from shared.dicom.objects.radiotherapy import FractionGroup, Plan, PlannedDose, Radiotherapy, Record, StructureSet
from shared.dicom.objects.raw_data import RawData
from shared.dicom.objects.real_world_values import Mapping, RealWorldValues
from shared.dicom.objects.references import References
from shared.dicom.objects.registration import Registration
from shared.dicom.objects.segmentation import Segmentation
from shared.dicom.objects.structured_report import StructuredReport
from shared.dicom.objects.surface import Surface
from shared.dicom.objects.waveform import MultiplexGroup, Waveform
from shared.dicom.objects.whole_slide import WholeSlide
from shared.dicom.series import Dose, Respiratory, Series
from shared.privacy.known_codes import WORDS, name_code
from tests.shared.summaries.cases import FACTS, GATED_CT, make_facts, make_series
from tests.shared.summaries.object_cases import CT_DOSE

REFERENCES = References(1, 3, ("1.2.3",))
COMMON = ("total.", "modality", "object")
"""Facts that every object has."""


def told(**blocks: Any) -> dict[str, str]:  # Any: blocks as they come
    """Give the facts of an object's block as they read."""
    facts = make_facts(make_series("SR", "999", **blocks))
    return {key: fact.text for key, fact in facts.items() if not key.startswith((*COMMON, "image_count"))}


@pytest.mark.parametrize(
    ("blocks", "facts"),
    [
        ({"dose_report": DoseReport()}, {}),
        ({"dose_report": DoseReport(ct=CtDose(1, 5.0))}, {"dose.events": "1 exposure", "dose.dlp_mgy_cm": "5 mGy·cm"}),
        ({"dose_report": DoseReport(projection=ProjectionDose(0))}, {"dose.events": "0 exposures"}),
        (
            {"dose_report": DoseReport(projection=ProjectionDose(2, (PlaneDose(dose_rp_gy=0.1), PlaneDose())))},
            {"dose.events": "2 exposures"},
        ),
        ({"waveform": Waveform()}, {}),
        (
            {"waveform": Waveform((MultiplexGroup(channel_count=1),))},
            {"waveform.channels": "1 channel", "waveform.groups": "1 channel group"},
        ),
        ({"document": Document("text/plain", None, verification="a name")}, {}),
        ({"document": Document("application/PDF", 1234)}, {"document.kind": "PDF", "document.size_kb": "1.234 kB"}),
        (
            {"segmentation": Segmentation(1, references=REFERENCES)},
            {"segmentation.structures": "1 structure", "segmentation.referenced_objects": "3 referenced objects"},
        ),
        ({"surface": Surface(2, 900)}, {"surface.surfaces": "2 surfaces", "surface.points": "900 points"}),
        (
            {"presentation_state": PresentationState(1, 2, 3, 1, REFERENCES)},
            {
                "display.drawings": "3 drawings",
                "display.texts": "2 texts",
                "display.referenced_objects": "3 referenced objects",
            },
        ),
        (
            {"key_objects": KeyObjects(Code("113000", "99LOCAL"), None, 1)},
            {"selection.selected": "1 selected object"},
        ),
        (
            {"whole_slide": WholeSlide(1, 100, 200, 1, 5.0, 7.0, objective_powers=(20.0,))},
            {
                "slide.columns": "200 pixels",
                "slide.rows": "100 pixels",
                "slide.magnification": "20",
                "slide.width_mm": "5 mm",
                "slide.height_mm": "7 mm",
                "slide.focal_planes": "1 plane",
            },
        ),
        (
            {"real_world_value_mapping": RealWorldValues((Mapping(),), REFERENCES)},
            {"mapping.mappings": "1 mapping", "mapping.referenced_objects": "3 referenced objects"},
        ),
        (
            {"registration": Registration(2, True, ("RIGID", "a name"))},
            {
                "registration.registrations": "2 registrations",
                "registration.deformable": "yes",
                "registration.kinds": "rigid",
            },
        ),
        (
            {"registration": Registration(fiducial_set_count=1)},
            {"registration.registrations": "0 registrations", "registration.fiducial_sets": "1 set of points"},
        ),
        ({"raw_data": RawData(REFERENCES)}, {"raw_data.referenced_objects": "3 referenced objects"}),
        ({"raw_data": RawData()}, {}),
        ({"rt": Radiotherapy("a name")}, {}),
        (
            {"rt": Radiotherapy(structure_set=StructureSet(2, 8, {"PTV": 1, "A NAME": 1}))},
            {"rt.structures": "2 structures", "rt.contours": "8 contours", "rt.roles": "planning target volume"},
        ),
        (
            {"rt": Radiotherapy(plan=Plan(1, "CURATIVE", fraction_groups=(FractionGroup(), FractionGroup())))},
            {"rt.beams": "1 beam"},
        ),
        (
            {"rt": Radiotherapy(dose=PlannedDose("RELATIVE", "PHYSICAL", "BEAM", 0.1, 15))},
            {"rt.dose_units": "relative", "rt.dose_type": "physical", "rt.dose_of": "beam", "rt.planes": "15 planes"},
        ),
        (
            {"rt": Radiotherapy(record=Record(3, 12, "a name", {"NORMAL": 3}))},
            {"rt.beams_delivered": "3 beams", "rt.fractions_delivered": "12 fractions"},
        ),
        ({"structured_report": StructuredReport()}, {"report.entries": "0 entries"}),
    ],
)
def test_a_block_is_told_by_its_numbers_and_known_words(blocks: dict[str, Any], facts: dict[str, str]) -> None:
    """What a table does not hold stays behind, a plan's intent included."""
    assert told(**blocks) == facts


def test_a_series_of_several_objects_tells_how_many() -> None:
    """The first of several reports does not stand for all of them."""
    further = Series(**structs.asdict(CT_DOSE) | {"further_objects": (FurtherObject("1.2.3"), FurtherObject("1.2.4"))})
    assert "dose.ctdi_vol_mgy" not in make_facts(further)
    assert make_facts(further)["object_count"].text == "3 objects"


def test_a_dose_report_beside_images_is_told_under_its_own_prefix() -> None:
    """The report of a CT study keeps its numbers apart from those of the images."""
    facts = make_facts(GATED_CT, make_series("SR", "88.67", dose=Dose(512.3, 3), dose_report=CT_DOSE.dose_report))
    assert facts["series_2.dose.ctdi_vol_mgy"].text == "0.12, 7.8 mGy"
    assert "dose.ctdi_vol_mgy" not in facts


def test_an_angiography_dose_is_told_in_the_units_of_its_readers() -> None:
    """0.00279 Gy·m² are 27.9 Gy·cm², 0.1406 Gy are 140.6 mGy."""
    told_by_key = {key: fact.text for key, fact in FACTS["xray_dose"].items() if key.startswith("dose.")}
    assert told_by_key == {
        "dose.events": "24 exposures",
        "dose.procedure": "X-ray projection",
        "dose.area_product_gy_cm2": "27.9 Gy·cm²",
        "dose.reference_point_mgy": "140.6 mGy",
        "dose.fluoroscopy_time_s": "74 s",
    }


def test_breathing_is_told_by_closed_terms() -> None:
    """Terms of the standard become words, anything else stays behind."""
    series = make_series(
        respiratory=Respiratory(("x",), "GATING", "a name", "AMPLITUDE", phase_percent=50, cycle_position="END_RESPIR")
    )
    facts = {key: fact.text for key, fact in make_facts(series).items() if key.startswith("respiratory")}
    assert facts == {
        "respiratory.compensated": "yes",
        "respiratory.technique": "timed to breathing",
        "respiratory.trigger_type": "amplitude",
        "respiratory.cycle_position": "end of a breath",
        "respiratory.phase_percent": "50 %",
    }


@pytest.mark.parametrize(("scheme", "value"), sorted(WORDS))
def test_every_known_code_is_one_of_the_terminology(scheme: str, value: str) -> None:
    """Each code that may be told is in pydicom's copy of PS3.16, or the earlier form of one."""
    current = {str(old): str(new) for old, new in mapping["SRT"].items()}.get(value, value)
    assert f"'{current}'" in str(concepts["SCT" if scheme == "SRT" else scheme])


@pytest.mark.parametrize("code", [None, Code("113003"), Code("113003", "99LOCAL", "for surgery"), Code("1", "DCM")])
def test_an_unknown_code_has_no_word(code: Code | None) -> None:
    """A local code stays behind even where its value is that of a known one."""
    assert name_code(code) is None

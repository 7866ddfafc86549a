"""Radiopharmaceutical dose reports, made by TID 10021 and 10022 of PS3.16."""

import pytest

from shared.dicom.objects.codes import Code
from shared.dicom.objects.dose_report import DoseReport
from shared.dicom.objects.radiopharmaceutical_dose import Administration
from tests.support.objects import SECOND, blocks_of, coded, container, dcm, document, make_object, num, sct


@pytest.mark.parametrize("half_life", [("304283002", "SCT", "Half life"), ("R-42806", "SRT", "Half life")])
def test_an_administration_says_what_and_how_much(half_life: tuple[str, str, str]) -> None:
    """Agent, nuclide, route, half-life and activity; 0.37 GBq are 370 MBq."""
    administration = container(
        dcm("113502"),
        coded(
            sct("349358000"),
            sct("35321007", "Fluorodeoxyglucose F^18^"),
            coded(sct("89457008"), sct("77004003", "^18^Fluorine")),
            num(half_life, "6586.2", SECOND),
        ),
        num(dcm("113507"), "0.37", ("GBq", "UCUM", "GBq")),
        coded(sct("410675002"), sct("47625008", "Intravenous route")),
    )
    facts = make_object("88.68", "SR", *document(dcm("113500"), administration))
    assert blocks_of(facts).dose_report == DoseReport(
        administrations=(
            Administration(
                agent=Code("35321007", "SCT", "Fluorodeoxyglucose F^18^"),
                radionuclide=Code("77004003", "SCT", "^18^Fluorine"),
                route=Code("47625008", "SCT", "Intravenous route"),
                half_life_s=6586.2,
                administered_activity_mbq=370,
            ),
        )
    )


def test_a_patient_radiation_dose_report_is_told_by_its_title() -> None:
    """TID 10030: what was estimated is not read, but the document is known for what it is."""
    facts = make_object("88.73", "SR", *document(dcm("128401")))
    assert blocks_of(facts).dose_report == DoseReport()

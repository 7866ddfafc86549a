"""Every key of an acquisition is decided: its number leaves, its known words leave, or it stays behind for a reason."""

from typing import Any

import pytest

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import describe_instance
from shared.dicom.modalities.us import DATA_TYPES
from shared.dicom.reading import read_header
from shared.dicom.values import Value
from shared.errors import DataError
from shared.privacy.acquisition_terms import SPELLINGS, TERMS, WITHHELD
from shared.privacy.facts import build_model_facts
from shared.privacy.quantities import UNITS
from shared.privacy.receipt import list_withheld
from shared.privacy.receipt_reasons import Reason
from tests.conformance.files import every_file
from tests.shared.summaries.series_builder import make_facts, make_series
from tests.support.full_tree import ACQUISITION_KEYS

FLAGS = {"suv_inputs_present"}
PATIENT_ONLY = {"patient_weight_kg"}
"""Withheld although no table gives it: nobody shall add it by mistake."""


def test_every_key_of_the_tables_is_decided_once() -> None:
    """A new row of a modality's table fails here until somebody decides whether it may leave."""
    groups = (set(UNITS), set(TERMS), set(SPELLINGS), set(WITHHELD) - PATIENT_ONLY, FLAGS)
    assert sum(map(len, groups)) == len(set(ACQUISITION_KEYS))
    assert set().union(*groups) == set(ACQUISITION_KEYS)


def told(acquisition: dict[str, Value]) -> dict[str, str]:
    """Give the facts of an acquisition as they read."""
    facts = make_facts(make_series(acquisition=acquisition))
    return {key: fact.text for key, fact in facts.items() if key.startswith("acquisition.")}


@pytest.mark.parametrize(
    ("acquisition", "facts"),
    [
        ({"velocity_encoding_cm_per_s": 150.0}, {"acquisition.velocity_encoding_cm_per_s": "150 cm/s"}),
        ({"energy_window_lower_kev": 126.5}, {"acquisition.energy_window_lower_kev": "126.5 keV"}),
        ({"number_of_detectors": 2}, {"acquisition.number_of_detectors": "2 detectors"}),
        ({"radionuclide": "^18^Fluorine"}, {"acquisition.radionuclide": "fluorine-18"}),
        ({"radionuclide": "Tc-99m"}, {"acquisition.radionuclide": "technetium-99m"}),
        ({"radionuclide": "given to J. Doe"}, {}),
        ({"contrast_route": "Intravenous route"}, {"acquisition.contrast_route": "into a vein"}),
        ({"corrections": ("DECY", "J. DOE")}, {"acquisition.corrections": "decay"}),
        ({"suv_inputs_present": True}, {"acquisition.suv_inputs_present": "yes"}),
        ({"suv_inputs_present": "J. Doe"}, {}),
        ({"breast_implant": "YES", "stage_name": "J. Doe"}, {}),
        ({"regions": ("tissue", "J. Doe")}, {"acquisition.regions": "tissue"}),
    ],
)
def test_numbers_and_known_words_leave(acquisition: dict[str, Any], facts: dict[str, str]) -> None:
    """Whatever else stands there stays behind."""
    assert told(acquisition) == facts


def test_the_words_of_ultrasound_regions_are_those_of_the_reader() -> None:
    """The reader's own words pass, all of them."""
    assert set(TERMS["regions"]) == set(DATA_TYPES.values())


def test_the_receipt_of_every_real_file_is_complete() -> None:
    """Of no file of the packages anything is withheld without a reason."""
    undecided = set()
    for path in every_file():
        try:
            with path.open("rb") as source:
                header = read_header(source, length=path.stat().st_size)
        except DataError:
            continue
        studies = assemble_studies([ReadInstance(0, "", describe_instance(header))]).studies
        assert build_model_facts(studies).withheld == list_withheld(studies)
        undecided |= {one.place for one in list_withheld(studies) if one.reason is Reason.NOT_LISTED}
    assert undecided == set()

"""The flat card: the few facts that first clients know, as the file's own text."""

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.formats.flat_card import KEYS, write_flat_card
from tests.support.datasets import MR_IMAGE, Value, describe

AXIAL = "1\\0\\0\\0\\1\\0"


def card(*files: dict[str, Value], include_identity: bool = False) -> dict[str, str | int]:
    """The card of made instances."""
    read = [
        ReadInstance(
            number,
            str(number),
            describe({"SOPInstanceUID": f"1.2.{number}", **attributes}, include_identity=include_identity),
        )
        for number, attributes in enumerate(files)
    ]
    return write_flat_card(assemble_studies(read).studies)


def test_text_is_given_exactly_as_the_file_has_it() -> None:
    """Decimal strings are not rounded and dates keep their form."""
    found = card(
        {
            "StudyDate": "20010101",
            "StudyDescription": "S",
            "SeriesDescription": "T",
            "ProtocolName": "P",
            "BodyPartExamined": "HEART",
            "InstitutionName": "I",
            "Manufacturer": "M",
            "ManufacturerModelName": "N",
            "Rows": 4,
            "Columns": 2,
            "PixelSpacing": "0.50\\0.250",
            "SliceThickness": "0.6250",
        }
    )
    assert found == {
        "modality": "CT",
        "body_part": "HEART",
        "study_date": "20010101",
        "study_description": "S",
        "series_description": "T",
        "protocol_name": "P",
        "institution": "I",
        "manufacturer": "M",
        "manufacturer_model": "N",
        "rows": 4,
        "columns": 2,
        "pixel_spacing": "0.50\\0.250",
        "slice_thickness": "0.6250",
        "number_of_slices": 1,
    }


def test_a_gated_series_has_its_timing() -> None:
    """Delay, phase and rate are the file's; a phase that was computed is written plainly."""
    found = card(
        {
            "Modality": "MR",
            "SOPClassUID": MR_IMAGE,
            "CardiacSynchronizationTechnique": "RETROSPECTIVE",
            "CardiacSignalSource": "ECG",
            "HeartRate": "62",
            "TriggerTime": "275.0",
        }
    )
    assert {key: found[key] for key in ("cardiac_trigger", "trigger_delay", "cardiac_phase_percent", "heart_rate")} == {
        "cardiac_trigger": "ECG",
        "trigger_delay": "275.0",
        "cardiac_phase_percent": "28.4",
        "heart_rate": "62",
    }


def test_a_phase_that_varies_is_no_one_text_of_the_series() -> None:
    """A cine of two phases has no single delay and no single percentage; the rate is one."""
    cine: dict[str, Value] = {"Modality": "MR", "SOPClassUID": MR_IMAGE, "ScanOptions": "CG", "HeartRate": "62"}
    found = card({**cine, "TriggerTime": "40"}, {**cine, "TriggerTime": "80"})
    assert {key: found.get(key) for key in ("trigger_delay", "cardiac_phase_percent", "heart_rate")} == {
        "trigger_delay": None,
        "cardiac_phase_percent": None,
        "heart_rate": "62",
    }


def test_a_rate_that_was_computed_is_no_text_of_the_file() -> None:
    """The card repeats what a file says; the interval's reciprocal stands in the series alone."""
    found = card({"CardiacSynchronizationTechnique": "PACED", "CardiacRRIntervalSpecified": 967.0})
    assert "heart_rate" not in found


def test_a_vendors_text_gives_its_digits() -> None:
    """Siemens TP55PC0842 is a phase of 55 %."""
    assert card({"ScanOptions": "TP55PC0842"})["cardiac_phase_percent"] == "55"


def test_an_ungated_series_has_no_delay_and_no_implausible_rate() -> None:
    """A dynamic time and a default rate are not a heart's timing."""
    found = card({"Modality": "MR", "SOPClassUID": MR_IMAGE, "HeartRate": "60", "TriggerTime": "275.0"})
    assert {"cardiac_trigger", "trigger_delay", "cardiac_phase_percent", "heart_rate"}.isdisjoint(found)


def test_the_card_describes_the_series_with_most_images() -> None:
    """A localizer with more images does not hide the scan."""
    scout: dict[str, Value] = {"SeriesInstanceUID": "1.9", "ImageType": "LOCALIZER", "SeriesDescription": "scout"}
    scan: dict[str, Value] = {"SeriesInstanceUID": "1.8", "SeriesDescription": "scan"}
    assert card(scout, scout, scan)["series_description"] == "scan"


def test_slices_are_places_and_not_images() -> None:
    """Two images at one place are one slice."""
    place: dict[str, Value] = {"Rows": 2, "ImagePositionPatient": "0\\0\\1", "ImageOrientationPatient": AXIAL}
    assert card(place, place)["number_of_slices"] == 1


def test_identifiers_are_there_only_where_included() -> None:
    """The patient's id is part of the card of a deployment that includes identity."""
    assert "patient_id" not in card({"PatientID": "4711"})
    assert card({"PatientID": "4711"}, include_identity=True)["patient_id"] == "4711"


def test_the_keys_are_those_of_the_contract() -> None:
    """No key is added or renamed without the contract."""
    assert len(KEYS) == len(set(KEYS)) == 19

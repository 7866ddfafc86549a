"""The checks of a technologist, in plain words."""

from typing import Any

import msgspec
import pytest

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.phase_sets import PhaseSet
from shared.dicom.series import Cardiac, CardiacPhase, Geometry, Series, SopClass, Stack
from shared.dicom.study_checks import check_phase_sets, check_series
from shared.dicom.values import Varying
from tests.support.datasets import Value, describe


def make_series(**stated: Any) -> Series:  # Any: whatever a test states of the series
    """A CT series."""
    defaults: dict[str, Any] = {
        "series_instance_uid": "1.2",
        "modality": "CT",
        "sop_class": SopClass("1.2.840.10008.5.1.4.1.1.2"),
        "instance_count": 1,
        "is_localizer": False,
        "is_enhanced": False,
    }
    return Series(**(defaults | stated))


def stack(**stated: Any) -> Geometry:  # Any: whatever a test states of the stack
    """A geometry of one stack."""
    return Geometry((Stack("axial", 10, 10, **stated),))


def phases(*percents: float) -> tuple[CardiacPhase, ...]:
    """A table of phases."""
    return tuple(CardiacPhase(index, 3, percent) for index, percent in enumerate(percents))


def said(series: Series) -> list[tuple[str, str]]:
    """Code and first words of every finding."""
    return [(finding.code, " ".join(finding.detail.split()[:3])) for finding in check_series(series)]


def test_a_series_without_fault_is_not_spoken_of() -> None:
    """Nothing missing, nothing mixed."""
    cardiac = Cardiac(gated=True, heart_rate_bpm=62.0, phases=phases(75))
    assert said(make_series(geometry=stack(missing_slices=0), cardiac=cardiac, acquisition={"kvp_kv": 120.0})) == []


@pytest.mark.parametrize(("missing", "words"), [(1, "One slice is"), (3, "3 slices are")])
def test_missing_slices_are_counted_in_words(missing: int, words: str) -> None:
    """Singular and plural are right."""
    assert said(make_series(geometry=stack(missing_slices=missing))) == [("series.missing_slices", words)]


@pytest.mark.parametrize(("missing", "words"), [(1, "The phases are"), (2, "The phases are")])
def test_uneven_phases_are_said(missing: int, words: str) -> None:
    """Images that other phases have."""
    assert said(make_series(geometry=stack(missing_images=missing))) == [("series.uneven_phases", words)]


def test_a_phase_that_is_left_out_is_named() -> None:
    """30 % is missing of every tenth."""
    [finding] = check_series(make_series(cardiac=Cardiac(gated=True, phases=phases(0, 10, 20, 40, 50))))
    assert finding.detail == ("The phases follow one another evenly except for 30 % of R-R, which is not there.")


def test_many_missing_phases_are_counted() -> None:
    """Eight are named, the others are a number."""
    percents = [number for number in range(0, 100, 2) if number % 6 != 4]
    [finding] = check_series(make_series(cardiac=Cardiac(gated=True, phases=phases(*percents))))
    assert "and 8 more of R-R" in finding.detail


def test_different_tube_voltages_in_one_series_are_said() -> None:
    """Gray values of 80 and 140 kV cannot be compared."""
    series = make_series(acquisition={"kvp_kv": Varying(80, 140, (80, 140))})
    assert said(series) == [("series.mixed_kvp", "Images of one")]


@pytest.mark.parametrize(
    ("rate", "percents", "expected"),
    [
        (92.0, (75,), ["cardiac.phase_for_rate"]),
        (Varying(70, 85, (70, 85)), (70, 75, 80), ["cardiac.phase_for_rate"]),
        (78.0, (75,), []),
        (92.0, (40, 75), []),
        (None, (75,), []),
    ],
    ids=["fast", "varying", "just slow enough", "end-systole is there", "unknown"],
)
def test_diastole_alone_at_a_fast_heart_is_said(
    rate: float | Varying | None, percents: tuple[float, ...], expected: list[str]
) -> None:
    """Above 78 bpm the pause in mid-diastole is gone (Otton 2013)."""
    series = make_series(cardiac=Cardiac(gated=True, heart_rate_bpm=rate, phases=phases(*percents)))
    assert [finding.code for finding in check_series(series)] == expected


def test_the_checks_of_a_set_are_those_of_a_series() -> None:
    """Uneven phases and holes are found over several series too."""
    found = check_phase_sets([PhaseSet(("1", "2"), phases(0, 10, 20, 40, 50), missing_images=2)])
    assert [finding.code for finding in found] == ["series.uneven_phases", "series.missing_phases"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("Doe", "Roe"), ["study.conflicting_identifiers"]), (("Doe", "doe"), []), (("Doe", ""), [])],
    ids=["two", "the same", "unknown"],
)
def test_different_patients_in_one_study_are_said_without_their_names(
    names: tuple[str, str], expected: list[str]
) -> None:
    """Whoever they are: only a digest is compared, and it is in no result."""
    facts = [
        describe({"SOPInstanceUID": f"1.2.{number}", "PatientName": name}, identity_key=b"job")
        for number, name in enumerate(names)
    ]
    [study] = assemble_studies([ReadInstance(index, str(index), one) for index, one in enumerate(facts)]).studies
    assert [finding.code for finding in study.warnings] == expected
    digests = [one.identity for one in facts if one.identity]
    assert not any(digest in msgspec.json.encode(study).decode() for digest in digests)


def test_two_coronal_images_beside_a_larger_ct_are_its_scouts() -> None:
    """Without a word in ImageType; a lone CT image of any plane is none."""

    def image(number: int, uid: str, orientation: str) -> dict[str, Value]:
        return {
            "SOPInstanceUID": f"1.2.{number}",
            "SeriesInstanceUID": uid,
            "ImagePositionPatient": f"0\\0\\{number}",
            "ImageOrientationPatient": orientation,
        }

    axial, coronal = "1\\0\\0\\0\\1\\0", "1\\0\\0\\0\\0\\-1"
    scout = describe(image(9, "1.9", coronal))
    slices = [describe(image(number, "1.1", axial)) for number in range(3)]

    def localizers(*facts: Any) -> list[bool]:  # Any: facts of instances
        [study] = assemble_studies([ReadInstance(index, str(index), one) for index, one in enumerate(facts)]).studies
        return [one.is_localizer for one in study.series]

    assert (localizers(scout, *slices), localizers(scout)) == ([False, True], [False])

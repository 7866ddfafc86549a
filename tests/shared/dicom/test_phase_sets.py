"""Phases that stand in a series each, and what is missing of them."""

import io

import pytest

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import describe_instance
from shared.dicom.phase_sets import PhaseSet, join_phases, missing_percents
from shared.dicom.reading import read_header
from shared.dicom.series import Cardiac, CardiacPhase, Geometry, Series, SopClass, Stack
from shared.dicom.study import Study
from tests.support.cardiac_study import CardiacStudy, write_study


def study_of(study: CardiacStudy) -> Study:
    """Read and assemble a synthetic study."""
    facts = [describe_instance(read_header(io.BytesIO(content), length=len(content))) for content in write_study(study)]
    [found] = assemble_studies([ReadInstance(index, str(index), one) for index, one in enumerate(facts)]).studies
    return found


def series(uid: str, percent: float | None, *, spacing: float | None = 0.5, positions: int = 3) -> Series:
    """A gated CT series of one phase."""
    phase = CardiacPhase(0, positions, percent)
    return Series(
        series_instance_uid=uid,
        modality="CT",
        sop_class=SopClass("1.2.840.10008.5.1.4.1.1.2"),
        instance_count=positions,
        is_localizer=False,
        is_enhanced=False,
        geometry=Geometry((Stack("axial", positions, positions, slice_spacing_mm=spacing),)),
        cardiac=Cardiac(gated=True, phases=(phase,)),
    )


def ladder(*percents: float) -> list[CardiacPhase]:
    """Phases at these percentages."""
    return [CardiacPhase(index, 3, percent) for index, percent in enumerate(percents)]


def test_the_phases_of_many_series_are_joined() -> None:
    """Ten series of one study are ten phases of one heart, in the order of its cycle."""
    study = study_of(CardiacStudy(positions=3, phases=10, side=4, is_one_series=False))
    [joined] = study.multi_phase_sets
    assert len(study.series) == 10
    assert [phase.phase_percent for phase in joined.phases] == [float(percent) for percent in range(0, 100, 10)]
    assert joined.series == tuple(
        one.series_instance_uid for one in sorted(study.series, key=lambda s: s.series_number or 0)
    )
    assert study.warnings == ()


def test_a_missing_slice_makes_the_set_uneven() -> None:
    """One phase lacks an image that all others have."""
    study = study_of(CardiacStudy(positions=4, phases=10, side=4, is_one_series=False, missing=(7, 3)))
    [joined] = study.multi_phase_sets
    assert (joined.missing_images, [finding.code for finding in study.warnings]) == (1, ["series.uneven_phases"])


def test_one_series_with_all_phases_is_no_set() -> None:
    """Its phases stand in its own table."""
    study = study_of(CardiacStudy(positions=3, phases=10, side=4))
    assert (study.multi_phase_sets, len(study.series)) == ((), 1)


@pytest.mark.parametrize(
    "others",
    [
        [series("1.2", 75.0, spacing=1.0)],
        [series("1.2", 75.0, spacing=None)],
        [series("1.2", 35.0)],
        [series("1.2", None)],
        [],
    ],
    ids=["other spacing", "no spacing", "same phase", "no phase", "alone"],
)
def test_what_does_not_belong_together_is_not_joined(others: list[Series]) -> None:
    """Another geometry, the same phase again, or no phase at all."""
    assert join_phases([series("1.1", 35.0), *others]) == ()


def test_a_repeated_phase_begins_another_set() -> None:
    """Two scans with the same two phases are two sets."""
    sets = join_phases([series(f"1.{number}", percent) for number, percent in enumerate((35.0, 75.0, 35.0, 75.0))])
    assert [one.series for one in sets] == [("1.0", "1.1"), ("1.2", "1.3")]
    assert sets[0] == PhaseSet(("1.0", "1.1"), (CardiacPhase(0, 3, 35.0), CardiacPhase(1, 3, 75.0)))


@pytest.mark.parametrize(
    ("percents", "missing"),
    [
        ((0, 10, 20, 40, 50), (30.0,)),
        ((0, 5, 10, 15, 30, 35), (20.0, 25.0)),
        ((0, 10, 20, 30, 40, 50), ()),
        ((30, 40, 70, 75, 80), ()),
        ((35, 75), ()),
        ((0, 0, 0, 0, 10), ()),
    ],
    ids=["one", "two", "none", "no ladder", "too few", "all alike"],
)
def test_a_hole_in_an_even_ladder_is_found(percents: tuple[float, ...], missing: tuple[float, ...]) -> None:
    """30 % is missing of every tenth; phases chosen one by one lack nothing."""
    assert missing_percents(ladder(*percents)) == missing

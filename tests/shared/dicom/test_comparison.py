"""Two uploads side by side: which series are paired and what is told to differ."""

from typing import Any

import pytest

from shared.dicom.comparison import MAX_SERIES, Comparison, Difference, SeriesPlace, compare_studies, is_same
from shared.dicom.comparison_quantities import QUANTITIES, Group
from shared.dicom.series import Cardiac, Equipment, Geometry, Series, SopClass, Stack
from shared.dicom.study import Study
from shared.dicom.values import Value, Varying
from shared.privacy.quantities import UNITS

CT_IMAGE = SopClass("1.2.840.10008.5.1.4.1.1.2")


def series(number: int = 1, *, plane: str | None = None, **stated: Any) -> Series:  # Any: whatever a test states
    """A CT series of one image."""
    defaults: dict[str, Any] = {"modality": "CT", "instance_count": 1, "is_localizer": False, "is_enhanced": False}
    if plane is not None:
        stated["geometry"] = Geometry((Stack(plane, 1, 1),))
    return Series(series_instance_uid=f"1.2.{number}", sop_class=CT_IMAGE, series_number=number, **(defaults | stated))


def compare(baseline: list[Series], followup: list[Series]) -> Comparison:
    """Compare two uploads of one study each."""
    before, after = (Study("1.2", ("CT",), tuple(one)) for one in (baseline, followup))
    return compare_studies([before], [after])


def pairs(comparison: Comparison) -> list[tuple[int | None, int | None]]:
    """The numbers of the series that were paired."""
    return [(pair.baseline.series_number, pair.followup.series_number) for pair in comparison.pairs]


def differences(one: Series, other: Series) -> tuple[Difference, ...]:
    """What two series differ in."""
    [pair] = compare([one], [other]).pairs
    return pair.differences


def test_numbers_that_differ_come_with_unit_and_change() -> None:
    """From 2.5 mm to 2 mm is 0.5 mm less, a fifth of the baseline."""
    one = series(geometry=Geometry((Stack("axial", 2, 2, slice_thickness_mm=2.5),)))
    other = series(geometry=Geometry((Stack("axial", 2, 2, slice_thickness_mm=2.0),)))
    assert differences(one, other) == (
        Difference("geometry.slice_thickness_mm", "slice thickness", Group.GEOMETRY, 2.5, 2.0, "mm", -0.5, -20.0),
    )


def test_a_change_from_zero_has_no_percentage() -> None:
    """No number of percent leads away from nothing."""
    one, other = (series(acquisition={"ctdi_vol_mgy": dose}) for dose in (0.0, 2.0))
    [found] = differences(one, other)
    assert (found.change, found.change_percent) == (2.0, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"convolution_kernel": "B30f"}, {"convolution_kernel": "B60f"}),
        ({"kvp_kv": Varying(80, 120, (80, 120))}, {"kvp_kv": 120.0}),
        ({"kvp_kv": 120.0}, {}),
        ({}, {"kvp_kv": 120.0}),
    ],
    ids=["words", "a range", "only before", "only after"],
)
def test_what_is_no_pair_of_numbers_has_no_change(before: dict[str, Value], after: dict[str, Value]) -> None:
    """Words, ranges and values of one side alone are told as they are."""
    [found] = differences(series(acquisition=before), series(acquisition=after))
    assert (found.baseline, found.followup, found.change) == (
        next(iter(before.values()), None),
        next(iter(after.values()), None),
        None,
    )


def test_each_group_is_told_in_its_order() -> None:
    """Protocol, geometry, dose, cardiac timing, equipment."""
    one, other = (
        series(
            acquisition={"kvp_kv": 100.0 + number, "ctdi_vol_mgy": 1.0 + number},
            geometry=Geometry((Stack("axial", 1, 1, slice_thickness_mm=1.0 + number),)),
            cardiac=Cardiac(gated=bool(number)),
            equipment=Equipment(manufacturer=f"ACME {number}"),
        )
        for number in range(2)
    )
    assert [one.group for one in differences(one, other)] == list(Group)


def test_what_is_the_same_is_counted() -> None:
    """The reader sees how much was compared."""
    [pair] = compare([series(acquisition={"kvp_kv": 120.0})], [series(acquisition={"kvp_kv": 120.0})]).pairs
    assert (pair.same, pair.differences) == (1, ())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (0.1 + 0.2, 0.3, True),
        (120.0, 120, True),
        (120.0, 120.1, False),
        ((0.39, 0.39), (0.39, 0.39000001), True),
        ((0.39,), (0.39, 0.39), False),
        ("B30f", "B30f", True),
        (True, 1.0, True),
        (None, 0.0, False),
    ],
)
def test_numbers_are_the_same_within_what_devices_write(one: Value | None, other: Value | None, expected: bool) -> None:
    """Single precision and rounded decimals make no difference."""
    assert is_same(one, other) is expected


@pytest.mark.parametrize(
    ("criterion", "fitting", "other"),
    [
        ("body_part", {"body_part": "HEART"}, {"body_part": "CHEST"}),
        ("plane", {"plane": "axial"}, {"plane": "coronal"}),
        ("kernel", {"acquisition": {"convolution_kernel": "B30f"}}, {"acquisition": {"convolution_kernel": "B60f"}}),
        ("phase", {"cardiac": Cardiac(True, phase_percent=70)}, {"cardiac": Cardiac(True, phase_percent=30)}),
    ],
)
def test_series_are_paired_by_what_they_agree_in(
    criterion: str, fitting: dict[str, Any], other: dict[str, Any]
) -> None:
    """Of two series of the follow-up, the one that agrees is taken, though it comes last."""
    comparison = compare([series(1, **fitting)], [series(2, **other), series(3, **fitting)])
    assert (pairs(comparison), comparison.pairs[0].matched_by) == ([(1, 3)], ("modality", criterion))
    assert comparison.unmatched.followup == (SeriesPlace(0, 0, "CT", 1, 2),)


def test_phases_that_lie_close_are_the_same_phase() -> None:
    """70 % and 75 % are one phase, 70 % and 76 % are not."""
    close, far = (series(2, cardiac=Cardiac(True, phase_percent=percent)) for percent in (75, 76))
    one = series(1, cardiac=Cardiac(True, phase_percent=70))
    assert [compare([one], [other]).pairs[0].matched_by for other in (close, far)] == [
        ("modality", "phase"),
        ("modality",),
    ]


def test_the_body_part_weighs_more_than_the_plane() -> None:
    """Criteria count in falling weight."""
    one = series(1, body_part="HEART", plane="axial")
    by_plane, by_part = series(2, body_part="CHEST", plane="axial"), series(3, body_part="HEART", plane="coronal")
    assert pairs(compare([one], [by_plane, by_part])) == [(1, 3)]


def test_equal_agreement_is_decided_by_the_number_of_images() -> None:
    """Three hundred images are rather three hundred and ten than twenty."""
    followup = [series(2, instance_count=20), series(3, instance_count=310)]
    assert pairs(compare([series(1, instance_count=300)], followup)) == [(1, 3)]


@pytest.mark.parametrize("stated", [{"modality": "MR"}, {"is_localizer": True}])
def test_modality_and_role_must_agree(stated: dict[str, Any]) -> None:
    """A planning image is never compared with the examination, nor a CT with an MR."""
    comparison = compare([series(1)], [series(2, **stated)])
    assert (comparison.pairs, len(comparison.unmatched.baseline), len(comparison.unmatched.followup)) == ((), 1, 1)


def test_the_pair_with_the_most_images_comes_first() -> None:
    """What a reader looks for stands on top."""
    small, large = series(1, plane="axial", instance_count=2), series(2, plane="coronal", instance_count=90)
    assert pairs(compare([small, large], [small, large])) == [(2, 2), (1, 1)]


def test_no_number_of_series_makes_the_comparison_endless() -> None:
    """Beyond a limit the smallest series are listed without a counterpart."""
    many = [series(number) for number in range(MAX_SERIES + 1)]
    comparison = compare(many, many)
    assert (len(comparison.pairs), len(comparison.unmatched.baseline)) == (MAX_SERIES, 1)


def test_every_quantity_is_told_once() -> None:
    """Keys are unique, and those of acquisition have the unit that the rest of the service gives them."""
    keys = [quantity.key for quantity in QUANTITIES]
    assert len(set(keys)) == len(keys)
    units = {one.key.partition(".")[2]: one.unit for one in QUANTITIES if one.key.startswith("acquisition.")}
    assert {name: unit for name, unit in units.items() if name in UNITS} == {
        name: UNITS[name] for name in units if name in UNITS
    }


def test_an_empty_list_says_nothing() -> None:
    """Equipment without software versions is not compared by them."""
    one, other = series(equipment=Equipment("ACME")), series(equipment=Equipment("ACME", software_versions=("1",)))
    assert [found.baseline for found in differences(one, other)] == [None]

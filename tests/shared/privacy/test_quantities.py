"""Numbers leave the service tidy, or not at all."""

import math

import pytest

from shared.dicom.values import Value, Varying
from shared.privacy.fact import Fact, FactList
from shared.privacy.quantities import range_of, tidy_number, write_number, write_quantity


@pytest.mark.parametrize(
    ("value", "tidy"),
    [
        (967.741935, 967.7),
        (0.390625, 0.3906),
        (2.0, 2),
        (12345.6, 12346),
        (-12.5, -12.5),
        (0, 0),
        (math.nan, None),
        (math.inf, None),
        (1e12, None),
        (19610312001, None),
    ],
)
def test_numbers_keep_four_digits(value: float, tidy: float | None) -> None:
    """A reader sees four digits; what is too large for a measurement stays behind, since it may be an identifier."""
    assert tidy_number(value) == tidy


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(2.5, "mm", "2.5 mm"), (70, "%", "70 %"), (12, "°", "12°"), (1.2, None, "1.2"), (0.00001, "s", "0.00001 s")],
)
def test_quantities_read_as_people_write_them(value: float, unit: str | None, text: str) -> None:
    """A number stands before its unit with a space, degrees without one."""
    assert write_quantity(value, unit) == text


def test_whole_numbers_have_no_decimals() -> None:
    """Three is written 3, not 3.0."""
    assert write_number(3.0) == "3"


@pytest.mark.parametrize(
    ("value", "ends"),
    [
        (Varying(1.0, 2.0, ()), (1, 2)),
        (Varying(math.nan, 2.0, ()), None),
        (Varying(1.0, math.inf, ()), None),
    ],
)
def test_ranges_need_two_good_ends(value: Varying, ends: tuple[float, float] | None) -> None:
    """A range with an end that is no number is not told."""
    assert range_of(value) == ends


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        (5, {"k": Fact(5, "5 mm", "mm")}),
        ((5, 5), {"k": Fact(5, "5 mm", "mm")}),
        ((1.0, "x", 2.0), {"k": Fact((1, 2), "1, 2 mm", "mm")}),
        (tuple(range(20)), {}),
        ((), {}),
        (Varying(1, 2, (1, 2)), {"k": Fact((1, 2), "1, 2 mm", "mm")}),
        (
            Varying(1, 90, tuple(range(1, 91))),
            {"k.min": Fact(1, "1 mm", "mm"), "k.max": Fact(90, "90 mm", "mm")},
        ),
        (Varying(math.nan, 90, ()), {}),
        (math.nan, {}),
        (None, {}),
        ("12", {}),
        (True, {}),
    ],
)
def test_only_numbers_become_quantities(value: Value | None, facts: dict[str, Fact]) -> None:
    """A number, a few numbers or a range are told; a text under a number's name is not."""
    listed = FactList()
    listed.put_quantity("k", value, "mm")
    assert listed.entries == facts


def test_several_numbers_without_unit_are_listed_plainly() -> None:
    """Two factors without a unit are told as two numbers."""
    listed = FactList()
    listed.put_quantity("k", (1.0, 2.0), None)
    assert listed.entries == {"k": Fact((1, 2), "1, 2")}

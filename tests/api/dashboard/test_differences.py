"""What differs between two uploads, as a page shows it."""

import msgspec
import pytest

from api.dashboard.views.differences import (
    ComparisonView,
    DifferenceGroup,
    DifferenceRow,
    PairedSeries,
    PairView,
    view_comparison,
)
from api.dashboard.views.results import SeriesSpot, read_result
from api.dashboard.views.series_card import Picture
from api.dashboard.wording import GROUPS
from shared.dicom.comparison import Comparison, Difference, SeriesPair, SeriesPlace, Unmatched
from shared.dicom.comparison_quantities import Group
from shared.jobs.results import ComparedResult, ComparedSide

BEFORE, AFTER = SeriesPlace(0, 0, "CT", 300, 4), SeriesPlace(0, 0, "CT", 320, 5)
THICKNESS = Difference(
    "geometry.slice_thickness_mm", "slice thickness", Group.GEOMETRY, 1.0, 1.25, unit="mm", change=0.25
)
MAKER = Difference("equipment.manufacturer", "manufacturer", Group.EQUIPMENT, "A")
STORED = msgspec.json.encode(
    ComparedResult(
        ComparedSide({}, ()),
        ComparedSide({}, ()),
        Comparison((SeriesPair(BEFORE, AFTER, ("plane",), 7, (THICKNESS, MAKER)),), Unmatched((), (AFTER,)), 1),
    )
)


def test_a_difference_has_both_values_and_its_change() -> None:
    """1 mm and 1.25 mm differ by +0.25 mm; a manufacturer that one side does not name is said to be not stated."""
    comparison = read_result(STORED).comparison
    assert comparison is not None
    assert view_comparison(comparison, {}) == ComparisonView(
        (
            PairView(
                "Pair 1 of 1",
                (
                    PairedSeries("First upload", "Series 4, CT scan of 300 files", None),
                    PairedSeries("Second upload", "Series 5, CT scan of 320 files", None),
                ),
                "7 quantities are the same",
                (
                    DifferenceGroup(
                        "Slices and pixels", (DifferenceRow("Slice thickness", "1 mm", "1.25 mm", "+0.25 mm"),)
                    ),
                    DifferenceGroup("Scanner", (DifferenceRow("Manufacturer", "A", "not stated", ""),)),
                ),
            ),
        ),
        (),
        ("Series 5, CT scan of 320 files",),
    )


BOTH = {("baseline", 0, 0): (Picture("/a", "Middle slice"),), ("followup", 0, 0): (Picture("/b", "Middle slice"),)}


@pytest.mark.parametrize(
    ("pictures", "shown"),
    [(BOTH, ["/a", "/b"]), ({("baseline", 0, 0): BOTH["baseline", 0, 0]}, [None, None]), ({}, [None, None])],
    ids=["both", "one", "none"],
)
def test_pictures_stand_side_by_side_or_not_at_all(
    pictures: dict[SeriesSpot, tuple[Picture, ...]], shown: list[str | None]
) -> None:
    """A single picture would have nothing to stand beside."""
    comparison = read_result(STORED).comparison
    assert comparison is not None
    [pair] = view_comparison(comparison, pictures).pairs
    assert [None if one.picture is None else one.picture.address for one in pair.sides] == shown


def test_every_group_of_the_comparison_has_its_words() -> None:
    """No page shows the name of an enum."""
    assert set(GROUPS) == set(Group)

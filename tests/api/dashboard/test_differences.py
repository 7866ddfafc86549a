"""What differs between two uploads, as a page shows it."""

import msgspec

from api.dashboard.views.differences import ComparisonView, DifferenceRow, PairView, view_comparison
from api.dashboard.views.results import read_result
from shared.dicom.comparison import Comparison, Difference, SeriesPair, SeriesPlace, Unmatched
from shared.dicom.comparison_quantities import Group
from shared.jobs.results import ComparedResult, ComparedSide

BEFORE, AFTER = SeriesPlace(0, 0, "CT", 300, 4), SeriesPlace(0, 0, "CT", 320, 5)
THICKNESS = Difference(
    "geometry.slice_thickness_mm", "slice thickness", next(iter(Group)), 1.0, 1.25, unit="mm", change=0.25
)
STORED = msgspec.json.encode(
    ComparedResult(
        ComparedSide({}, ()),
        ComparedSide({}, ()),
        Comparison((SeriesPair(BEFORE, AFTER, ("plane",), 7, (THICKNESS,)),), Unmatched((), (AFTER,)), 1),
    )
)


def test_a_difference_has_both_values_and_its_change() -> None:
    """1 mm and 1.25 mm differ by +0.25 mm."""
    comparison = read_result(STORED).comparison
    assert comparison is not None
    assert view_comparison(comparison) == ComparisonView(
        (
            PairView(
                "series 4, CT scan of 300 objects and series 5, CT scan of 320 objects",
                "7 quantities are the same",
                (DifferenceRow("Slice thickness", "1 mm", "1.25 mm", "+0.25 mm"),),
            ),
        ),
        (),
        ("series 5, CT scan of 320 objects",),
    )

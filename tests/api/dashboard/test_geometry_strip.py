"""The strip of slice positions."""

from xml.etree import ElementTree as ET

from api.dashboard.views.geometry_strip import Gap, Strip, describe_strip, draw_strip, plan_strip
from api.dashboard.views.results import ShownRow, ShownSeries
from shared.dicom.series_parts import Geometry, Stack


def series(missing: int, *stacks: Stack) -> ShownSeries:
    """A CT series with slices every 2 mm."""
    main = Stack("axial", 4, 4, slice_spacing_mm=2.0, missing_slices=missing)
    return ShownSeries("1.2", "CT", 4, is_localizer=False, geometry=Geometry((main, *stacks)))


def rows(*places: float | None) -> list[ShownRow]:
    """Instances at these positions."""
    return [ShownRow(place) for place in places]


def test_a_missing_slice_is_a_gap() -> None:
    """Between 2 mm and 6 mm one slice of 2 mm is missing."""
    strip = plan_strip(series(1), rows(0.0, 2.0, 6.0, 8.0))
    assert strip == Strip((0.0, 2.0, 6.0, 8.0), (Gap(2.0, 6.0, 1),))


def test_phases_of_one_place_are_one_position() -> None:
    """Ten images of one place are one line."""
    strip = plan_strip(series(0), rows(0.0, 0.0, 2.0, 2.004, None))
    assert strip == Strip((0.0, 2.0), ())


def test_a_wide_step_is_no_gap_where_the_result_counts_none() -> None:
    """The strip never says more than the geometry of the result."""
    strip = plan_strip(series(0), rows(0.0, 2.0, 6.0))
    assert strip is not None
    assert strip.gaps == ()


def test_several_stacks_have_no_common_strip() -> None:
    """Positions along different directions do not compare."""
    assert plan_strip(series(0, Stack("coronal", 1, 1)), rows(0.0, 2.0)) is None


def test_a_single_position_is_no_strip() -> None:
    """One slice has no distance to another."""
    assert plan_strip(series(0), rows(3.0)) is None


def test_the_gap_is_said_in_words_and_marked_with_a_cross() -> None:
    """Colour is never the only sign."""
    strip = Strip((0.0, 2.0, 6.0, 8.0), (Gap(2.0, 6.0, 1),))
    assert describe_strip(strip) == "4 slice positions over 8 mm; 1 slice is missing, marked with a cross."
    drawn = ET.tostring(ET.fromstring(draw_strip(strip, "one")), encoding="unicode")
    assert "1 missing" in drawn
